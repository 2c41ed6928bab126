//! URLs that a server gives us to show or open.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::Url;

use crate::domain::RegistryUrl;
use crate::platform::environment::Environment;

/// The URL in its normal form, if it is one that may be shown and opened: https, or http where the registry itself is
/// spoken to over http.
#[must_use]
pub fn allowed_url(text: &str, base: &RegistryUrl) -> Option<String> {
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
        Some(browsers) => open_in(browsers, url),
        None => open::that_detached(url),
    }
}

/// Opens a URL in the first of `browsers` that can be started.
fn open_in(browsers: &str, url: &str) -> io::Result<()> {
    let mut result = Err(io::Error::new(io::ErrorKind::NotFound, "BROWSER names none"));
    for browser in browsers.split(BETWEEN_BROWSERS).filter(|browser| !browser.trim().is_empty()) {
        result = start(command(browser, url));
        if result.is_ok() {
            break;
        }
    }
    result
}

/// `BROWSER` may list several, as `PATH` does.
const BETWEEN_BROWSERS: char = if cfg!(windows) { ';' } else { ':' };

/// The words that open `url` in one of BROWSER's: a program, or a program and arguments. The URL takes the place of
/// `%s`, else it comes last. No shell reads them.
fn command(browser: &str, url: &str) -> Vec<String> {
    let words = || browser.split_whitespace().map(str::to_owned);
    let mut words: Vec<String> =
        if Path::new(browser).is_file() { vec![browser.to_owned()] } else { words().collect() };
    let mut is_placed = false;
    for word in words.iter_mut().skip(1).filter(|word| word.contains("%s")) {
        *word = word.replace("%s", url);
        is_placed = true;
    }
    if !is_placed {
        words.push(url.to_owned());
    }
    words
}

/// Starts a program that Ctrl-C in this terminal does not end, and that writes nothing to it.
fn start(words: Vec<String>) -> io::Result<()> {
    let mut words = words.into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(drop)
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
            assert_eq!(allowed_url(text, &base.parse().unwrap()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_browser_gets_the_url_as_one_argument_in_the_place_it_asks_for() {
        let url = "https://atcr.io/device?a=1&b=$(x)%20";
        for (browser, expected) in [
            ("firefox", &["firefox", url][..]),
            (" firefox --new-window ", &["firefox", "--new-window", url]),
            ("firefox --url=%s -P me", &["firefox", "--url=https://atcr.io/device?a=1&b=$(x)%20", "-P", "me"]),
            ("w3m %s", &["w3m", url]),
            ("/no such/browser", &["/no", "such/browser", url]),
        ] {
            assert_eq!(command(browser, url), expected);
        }
    }

    #[test]
    fn a_browser_whose_path_has_a_blank_is_one_program() {
        let folder = tempfile::tempdir().unwrap();
        let browser = folder.path().join("my browser");
        std::fs::File::create(&browser).unwrap();
        assert_eq!(command(browser.to_str().unwrap(), "u"), [browser.to_str().unwrap(), "u"]);
    }

    #[test]
    fn the_first_browser_that_starts_is_taken_and_none_is_an_error() {
        let open = |browsers: &str| open_in(&browsers.replace(':', &BETWEEN_BROWSERS.to_string()), "u");
        let there = if cfg!(windows) { "cmd /c rem" } else { "true" };
        assert!(open(&format!("no-such-browser::{there}")).is_ok());
        assert!(open("no-such-browser:nor-this-one").is_err());
        assert!(open(" : ").is_err());
    }
}
