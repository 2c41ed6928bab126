//! Server strings, as Docker and its kin hand them over, and the registry each one names.

use std::fmt;
use std::str::FromStr;

use super::authority::{Authority, InvalidServer};
use super::{Identity, InsecureRegistries};

/// `http://` was asked for, where the secret would cross a network in clear.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} was asked for over http://, which would send the secret unencrypted")]
pub struct Cleartext {
    /// The host and port that were asked for.
    pub host: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// A server string, taken apart: `host`, `host:port`, `https://host`, `host/identity/repo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerString {
    scheme: Option<Scheme>,
    authority: Authority,
    identity: Option<Identity>,
}

impl FromStr for ServerString {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let (scheme, rest) = match scheme_and_rest(text) {
            None => (None, text),
            Some((name, rest)) if name.eq_ignore_ascii_case("https") => (Some(Scheme::Https), rest),
            Some((name, rest)) if name.eq_ignore_ascii_case("http") => (Some(Scheme::Http), rest),
            Some(_) => return Err(InvalidServer),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self { scheme, authority: authority.parse()?, identity: Identity::first_of(path) })
    }
}

/// As `split_once("://")`, whose search for any text is machinery, set up at every `get`, that three characters don't need.
fn scheme_and_rest(text: &str) -> Option<(&str, &str)> {
    let mut colons = text.match_indices(':');
    colons.find_map(|(at, _)| Some((&text[..at], text[at..].strip_prefix("://")?)))
}

impl ServerString {
    /// The identity that the string's own path names, as go-containerregistry asks with the full repository.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The host and port as they were asked for, to name the server to a person.
    #[must_use]
    pub fn host(&self) -> String {
        self.authority.to_string()
    }

    /// The registry that is meant: http for loopback and `insecure` hosts, https for all others; an explicit
    /// `https://` stays.
    ///
    /// # Errors
    /// An explicit `http://` where the secret would travel in clear.
    pub fn registry(&self, insecure: &InsecureRegistries) -> Result<RegistryUrl, Cleartext> {
        let may_be_clear = || self.authority.is_loopback() || insecure.contains(&self.authority);
        let scheme = match self.scheme {
            Some(Scheme::Https) => Scheme::Https,
            None if !may_be_clear() => Scheme::Https,
            Some(Scheme::Http) if !may_be_clear() => return Err(Cleartext { host: self.host() }),
            None | Some(Scheme::Http) => Scheme::Http,
        };
        Ok(RegistryUrl::new(scheme, self.authority.clone()))
    }

    /// The same host over TLS, where the string left the scheme open: a registry on loopback that was logged
    /// in to with `https://` is still found when Docker asks for its bare host.
    #[must_use]
    pub fn over_tls(&self) -> Option<RegistryUrl> {
        self.scheme.is_none().then(|| RegistryUrl::new(Scheme::Https, self.authority.clone()))
    }
}

/// A registry: the key in device.json and the AppView's base URL, such as `https://atcr.io`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistryUrl {
    scheme: Scheme,
    authority: Authority,
}

impl RegistryUrl {
    fn new(scheme: Scheme, mut authority: Authority) -> Self {
        authority.port = authority.port.filter(|&port| port != scheme.default_port());
        Self { scheme, authority }
    }

    /// Host and port, as in an image's name: `atcr.io`, `buoy.cr:8443`.
    #[must_use]
    pub fn host(&self) -> String {
        self.authority.to_string()
    }

    /// Whether `text` can be a name of this registry: false, if its host is not in it. To parse it tells more, and
    /// takes longer.
    #[must_use]
    pub fn may_be_named(&self, text: &[u8]) -> bool {
        let host = self.authority.host.as_bytes();
        text.windows(host.len()).any(|part| part.eq_ignore_ascii_case(host))
    }

    /// Whether requests go over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Whether the registry is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.authority.is_loopback()
    }

    /// Whether `host` (with its port, if it has one) in an image's name means this registry.
    #[must_use]
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

/// Reads a key of device.json: a URL of a scheme and a host, nothing else. Whether `http://` is safe there was
/// decided when somebody logged in.
impl FromStr for RegistryUrl {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let server: ServerString = text.parse()?;
        let scheme = server.scheme.unwrap_or(Scheme::Https);
        Ok(Self::new(scheme, server.authority))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(text: &str, insecure: &[&str]) -> Result<String, String> {
        let server: ServerString = text.parse().map_err(|_| "invalid".to_owned())?;
        let insecure = InsecureRegistries::new(insecure.iter().copied());
        server.registry(&insecure).map(|url| url.to_string()).map_err(|_| "cleartext".to_owned())
    }

