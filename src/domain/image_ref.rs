//! Image references, and their owners.

use super::{Identity, ServerString};

/// What a command does with an image, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Only named: in the client's own storage, or as what seems to be a source in the words of an unknown program.
    Local,
    /// Read from the registry.
    Read,
    Written,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageOwner {
    pub identity: Identity,
    pub access: Access,
    /// The name of the file that names it, for people, if the words do not: `compose.yaml`.
    pub file: Option<String>,
}

/// The registry and identity that an image's name begins with. Docker takes the first part for a host only if it has a
/// dot or a port, or is localhost.
pub fn server_of(image: &str) -> Option<ServerString> {
    let (host, _) = image.split_once('/')?;
    let is_host = host.contains(['.', ':']) || host.eq_ignore_ascii_case("localhost");
    if is_host { image.parse().ok() } else { None }
}

/// An image's name without tag and digest.
pub fn repository_of(image: &str) -> &str {
    let (name, _digest) = image.split_once('@').unwrap_or((image, ""));
    // A port's colon comes before the first slash, and those of a DID before the last.
    match name.rfind(['/', ':']) {
        Some(at) if name[at..].starts_with(':') && name[..at].contains('/') => &name[..at],
        _ => name,
    }
}

/// The host of an image's name and the repository there: what a token is asked for. `None`: there is no such repository. An
/// image that has one is a word for a scope and for a shell too.
pub fn split_image(image: &str) -> Option<(&str, &str)> {
    server_of(image)?;
    let (host, path) = repository_of(image).split_once('/')?;
    let is_plain = image.chars().all(|c| c.is_ascii_alphanumeric() || "[].-_+:%/@".contains(c));
    // Of a URL, one of these would lead to another repository.
    let is_part = |part: &str| !matches!(part, "" | "." | "..");
    (is_plain && path.split('/').all(is_part)).then_some((host, path))
}

/// The owner in an image's name, which may be none: `atcr.io/evan/app` names a handle that can't exist. `None` where nothing
/// stands between host and repository.
pub fn owner_in(image: &str) -> Option<&str> {
    let (_host, path) = split_image(image)?;
    path.split_once('/').map(|(owner, _)| owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_named_without_tag_and_digest() {
        for (image, repository) in [
            ("atcr.io/a.example/app", "atcr.io/a.example/app"),
            ("atcr.io/a.example/app:1", "atcr.io/a.example/app"),
            ("atcr.io/a.example/app@sha256:e3b0", "atcr.io/a.example/app"),
            ("localhost:5000/a.example/nested/app:1@sha256:e3b0", "localhost:5000/a.example/nested/app"),
            ("localhost:5000/a.example/app", "localhost:5000/a.example/app"),
            ("atcr.io/did:plc:abc/app:1", "atcr.io/did:plc:abc/app"),
            ("atcr.io/did:plc:abc/app", "atcr.io/did:plc:abc/app"),
            ("localhost:5000", "localhost:5000"),
            ("", ""),
        ] {
            assert_eq!(repository_of(image), repository, "{image}");
        }
    }

    #[test]
    fn an_image_has_a_repository_and_may_have_an_owner() {
        for (image, split, owner) in [
            ("atcr.io/a.example/app:1", Some(("atcr.io", "a.example/app")), Some("a.example")),
            ("localhost:5000/a/b/c@sha256:e3b0", Some(("localhost:5000", "a/b/c")), Some("a")),
            ("atcr.io/did:plc:abc/app:1", Some(("atcr.io", "did:plc:abc/app")), Some("did:plc:abc")),
            ("atcr.io/app:1", Some(("atcr.io", "app")), None),
            ("atcr.io/", None, None),
            ("atcr.io//app", None, None),
            ("atcr.io/a.example/", None, None),
            ("atcr.io/a.example/app repository:b.example/app:push", None, None),
            ("atcr.io/a.example/app,push", None, None),
            ("atcr.io/a.example/app:1;true", None, None),
            ("library/app", None, None),
        ] {
            assert_eq!((split_image(image), owner_in(image)), (split, owner), "{image}");
        }
    }

    #[test]
    fn an_image_has_a_server_where_docker_sees_one() {
        for (image, host) in [
            ("atcr.io/a.example/app:1", Some("atcr.io")),
            ("localhost/a.example/app", Some("localhost")),
            ("registry:5000/a.example/app", Some("registry:5000")),
            ("library/app", None),
            ("app:1", None),
            ("atcr.io", None),
            ("-.-/app", None),
        ] {
            assert_eq!(server_of(image).map(|server| server.host()).as_deref(), host, "{image}");
        }
    }
}
