//! Web pages that a server sends a person to.

use reqwest::Url;

use crate::domain::RegistryUrl;

/// In bytes. A page of a login is far shorter.
const LONGEST_URL: usize = 2048;

/// A URL that may be shown and opened, normalised: https, or http if the registry itself uses http. Nothing stands before
/// the host, which would look like it: `https://atcr.io@evil.example/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebPage {
    url: Box<str>,
    /// If it is at another origin than the registry: where it is, and where not.
    elsewhere: Option<Box<(String, String)>>,
}

impl WebPage {
    pub fn parse(text: &str, registry: &RegistryUrl) -> Option<Self> {
        Self::of(Url::parse(text).ok()?, registry)
    }

    /// The same with one more pair in its query.
    pub fn parse_with(text: &str, name: &str, value: &str, registry: &RegistryUrl) -> Option<Self> {
        let mut url = Url::parse(text).ok()?;
        url.query_pairs_mut().append_pair(name, value);
        Self::of(url, registry)
    }

    fn of(url: Url, registry: &RegistryUrl) -> Option<Self> {
        let may_be_opened = url.scheme() == "https" || url.scheme() == "http" && !registry.is_https();
        let is_plain = url.username().is_empty() && url.password().is_none() && url.as_str().len() <= LONGEST_URL;
        let host = url.host_str()?.to_owned();
        let is_registrys = Url::parse(&registry.to_string()).is_ok_and(|own| own.origin() == url.origin());
        if !may_be_opened || !is_plain {
            return None;
        }
        let host = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let elsewhere = match registry.host() {
            _ if is_registrys => None,
            same if same == host => Some((format!("{}://{host}", url.scheme()), registry.to_string())),
            other => Some((host, other)),
        };
        let elsewhere = elsewhere.map(Box::new);
        Some(Self { url: String::from(url).into(), elsewhere })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What to say of a page that is not the registry's own.
    pub fn warning(&self) -> Option<String> {
        let (host, registry) = &**self.elsewhere.as_ref()?;
        Some(format!("this page is at {host}, not at {registry}"))
    }
}

/// The URL of a page that may be shown and opened, if it is at the registry's own origin: for one on which somebody logs in.
pub(crate) fn own_url(text: &str, registry: &RegistryUrl) -> Option<String> {
    let page = WebPage::parse(text, registry).filter(|page| page.elsewhere.is_none());
    page.map(|page| page.url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_urls_are_allowed_and_http_if_the_registry_uses_it() {
        let long = format!("https://atcr.io/{}", "a".repeat(2048));
        for (text, registry, expected) in [
            ("https://atcr.io/device", "https://atcr.io", Some("https://atcr.io/device")),
            ("HTTPS://Atcr.io:443", "https://atcr.io", Some("https://atcr.io/")),
            ("https://atcr.io/a\u{1b}[31m\nb", "https://atcr.io", Some("https://atcr.io/a%1B[31mb")),
            ("http://127.0.0.1:5000/device", "http://127.0.0.1:5000", Some("http://127.0.0.1:5000/device")),
            ("http://atcr.io/device", "https://atcr.io", None),
            ("https://atcr.io@evil.example/", "https://atcr.io", None),
            ("https://atcr.io:443@evil.example/", "https://atcr.io", None),
            ("https://:p@atcr.io/", "https://atcr.io", None),
            ("javascript:alert(1)", "http://127.0.0.1:5000", None),
            ("file:///etc/passwd", "http://127.0.0.1:5000", None),
            ("-h", "https://atcr.io", None),
            ("", "https://atcr.io", None),
            (&long, "https://atcr.io", None),
        ] {
            let page = WebPage::parse(text, &registry.parse().unwrap());
            assert_eq!(page.as_ref().map(WebPage::url), expected, "{text}");
        }
    }

    #[test]
    fn a_page_at_another_origin_is_named_as_such() {
        for (text, registry, host) in [
            ("https://evil.example/", "https://atcr.io", "evil.example"),
            ("https://atcr.io.evil.example/", "https://atcr.io", "atcr.io.evil.example"),
            ("https://atcr.io:8443/", "https://atcr.io", "atcr.io:8443"),
            ("https://аtcr.io/", "https://atcr.io", "xn--tcr-5cd.io"),
        ] {
            let page = WebPage::parse(text, &registry.parse().unwrap()).unwrap();
            let registry = registry.split("://").nth(1).unwrap();
            assert_eq!(page.warning().unwrap(), format!("this page is at {host}, not at {registry}"));
        }
        let page = WebPage::parse("https://127.0.0.1/", &"http://127.0.0.1".parse().unwrap()).unwrap();
        assert_eq!(page.warning().unwrap(), "this page is at https://127.0.0.1, not at http://127.0.0.1");
    }

    #[test]
    fn a_page_to_log_in_on_is_at_the_registrys_own_origin() {
        for (text, base, expected) in [
            ("https://atcr.io/login?next=x", "https://atcr.io", Some("https://atcr.io/login?next=x")),
            ("https://ATCR.IO:443/login", "https://atcr.io", Some("https://atcr.io/login")),
            ("https://evil.example/login", "https://atcr.io", None),
            ("https://atcr.io.evil.example/login", "https://atcr.io", None),
            ("https://atcr.io@evil.example/login", "https://atcr.io", None),
            ("https://atcr.io:8443/login", "https://atcr.io", None),
            ("http://127.0.0.1:5001/login", "http://127.0.0.1:5000", None),
            ("https://127.0.0.1:5000/login", "http://127.0.0.1:5000", None),
        ] {
            assert_eq!(own_url(text, &base.parse().unwrap()).as_deref(), expected, "{text}");
        }
    }
}
