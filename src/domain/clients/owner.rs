//! Whose image a word is.

use crate::domain::{Access, Identity, ImageOwner, RegistryUrl, Transport, split_transport};

/// Adds the owners of the images in a comma-separated list. `access` is told the key of each, or that it has none.
pub(super) fn owners_in_list(
    list: &str,
    registry: &RegistryUrl,
    access: impl Fn(&str) -> Option<Access>,
    owners: &mut Vec<ImageOwner>,
) {
    for item in list.split(',') {
        let (key, reference) = split_key(item);
        if let Some((identity, is_local)) = owner(key, reference, registry)
            && let Some(access) = access(key)
        {
            let access = if is_local { Access::Local } else { access };
            owners.push(ImageOwner { identity, access, file: None });
        }
    }
}

/// The key in front of an item of a list: `ref=IMAGE`. buildx quotes items that hold commas, as CSV: `"name=IMAGE,IMAGE"`.
fn split_key(item: &str) -> (&str, &str) {
    let item = item.trim_matches('"');
    item.rsplit_once('=').unwrap_or(("", item))
}

/// Whose image it is, if it is one of this registry: `atcr.io/evan.jarrett.net/app:1`, `docker://atcr.io/...`.
pub fn owner_of(reference: &str, registry: &RegistryUrl) -> Option<Identity> {
    Some(owner("", reference, registry)?.0)
}

/// Whose image it is, and whether it is in the client's own storage.
fn owner(key: &str, reference: &str, registry: &RegistryUrl) -> Option<(Identity, bool)> {
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._*=:+-".contains(&byte)) {
        return None;
    }
    let (transport, reference) = split_transport(reference);
    let (host, path) = reference.split_once('/')?;
    if !registry.is_at(host) || !is_name(path) {
        return None;
    }
    Some((Identity::first_of(path)?, transport == Transport::Local))
}

/// Whether a word ends with the image's name: what else stands there can be another's. A variable may be left in it.
fn is_name(path: &str) -> bool {
    let is_another = |c: char| c.is_whitespace() || "\"'`;|&<>[]\\?*#!^".contains(c);
    !path.contains(is_another) && path.split('/').all(|part| !matches!(part, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::find_owners;

    fn found(words: &[&str], registry: &str) -> Vec<(String, Access)> {
        let all = find_owners(words, &registry.parse().unwrap()).unwrap_or_default();
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
            "docker-image://atcr.io/a.example/app",
            "registry:atcr.io/a.example/app",
            "containers-storage:atcr.io/a.example/app",
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
    fn a_did_names_an_identity_too() {
        for word in ["atcr.io/did:plc:abc/app:1", "docker://atcr.io/did:plc:abc"] {
            assert_eq!(
                found(&["client", word], "https://atcr.io"),
                [("did:plc:abc".to_owned(), Access::Read)],
                "{word}"
            );
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
            "atcr.io/a.example/app atcr.io/b.example/app",
            "[\"atcr.io/a.example/app\",\"atcr.io/b.example/app\"]",
            "--images=[\"atcr.io/a.example/app\"]",
            "atcr.io/a.example/app;atcr.io/b.example/app",
            "atcr.io/a.example/app|x",
            "atcr.io/a.example/app is bad",
            "atcr.io/a.example/app\natcr.io/b.example/app",
            "atcr.io/a.example/../b.example/app",
            "https://atcr.io/a.example/app?next=x",
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
}
