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
