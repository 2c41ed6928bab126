//! Opening a URL that a server sent.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::Url;

use crate::domain::RegistryUrl;

/// The URL, normalised, if it may be shown and opened: https, or http if the registry itself uses http.
pub fn allowed_url(text: &str, base: &RegistryUrl) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let may_be_opened = url.scheme() == "https" || url.scheme() == "http" && !base.is_https();
    (may_be_opened && url.has_host()).then(|| url.into())
}

/// The same, if it is at the registry's own origin: for a page on which somebody logs in.
pub(crate) fn own_url(text: &str, base: &RegistryUrl) -> Option<String> {
    let url = allowed_url(text, base)?;
    let origin = Url::parse(&base.to_string()).ok()?.origin();
    Url::parse(&url).is_ok_and(|url| url.origin() == origin).then_some(url)
}

/// Opens a URL, as one argument, in `BROWSER` or else the default browser. Does not wait for the browser.
pub fn open(url: &str, browsers: Option<&str>) -> io::Result<()> {
    match browsers {
        Some(browsers) => open_in(browsers, url),
        None => open::that_detached(url),
    }
}

fn open_in(browsers: &str, url: &str) -> io::Result<()> {
    let mut result = Err(io::Error::new(io::ErrorKind::NotFound, "BROWSER names no program"));
    for browser in browsers.split(SEPARATOR).filter(|browser| !browser.trim().is_empty()) {
        result = start(command(browser, url));
        if result.is_ok() {
            break;
        }
    }
    result
}

const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

/// `browser` is a program, or a program and its arguments. The URL replaces `%s`, else it comes last. There is no shell.
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

/// Starts a program that Ctrl-C in this terminal does not kill, and that prints nothing there.
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
    fn only_web_urls_are_allowed_and_http_if_the_registry_uses_it() {
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

    #[test]
    fn the_url_is_one_argument_in_the_place_of_percent_s() {
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
    fn a_browser_path_with_a_blank_is_one_program() {
        let folder = tempfile::tempdir().unwrap();
        let browser = folder.path().join("my browser");
        std::fs::File::create(&browser).unwrap();
        assert_eq!(command(browser.to_str().unwrap(), "u"), [browser.to_str().unwrap(), "u"]);
    }

    #[test]
    fn the_first_browser_that_starts_is_used() {
        let open = |browsers: &str| open_in(&browsers.replace(':', &SEPARATOR.to_string()), "u");
        let there = if cfg!(windows) { "cmd /c rem" } else { "true" };
        assert!(open(&format!("no-such-browser::{there}")).is_ok());
        assert!(open("no-such-browser:nor-this-one").is_err());
        assert!(open(" : ").is_err());
    }
}
