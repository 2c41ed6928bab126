//! Under which name a credential store keeps an account's secret.

use crate::domain::{Handle, RegistryUrl};

/// The host of our entries, which is nobody's. The registry's own host would not do: osxkeychain and wincred take a URL
/// without a path for any path at that host, so that Docker's `get atcr.io` would be answered with one of our accounts,
/// and its `erase atcr.io`, which osxkeychain also does before each `store`, would remove them all.
const HOST: &str = "docker-credential-atcr";

/// The place of one account's secret in a credential store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    registry: RegistryUrl,
    handle: Handle,
}

impl Entry {
    /// A key that no account has: what is asked for to see whether a store answers at all.
    pub(super) const PROBE_KEY: &str = "https://docker-credential-atcr/nobody";

    /// The place of this account's secret.
    #[must_use]
    pub fn of(registry: &RegistryUrl, handle: &Handle) -> Self {
        Self { registry: registry.clone(), handle: handle.clone() }
    }

    /// The `ServerURL` by which the store knows it: `https://docker-credential-atcr/atcr.io/evan.jarrett.net`.
    ///
    /// Each part keeps entries apart in every store: osxkeychain compares scheme, host and path, wincred the whole URL,
    /// secretservice and pass the text. A person who looks into the store can read whose it is.
    #[must_use]
    pub fn key(&self) -> String {
        let scheme = if self.registry.is_https() { "https" } else { "http" };
        format!("{scheme}://{HOST}/{}/{}", self.registry.host(), self.handle)
    }

    /// The account's handle.
    #[must_use]
    pub fn handle(&self) -> &str {
        self.handle.as_str()
    }

    /// The registry's host.
    #[must_use]
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
