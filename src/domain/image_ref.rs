//! Image references, and their owners, in the words of a command line.

use super::{Identity, RegistryUrl, ServerString};

/// What a command does with an image, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Named in the client's own storage alone.
    Local,
    /// Read from the registry, as far as the words tell.
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

/// The identities that the words of one command line name at `registry`.
///
/// Only what is certainly an image counts: a whole word, the value of a flag (`-tIMAGE`, `--tag=IMAGE`) or of a
/// `key=` in a comma-separated list, with or without a transport (`docker://`). The destinations are the values of
/// `-t --tag --destination -o --output`, the tags that `buildx bake --set` gives, and the last image of a copy or push.
pub fn find_owners<S: AsRef<str>>(words: &[S], registry: &RegistryUrl) -> Vec<ImageOwner> {
    let mut found = Vec::new();
    let mut flag = "";
    let mut is_copy = false;
    for word in words.iter().map(AsRef::as_ref) {
        let (own_flag, value) = split_flag(word);
        let named = if own_flag.is_empty() { flag } else { own_flag };
        for item in value.split(',') {
            found.extend(owner(named, item, registry));
        }
        is_copy |= matches!(word, "copy" | "cp" | "push" | "sync");
        flag = if value.is_empty() { own_flag } else { "" };
    }
    if let Some(last) = found.last_mut()
        && is_copy
        && last.access == Access::Read
    {
        last.access = Access::Written;
    }
    found
}

/// A flag and its value in the same word: `-tIMAGE`, `-t=IMAGE`, `--tag=IMAGE`; or no flag and the whole word.
fn split_flag(word: &str) -> (&str, &str) {
    if word.starts_with("--") {
        word.split_once('=').unwrap_or((word, ""))
    } else if word.starts_with('-') && word.is_char_boundary(2) {
        let (flag, value) = word.split_at(2);
        (flag, value.strip_prefix('=').unwrap_or(value))
    } else {
        ("", word)
    }
}

fn owner(flag: &str, item: &str, registry: &RegistryUrl) -> Option<ImageOwner> {
    // buildx quotes items that hold commas themselves, as CSV: `"name=IMAGE,IMAGE"`.
    let item = item.trim_matches('"');
    let (key, reference) = item.rsplit_once('=').unwrap_or(("", item));
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._*=-".contains(&byte)) {
        return None;
    }
    let (reference, is_local) = without_transport(reference);
    let (host, path) = reference.split_once('/')?;
    if !registry.is_at(host) {
        return None;
    }
    let identity = Identity::first_of(path)?;
    let access = match flag {
        _ if is_local => Access::Local,
        "-t" | "--tag" | "--destination" | "-o" | "--output" => Access::Written,
        _ if key.rsplit('.').next() == Some("tags") => Access::Written,
        _ => Access::Read,
    };
    Some(ImageOwner { identity, access, file: None })
}

