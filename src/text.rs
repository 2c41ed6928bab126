//! Text from elsewhere, made safe to show or to type.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// Replaces control characters, and the invisible ones that reorder or hide text on a terminal.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.contains(is_unsafe) { text.replace(is_unsafe, "\u{fffd}").into() } else { text.into() }
}

/// Writes the same characters of JSON text as JSON's escapes. Line breaks and tabs stay.
pub fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        let ends_line = matches!(c, '\n' | '\t') || c == '\r' && rest.peek() == Some(&'\n');
        if is_unsafe(c) && !ends_line {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String can't fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

pub fn display_path(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

/// As one word of a shell's command line.
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
        let text = "{\r\n\t\"schön \u{9b}2J\u{202e}\u{7f}\u{e0061}\": 1,\r\"b\": 2\n}";
        let expected = "{\r\n\t\"schön \\u009b2J\\u202e\\u007f\\udb40\\udc61\": 1,\\u000d\"b\": 2\n}";
        assert_eq!(escape_json(text), expected);
        let plain = text.replace(",\r", ",");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&escape_json(&plain)), value(&plain));
    }

    #[test]
    fn control_and_invisible_characters_are_replaced() {
        for (text, expected) in [
            ("plain, schön, 日本", "plain, schön, 日本"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{fffd}[31mred\u{fffd}[0m"),
            ("two\nlines\r\t\u{9b}x", "two\u{fffd}lines\u{fffd}\u{fffd}\u{fffd}x"),
            ("gpj.\u{202e}exe", "gpj.\u{fffd}exe"),
            ("e\u{200b}v\u{ad}a\u{feff}n\u{e0061}", "e\u{fffd}v\u{fffd}a\u{fffd}n\u{fffd}"),
        ] {
            assert_eq!(sanitize(text), expected);
        }
    }
}
