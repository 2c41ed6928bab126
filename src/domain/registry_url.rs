//! Registries: the key in device.json and the AppView's base URL.

use std::fmt;
use std::str::FromStr;

use super::authority::{Authority, InvalidServer};
use crate::text::visible;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// The scheme in front of `text`, if there is one, and what follows it.
    pub(super) fn split(text: &str) -> Result<(Option<Self>, &str), InvalidServer> {
        match scheme_and_rest(text) {
            None => Ok((None, text)),
            Some((name, rest)) if name.eq_ignore_ascii_case("https") => Ok((Some(Self::Https), rest)),
            Some((name, rest)) if name.eq_ignore_ascii_case("http") => Ok((Some(Self::Http), rest)),
            Some(_) => Err(InvalidServer::Name),
        }
    }
}

/// `split_once("://")` sets up a search for any text, which costs more in every `get` than three characters need.
fn scheme_and_rest(text: &str) -> Option<(&str, &str)> {
    let mut colons = text.match_indices(':');
    colons.find_map(|(at, _)| Some((&text[..at], text[at..].strip_prefix("://")?)))
}

/// A scheme, a host and a port, such as `https://atcr.io`. The scheme's default port is left out, but not that of an insecure
/// registry: for dockerd `registry.example` is another one than `registry.example:80`, and Docker asks for it by that name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistryUrl {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
}

impl RegistryUrl {
    pub(super) fn new(scheme: Scheme, mut authority: Authority) -> Self {
        let is_default = |port: u16| match scheme {
            Scheme::Https => port == 443,
            Scheme::Http => port == 80 && authority.is_loopback(),
        };
        authority.port = authority.port.filter(|&port| !is_default(port));
        Self { scheme, authority }
    }

    /// Host and port, as in an image's name: `atcr.io`, `buoy.cr:8443`.
    pub fn host(&self) -> String {
        self.authority.to_string()
    }

    /// Other than the scheme's own.
    pub fn has_port(&self) -> bool {
        self.authority.port.is_some()
    }

    /// Without the port, and without the brackets of an IPv6 address.
    pub fn host_name(&self) -> &str {
        self.authority.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// False if the host is not in `text`. Cheaper than to parse it.
    pub fn may_be_named(&self, text: &[u8]) -> bool {
        let host = self.authority.host.as_bytes();
        // Characters that can't be seen may be in it.
        !text.is_ascii() || text.windows(host.len()).any(|part| part.eq_ignore_ascii_case(host))
    }

    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    pub fn is_loopback(&self) -> bool {
        self.authority.is_loopback()
    }

    /// Whether `host` (with its port, if it has one) in an image's name means this registry.
    pub fn is_at(&self, host: &str) -> bool {
        host.parse().is_ok_and(|authority| Self::new(self.scheme, authority).authority == self.authority)
    }
}

impl fmt::Display for RegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https() { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

/// Whether `http://` is safe there was decided at login.
impl FromStr for RegistryUrl {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        Self::exact(text).or_else(|_| Self::exact(&visible(text)))
    }
}

impl RegistryUrl {
    fn exact(text: &str) -> Result<Self, InvalidServer> {
        let (scheme, rest) = Scheme::split(text)?;
        let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self::new(scheme.unwrap_or(Scheme::Https), authority.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_name_has_no_port() {
        for (url, name) in [
            ("https://atcr.io", "atcr.io"),
            ("https://buoy.cr:8443", "buoy.cr"),
            ("http://127.0.0.1:5000", "127.0.0.1"),
            ("http://[::1]:5000", "::1"),
        ] {
            assert_eq!(url.parse::<RegistryUrl>().unwrap().host_name(), name);
        }
    }

    #[test]
    fn a_url_is_taken_as_it_was_copied() {
        let registry: RegistryUrl = "https://atcr.io".parse().unwrap();
        for text in [" https://atcr.io\n", "\u{feff}https://atcr.io\u{a0}", "https://at\u{200b}cr.io"] {
            assert!(registry.may_be_named(text.as_bytes()), "{text:?}");
            assert_eq!(text.parse(), Ok(registry.clone()), "{text:?}");
        }
    }

    #[test]
    fn a_host_matches_with_or_without_its_default_port() {
        let registry: RegistryUrl = "https://atcr.io".parse().unwrap();
        for (host, expected) in [
            ("atcr.io", true),
            ("ATCR.io", true),
            ("atcr.io:443", true),
            ("atcr.io:5000", false),
            ("x.atcr.io", false),
            ("", false),
        ] {
            assert_eq!(registry.is_at(host), expected, "{host}");
        }
    }
}
