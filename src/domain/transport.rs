//! What stands before an image's name: `docker://`, `oci://`, `containers-storage:`.

/// Where an image is, by what stands before its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Unnamed,
    Registry,
    /// The client's own storage.
    Local,
}

const REGISTRY: [&str; 8] = [
    "docker://",
    "oci://",
    "https://",
    "http://",
    "docker-image://",
    "oras://",
    "registry://",
    "ostree-unverified-image:",
];

/// Without slashes: `docker:5000/app` and `registry:5000/app` name a host and its port.
const BARE_REGISTRY: [&str; 5] =
    ["docker:", "registry:", "oci-registry:", "ostree-unverified-registry:", "ostree-image-signed:"];

/// After these the name of an ostree remote comes first.
const OSTREE_REMOTE: [&str; 2] = ["ostree-remote-registry:", "ostree-remote-image:"];

const LOCAL: [&str; 4] = ["containers-storage:", "docker-daemon:", "podman:", "containerd:"];

/// The reference behind the transports of the containers tools, of Helm, or a URL.
pub fn split_transport(text: &str) -> (Transport, &str) {
    let (mut transport, mut reference) = (Transport::Unnamed, text);
    // `ostree-unverified-image:docker://IMAGE` has two.
    while let Some((found, rest)) = split_one(reference) {
        (transport, reference) = (found, rest);
    }
    (transport, reference)
}

fn split_one(text: &str) -> Option<(Transport, &str)> {
    let strip = |transports: &[&str]| transports.iter().find_map(|transport| text.strip_prefix(transport));
    // Most words have none.
    text.find(':')?;
    if let Some(rest) = strip(&REGISTRY) {
        return Some((Transport::Registry, rest));
    }
    if let Some(rest) = strip(&OSTREE_REMOTE) {
        return Some((Transport::Registry, rest.split_once(':')?.1));
    }
    if let Some(rest) = strip(&LOCAL) {
        // `containers-storage:[driver@root]IMAGE` names the store before the image.
        let after_store = rest.strip_prefix('[').and_then(|store| store.split_once(']'));
        return Some((Transport::Local, after_store.map_or(rest, |(_, image)| image)));
    }
    let rest = strip(&BARE_REGISTRY)?;
    let is_port = rest.split('/').next().is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    (!is_port).then_some((Transport::Registry, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transport_is_told_from_the_image() {
        const IMAGE: &str = "atcr.io/a.example/app:1";
        for (prefix, transport) in [
            ("", Transport::Unnamed),
            ("docker://", Transport::Registry),
            ("oci://", Transport::Registry),
            ("https://", Transport::Registry),
            ("docker-image://", Transport::Registry),
            ("oras://", Transport::Registry),
            ("registry:", Transport::Registry),
            ("registry://", Transport::Registry),
            ("docker:", Transport::Registry),
            ("oci-registry:", Transport::Registry),
            ("ostree-unverified-registry:", Transport::Registry),
            ("ostree-unverified-image:docker://", Transport::Registry),
            ("ostree-unverified-image:registry:", Transport::Registry),
            ("ostree-image-signed:docker://", Transport::Registry),
            ("ostree-image-signed:registry:", Transport::Registry),
            ("ostree-remote-registry:fedora:", Transport::Registry),
            ("ostree-remote-image:fedora:docker://", Transport::Registry),
            ("containers-storage:", Transport::Local),
            ("containers-storage:[overlay@/run+/run]", Transport::Local),
            ("docker-daemon:", Transport::Local),
        ] {
            assert_eq!(split_transport(&format!("{prefix}{IMAGE}")), (transport, IMAGE), "{prefix}");
        }
    }

    #[test]
    fn a_host_and_its_port_are_no_transport() {
        for image in ["registry:5000/a.example/app", "docker:5000/app", "registry:5000", "oci:dir", "dir:x", "app:1"] {
            assert_eq!(split_transport(image), (Transport::Unnamed, image));
        }
    }
}
