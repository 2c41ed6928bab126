//! URLs that a server gives us to show or open.

use std::io;

use reqwest::Url;

use crate::domain::RegistryUrl;
use crate::environment::Environment;

/// The URL in its normal form, if it is one that may be shown and opened: https, or http where the registry itself is
/// spoken to over http.
#[must_use]
pub fn browsable(text: &str, base: &RegistryUrl) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let may_be_opened = url.scheme() == "https" || url.scheme() == "http" && !base.is_https();
    (may_be_opened && url.has_host()).then(|| url.into())
}

/// Opens a URL in the person's browser, as one argument and without waiting for it.
///
/// # Errors
/// When no browser can be started.
pub fn open(url: &str, environment: &Environment) -> io::Result<()> {
    match &environment.browser {
        Some(browser) => open::with_detached(url, browser),
        None => open::that_detached(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_browsable_and_http_only_where_the_registry_is() {
        for (text, base, expected) in [
            ("https://atcr.io/device", "https://atcr.io", Some("https://atcr.io/device")),
            ("HTTPS://Atcr.io", "https://atcr.io", Some("https://atcr.io/")),
            ("https://atcr.io/a\u{1b}[31m\nb", "https://atcr.io", Some("https://atcr.io/a%1B[31mb")),
            ("http://atcr.io/device", "https://atcr.io", None),
            ("http://127.0.0.1:5000/device", "http://127.0.0.1:5000", Some("http://127.0.0.1:5000/device")),
            ("javascript:alert(1)", "http://127.0.0.1:5000", None),
            ("file:///etc/passwd", "http://127.0.0.1:5000", None),
            ("-h", "https://atcr.io", None),
            ("", "https://atcr.io", None),
        ] {
            assert_eq!(browsable(text, &base.parse().unwrap()).as_deref(), expected, "{text}");
        }
    }
}
