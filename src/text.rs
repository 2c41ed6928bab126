//! Text from elsewhere, made fit to be shown or typed: nothing in it drives the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// Text of a server or a file without what would drive the terminal: control characters, and the invisible ones that
/// reorder a line.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.contains(is_unsafe) { text.replace(is_unsafe, "\u{fffd}").into() } else { text.into() }
}

/// JSON, or a part of it, in which what would drive the terminal is written as JSON's escapes; its lines stay.
#[must_use]
pub fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        let ends_line = matches!(c, '\n' | '\t') || c == '\r' && rest.peek() == Some(&'\n');
        if is_unsafe(c) && !ends_line {
            // Writing to a String can't fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A path as a person may see it.
#[must_use]
pub fn display_path(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

/// A path as one word of a shell's command line.
#[must_use]
pub fn shell_quote(path: &Path) -> String {
    let path = display_path(path);
    let is_plain = |c: char| c.is_alphanumeric() || "/._-~+:@%".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_when_it_is_escaped() {
        let text = "{\r\n\t\"schön \u{9b}2J\u{202e}\u{7f}\": 1,\r\"b\": 2\n}";
        let expected = "{\r\n\t\"schön \\u009b2J\\u202e\\u007f\": 1,\\u000d\"b\": 2\n}";
        assert_eq!(escape_json(text), expected);
        let plain = text.replace(",\r", ",");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&escape_json(&plain)), value(&plain));
    }

    #[test]
    fn what_drives_a_terminal_is_taken_out_of_text() {
        for (text, expected) in [
            ("plain, schön, 日本", "plain, schön, 日本"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{fffd}[31mred\u{fffd}[0m"),
            ("two\nlines\r\t\u{9b}x", "two\u{fffd}lines\u{fffd}\u{fffd}\u{fffd}x"),
            ("gpj.\u{202e}exe", "gpj.\u{fffd}exe"),
        ] {
            assert_eq!(sanitize(text), expected);
        }
    }
}