    #[test]
    fn every_form_of_a_server_string_names_its_registry() {
        let ok = |url: &str| Ok(url.to_owned());
        for (text, expected) in [
            ("atcr.io", ok("https://atcr.io")),
            ("https://atcr.io", ok("https://atcr.io")),
            ("https://atcr.io/", ok("https://atcr.io")),
            ("HTTPS://ATCR.IO", ok("https://atcr.io")),
            ("ATCR.IO", ok("https://atcr.io")),
            ("atcr.io:443", ok("https://atcr.io")),
            ("atcr.io:80", ok("https://atcr.io:80")),
            ("buoy.cr:8443", ok("https://buoy.cr:8443")),
            ("https://index.docker.io/v1/", ok("https://index.docker.io")),
            ("https://not.a.real.registry/url", ok("https://not.a.real.registry")),
            ("atcr.io/evan.jarrett.net/app", ok("https://atcr.io")),
            ("unused", ok("https://unused")),
            ("localhost", ok("http://localhost")),
            ("localhost:5000", ok("http://localhost:5000")),
            ("http://localhost:80", ok("http://localhost")),
            ("https://localhost:5000", ok("https://localhost:5000")),
            ("registry.localhost:5000", ok("http://registry.localhost:5000")),
            ("127.0.0.1:5000", ok("http://127.0.0.1:5000")),
            ("127.8.9.10", ok("http://127.8.9.10")),
            ("[::1]:5000", ok("http://[::1]:5000")),
            ("[::1]", ok("http://[::1]")),
            ("[2001:db8::1]:5000", ok("https://[2001:db8::1]:5000")),
            ("http://atcr.io", Err("cleartext".to_owned())),
            ("http://atcr.io:443", Err("cleartext".to_owned())),
            ("http://localhost.evil.example", Err("cleartext".to_owned())),
        ] {
            assert_eq!(registry(text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn what_names_no_server_is_refused() {
        for text in [
            "",
            "/",
            ":",
            "https://",
            "ftp://atcr.io",
            "atcr.io:",
            "atcr.io:0",
            "atcr.io:65536",
            "atcr.io:+1",
            "atcr.io:http",
            "user@atcr.io",
            "https://user:pass@atcr.io",
            "at cr.io",
            "atcr..io",
            "-atcr.io",
            "[::1",
            "::1",
            "[atcr.io]",
            "atcr.io\u{7}",
            "bücher.de",
        ] {
            assert_eq!(text.parse::<ServerString>(), Err(InvalidServer), "{text:?}");
        }
    }

    #[test]
    fn insecure_registries_are_spoken_to_over_http() {
        let insecure = ["buoy.internal", "other.internal:5000", "10.1.0.0/16", "fd00::/8", "0.0.0.0/33", "::/x"];
        for (text, expected) in [
            ("buoy.internal", "http://buoy.internal"),
            ("buoy.internal:5000", "http://buoy.internal:5000"),
            ("http://buoy.internal", "http://buoy.internal"),
            ("https://buoy.internal", "https://buoy.internal"),
            ("other.internal:5000", "http://other.internal:5000"),
            ("other.internal", "https://other.internal"),
            ("10.1.200.3:5000", "http://10.1.200.3:5000"),
            ("10.2.0.1", "https://10.2.0.1"),
            ("[fd12::1]", "http://[fd12::1]"),
            ("[2001:db8::1]", "https://[2001:db8::1]"),
        ] {
            assert_eq!(registry(text, &insecure).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn the_first_segment_of_a_path_names_the_identity() {
        for (text, expected) in [
            ("atcr.io", None),
            ("atcr.io/", None),
            ("https://index.docker.io/v1/", None),
            ("atcr.io/Evan.Jarrett.net/app", Some("evan.jarrett.net")),
            ("https://atcr.io/evan.jarrett.net", Some("evan.jarrett.net")),
            ("atcr.io/did:plc:abc123/app", Some("did:plc:abc123")),
        ] {
            let server: ServerString = text.parse().unwrap();
            assert_eq!(server.identity().map(ToString::to_string).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_host_in_an_image_is_the_registry_with_or_without_its_default_port() {
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
