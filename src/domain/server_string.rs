//! Server strings, as Docker and compatible clients hand them over, and the registry each one names.

use std::str::FromStr;

use super::authority::{Authority, InvalidServer};
use super::registry_url::{RegistryUrl, Scheme};
use super::{Identity, InsecureRegistries};
use crate::text::visible;

/// An explicit `http://` where the secret would cross a network unencrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("http://{host} would send the secret unencrypted")]
pub struct Cleartext {
    pub host: String,
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
        let (scheme, rest) = Scheme::split(text)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self { scheme, authority: authority.parse()?, identity: Identity::first_of(path) })
    }
}

impl From<&RegistryUrl> for ServerString {
    fn from(registry: &RegistryUrl) -> Self {
        Self { scheme: Some(registry.scheme), authority: registry.authority.clone(), identity: None }
    }
}

impl ServerString {
    /// As a person has it: see [`visible`]. Docker means another host where it has characters that can't be seen.
    pub fn typed(text: &str) -> Result<Self, InvalidServer> {
        visible(text).parse()
    }

    /// The identity that the string's own path names, because go-containerregistry sends the full repository to a
    /// `credsStore`, and to a helper for that repository alone.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.authority.to_string()
    }

    /// The registry that is meant: http for loopback and insecure hosts, https for all others; an explicit `https://`
    /// stays. `insecure` is called only where it decides. Fails for an explicit `http://` where the secret would cross
    /// a network unencrypted.
    pub fn registry<'a>(&self, insecure: impl FnOnce() -> &'a InsecureRegistries) -> Result<RegistryUrl, Cleartext> {
        let url = |scheme| RegistryUrl::new(scheme, self.authority.clone());
        if self.scheme == Some(Scheme::Https) {
            return Ok(url(Scheme::Https));
        }
        if self.authority.is_loopback() || insecure().contains(&self.authority) {
            return Ok(url(Scheme::Http));
        }
        match self.scheme {
            None => Ok(url(Scheme::Https)),
            Some(_) => Err(Cleartext { host: self.host() }),
        }
    }

    /// The same host over TLS, where the string left the scheme open: a registry on loopback that was logged
    /// in to with `https://` is still found when Docker sends its bare host.
    pub fn over_tls(&self) -> Option<RegistryUrl> {
        match self.scheme {
            None => Some(RegistryUrl::new(Scheme::Https, self.authority.clone())),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(text: &str, insecure: &[&str]) -> Result<String, String> {
        let server: ServerString = text.parse().map_err(|_| "invalid".to_owned())?;
        let insecure = InsecureRegistries::new(insecure.iter().copied());
        server.registry(|| &insecure).map(|url| url.to_string()).map_err(|_| "cleartext".to_owned())
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
            ("localhost.evil.example", ok("https://localhost.evil.example")),
            ("evil-localhost", ok("https://evil-localhost")),
            ("LOCALHOST:5000", ok("http://localhost:5000")),
            ("Foo.LocalHost", ok("http://foo.localhost")),
            // These mean this machine too, but only to some resolvers: never in clear.
            ("127.1", ok("https://127.1")),
            ("0x7f.1", ok("https://0x7f.1")),
            ("127.0.0.01", ok("https://127.0.0.01")),
            ("2130706433", ok("https://2130706433")),
            ("0.0.0.0", ok("https://0.0.0.0")),
            ("[::]", ok("https://[::]")),
            ("[::ffff:127.0.0.1]", ok("http://[::ffff:127.0.0.1]")),
            ("http://[::ffff:127.0.0.1]", ok("http://[::ffff:127.0.0.1]")),
            ("http://127.1", Err("cleartext".to_owned())),
        ] {
            assert_eq!(registry(text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn text_that_names_no_server_is_refused() {
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
            "localhost.",
            "foo.localhost.:5000",
            "[fe80::1%eth0]",
            "[::1%lo]:5000",
        ] {
            assert_eq!(text.parse::<ServerString>(), Err(InvalidServer::Name), "{text:?}");
        }
    }

    #[test]
    fn a_person_may_paste_what_docker_may_not() {
        for text in [" atcr.io\n", "\u{feff}https://atcr.io/\u{a0}", "at\u{200d}cr.io", "\u{2066}atcr.io\u{2069}"] {
            assert_eq!(ServerString::typed(text).unwrap().host(), "atcr.io", "{text:?}");
            assert_eq!(text.parse::<ServerString>(), Err(InvalidServer::Name), "{text:?}");
        }
        assert_eq!(ServerString::typed("atcr_\u{200b}device_x"), Err(InvalidServer::Secret));
    }

    #[test]
    fn a_secret_names_no_server() {
        for text in [
            "atcr_device_x",
            "https://atcr_device_x/",
            "http://atcr_device_x.example:5000",
            "Atcr_Device_x.y@atcr.io",
            "evan.jarrett.net:atcr_device_x@atcr.io",
            "abcd-efgh-ijkl-mnop",
            "https://abcd-efgh-ijkl-mnop:443/",
        ] {
            assert_eq!(text.parse::<ServerString>(), Err(InvalidServer::Secret), "{text:?}");
        }
    }

    #[test]
    fn insecure_registries_use_http() {
        let insecure = [
            "buoy.internal",
            "other.internal:5000",
            "10.1.0.0/16",
            "fd00::/8",
            "::ffff:10.4.0.0/112",
            "::ffff:10.5.0.0/90",
            "0.0.0.0/33",
            "::/x",
            "http://a.internal",
            "HTTPS://b.internal:5000",
            "http://10.9.0.0/16",
            "ftp://c.internal",
            "http://d.internal/",
            "http://https://e.internal",
            "http://u:p@f.internal",
        ];
        for (text, expected) in [
            ("buoy.internal", "http://buoy.internal"),
            ("buoy.internal:5000", "https://buoy.internal:5000"),
            ("a.internal", "http://a.internal"),
            ("a.internal:80", "https://a.internal:80"),
            ("b.internal:5000", "http://b.internal:5000"),
            ("b.internal", "https://b.internal"),
            ("10.9.8.7:5000", "http://10.9.8.7:5000"),
            ("c.internal", "https://c.internal"),
            ("d.internal", "https://d.internal"),
            ("e.internal", "https://e.internal"),
            ("f.internal", "https://f.internal"),
            ("http://buoy.internal", "http://buoy.internal"),
            ("https://buoy.internal", "https://buoy.internal"),
            ("other.internal:5000", "http://other.internal:5000"),
            ("other.internal", "https://other.internal"),
            ("10.1.200.3:5000", "http://10.1.200.3:5000"),
            ("10.2.0.1", "https://10.2.0.1"),
            ("[::ffff:10.1.200.3]", "http://[::ffff:10.1.200.3]"),
            ("10.4.200.3", "http://10.4.200.3"),
            ("[::ffff:a04:1]", "http://[::ffff:a04:1]"),
            ("10.5.0.1", "https://10.5.0.1"),
            ("[::ffff:7f00:1]:5000", "http://[::ffff:7f00:1]:5000"),
            ("[::7f00:1]:5000", "https://[::7f00:1]:5000"),
            ("[fd12::1]", "http://[fd12::1]"),
            ("[2001:db8::1]", "https://[2001:db8::1]"),
        ] {
            assert_eq!(registry(text, &insecure).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn insecure_registries_are_read_only_where_they_decide() {
        for text in ["https://atcr.io", "localhost:5000", "http://127.0.0.1", "https://localhost"] {
            let server: ServerString = text.parse().unwrap();
            assert!(server.registry(|| panic!("{text}")).is_ok());
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
}
