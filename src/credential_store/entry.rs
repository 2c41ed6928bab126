//! The name under which a credential store holds an account's secret.

use crate::domain::{Handle, RegistryUrl};

/// Not the registry's own host: osxkeychain and wincred match a URL without a path with any path at that host, so that
/// Docker's `get atcr.io` would return one of our accounts, and its `erase atcr.io`, which osxkeychain also does before
/// each `store`, would remove them all.
const HOST: &str = "docker-credential-atcr";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    registry: RegistryUrl,
    handle: Handle,
}

impl Entry {
    /// A key that no account has, to check that a store can be run.
    pub(super) const PROBE_KEY: &str = "https://docker-credential-atcr/nobody";

    pub fn of(registry: &RegistryUrl, handle: &Handle) -> Self {
        Self { registry: registry.clone(), handle: handle.clone() }
    }

    /// The `ServerURL` by which the store knows it: `https://docker-credential-atcr/atcr.io/evan.jarrett.net`.
    ///
    /// Each part keeps entries apart in every store: osxkeychain compares scheme, host and path, wincred the whole URL,
    /// secretservice and pass the text. In the store's own tools one can read which account it is.
    pub fn key(&self) -> String {
        let scheme = if self.registry.is_https() { "https" } else { "http" };
        format!("{scheme}://{HOST}/{}/{}", self.registry.host(), self.handle)
    }

    pub fn handle(&self) -> &str {
        self.handle.as_str()
    }

    pub fn host(&self) -> String {
        self.registry.host()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_of_every_registry_has_a_key_of_its_own() {
        for (registry, handle, key) in [
            ("https://atcr.io", "a.example", "https://docker-credential-atcr/atcr.io/a.example"),
            ("https://atcr.io", "b.example", "https://docker-credential-atcr/atcr.io/b.example"),
            ("https://buoy.cr:8443", "a.example", "https://docker-credential-atcr/buoy.cr:8443/a.example"),
            ("https://127.0.0.1:5000", "a.example", "https://docker-credential-atcr/127.0.0.1:5000/a.example"),
            ("http://127.0.0.1:5000", "a.example", "http://docker-credential-atcr/127.0.0.1:5000/a.example"),
        ] {
            assert_eq!(Entry::of(&registry.parse().unwrap(), &handle.parse().unwrap()).key(), key);
        }
    }
}