/// The reference behind a transport of the containers tools, Helm or a URL, and whether that is the client's own storage.
pub fn without_transport(reference: &str) -> (&str, bool) {
    for transport in ["docker://", "oci://", "https://", "http://"] {
        if let Some(rest) = reference.strip_prefix(transport) {
            return (rest, false);
        }
    }
    for transport in ["containers-storage:", "docker-daemon:"] {
        if let Some(rest) = reference.strip_prefix(transport) {
            // `containers-storage:[driver@root]IMAGE` names the store before the image.
            let after_store = rest.strip_prefix('[').and_then(|store| store.split_once(']'));
            return (after_store.map_or(rest, |(_, image)| image), true);
        }
    }
    (reference, false)
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

    fn found(words: &[&str], registry: &str) -> Vec<(String, Access)> {
        let all = find_owners(words, &registry.parse().unwrap());
        all.into_iter().map(|owner| (owner.identity.to_string(), owner.access)).collect()
    }

    #[test]
    fn every_way_to_name_an_image_is_understood() {
        for word in [
            "atcr.io/a.example/app",
            "atcr.io/a.example/app:tag",
            "atcr.io/a.example/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "atcr.io/a.example/nested/app:1",
            "atcr.io:443/a.example/app",
            "ATCR.io/A.Example/app",
            "docker://atcr.io/a.example/app",
            "oci://atcr.io/a.example",
            "oci://atcr.io/a.example:1",
            "oci://atcr.io/a.example/charts",
            "https://atcr.io/a.example/app",
            "containers-storage:atcr.io/a.example/app",
            "containers-storage:[overlay@/run+/run]atcr.io/a.example/app",
            "-tatcr.io/a.example/app",
            "-t=atcr.io/a.example/app",
            "--tag=atcr.io/a.example/app",
            "--destination=atcr.io/a.example/app",
            "--build-arg=BASE=atcr.io/a.example/app",
            "type=registry,ref=atcr.io/a.example/cache",
            "type=image,name=atcr.io/a.example/app,push=true",
            "type=image,\"name=atcr.io/a.example/app\",push=true",
            "*.tags=atcr.io/a.example/app",
        ] {
            let found = found(&["client", word], "https://atcr.io");
            let identities: Vec<_> = found.into_iter().map(|(identity, _)| identity).collect();
            assert_eq!(identities, ["a.example"], "{word}");
        }
    }

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

    #[test]
    fn a_did_names_an_identity_too() {
        for word in ["atcr.io/did:plc:abc/app:1", "docker://atcr.io/did:plc:abc"] {
            assert_eq!(found(&[word], "https://atcr.io"), [("did:plc:abc".to_owned(), Access::Read)], "{word}");
        }
    }

    #[test]
    fn lookalikes_of_an_image_of_the_registry_are_none() {
        for word in [
            "notatcr.io/a.example/app",
            "atcr.io.evil.example/a.example/app",
            "x.atcr.io/a.example/app",
            "atcr.io:5000/a.example/app",
            "path/atcr.io/a.example/app",
            "/atcr.io/a.example/app",
            "https://evil.example/?image=atcr.io/a.example/app",
            "evil.example/x@atcr.io/a.example/app",
            "user@atcr.io/a.example/app",
            "dir:atcr.io/a.example/app",
            "docker push atcr.io/a.example/app",
            "atcr.io/app",
            "atcr.io/",
            "atcr.io",
            "/a.example/app",
            "-é",
            "-",
            "--",
            "",
        ] {
            assert_eq!(found(&["client", word], "https://atcr.io"), [], "{word}");
        }
    }

    #[test]
    fn destinations_are_told_from_sources() {
        use Access::{Local, Read, Written};
        let a = |access| ("a.example".to_owned(), access);
        let b = |access| ("b.example".to_owned(), access);
        for (line, expected) in [
            ("docker pull H/a.example/app", vec![a(Read)]),
            ("docker push H/a.example/app", vec![a(Written)]),
            ("docker push -q H/a.example/app", vec![a(Written)]),
            (
                "docker build -t H/b.example/app --cache-from type=registry,ref=H/a.example/c .",
                vec![b(Written), a(Read)],
            ),
            ("docker build --cache-from=H/a.example/c --tag H/b.example/app .", vec![a(Read), b(Written)]),
            (
                "docker buildx build -o type=image,name=H/b.example/app,push=true --build-arg=X=H/a.example/x .",
                vec![b(Written), a(Read)],
            ),
            (
                "docker buildx bake --set *.tags=H/b.example/app --set *.cache-from=H/a.example/c",
                vec![b(Written), a(Read)],
            ),
            ("docker buildx imagetools create -t H/b.example/y H/a.example/x", vec![b(Written), a(Read)]),
            ("executor --destination H/b.example/y --build-arg BASE=H/a.example/x", vec![b(Written), a(Read)]),
            ("skopeo copy docker://H/a.example/x docker://H/b.example/y", vec![a(Read), b(Written)]),
            ("skopeo copy docker://H/a.example/x containers-storage:H/b.example/y", vec![a(Read), b(Local)]),
            ("podman push H/a.example/x docker://H/b.example/y", vec![a(Read), b(Written)]),
            ("docker run H/a.example/x H/b.example/y", vec![a(Read), b(Read)]),
        ] {
            let line = line.replace("H/", "localhost:5000/");
            assert_eq!(found(&line.split(' ').collect::<Vec<_>>(), "http://localhost:5000"), expected, "{line}");
        }
    }
}
