//! What a terminal does with text besides showing it.

use std::io::{self, IsTerminal, Write};

use anstyle::Style;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::symbols::is_dumb;

pub fn bold(text: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}

/// With addresses that can be clicked, although they may be broken over several rows (OSC 8).
pub(super) fn linked(text: &str) -> String {
    let (mut linked, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("http") {
        let (before, found) = rest.split_at(at);
        let url = url(found);
        linked += before;
        if url.is_empty() || before.ends_with(|c: char| c.is_alphanumeric() || c == '=') {
            linked += "http";
            rest = &found["http".len()..];
        } else {
            linked.extend(["\x1b]8;;", url, "\x1b\\", url, "\x1b]8;;\x1b\\"]);
            rest = &found[url.len()..];
        }
    }
    linked + rest
}

/// What the text begins with, up to what ends a word or a sentence.
fn url(text: &str) -> &str {
    let length =
        text.find(|c: char| c.is_whitespace() || c.is_control() || "\"'<>`()".contains(c)).unwrap_or(text.len());
    let url = text[..length].trim_end_matches(['.', ',', ';', ':', '!', '?', '…']);
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    if host.is_empty() { "" } else { url }
}

/// Has the terminal copy the text, also over ssh (OSC 52). It does not say whether it did. False: this is none that could.
pub fn copy(text: &str) -> bool {
    let mut terminal = io::stderr().lock();
    if !terminal.is_terminal() || is_dumb() {
        return false;
    }
    let text = BASE64_STANDARD.encode(text);
    write!(terminal, "\x1b]52;c;{text}\x07").and_then(|()| terminal.flush()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_a_sentence_does() {
        for (text, url) in [
            ("sign out at https://atcr.io or", "https://atcr.io"),
            ("at: http://h:5000/device?user_code=A-B", "http://h:5000/device?user_code=A-B"),
            ("see https://atcr.io/a.", "https://atcr.io/a"),
            ("(https://atcr.io)", "https://atcr.io"),
            ("set HTTPS_PROXY=http://HOST:PORT", ""),
            ("https:// and http", ""),
            ("no address", ""),
        ] {
            let link = format!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\");
            let expected = if url.is_empty() { text.to_owned() } else { text.replace(url, &link) };
            assert_eq!(linked(text), expected);
        }
    }
}
