//! Text from elsewhere, made safe to show or to type.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

mod commands;
mod encoding;
mod layout;
mod reflow;
mod secret;
mod secret_member;
mod shell;

pub use commands::{AS_PLUGIN, COMMANDS, as_plugin};
pub use encoding::decode;
pub use layout::{fill, shorten, width_of, wrap};
pub use reflow::{MARK_WORDS, reflow, unbroken};
pub use secret::{holds_device_secret, is_secret, percent_decoded, redact, redact_given};
pub use shell::{shell_quote, shell_word, shell_words};

/// How many names a message lists.
const MOST_NAMES: usize = 6;

/// Replaces control characters, line breaks, the invisible characters that reorder or hide text, and device secrets:
/// all that untrusted text may not bring to a terminal.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    let redacted = redact(text);
    if redacted.contains(is_unsafe) { redacted.replace(is_unsafe, "\u{fffd}").into() } else { redacted }
}

/// The same for one name, in which a password may have blanks: see [`redact_given`].
pub fn sanitize_name(name: &str) -> String {
    sanitize(&redact_given(name)).into_owned()
}

/// As a person sees it who copies it from a page or a chat: without characters that have no shape, nor blanks around it.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_invisible) {
        return text.trim().into();
    }
    text.replace(is_invisible, "").trim().to_owned().into()
}

/// What is unsafe, but for controls and the ends of lines: these part what somebody pasted together.
fn is_invisible(c: char) -> bool {
    is_unsafe(c) && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
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

/// Controls; Unicode's line separators, bidirectional controls and `Default_Ignorable_Code_Point`, which have no shape of
/// their own; interlinear annotation. What fd's sanitize.rs knows, and variation selectors, which hide text as tags do.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
        || matches!(c, '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// What the system says of a failure, without the number that the standard library adds: ` (os error 2)`.
pub fn without_os_code(reason: &str) -> Cow<'_, str> {
    const START: &str = " (os error ";
    let mut reason = Cow::from(reason);
    while let Some(start) = reason.find(START)
        && let Some(length) = reason[start..].find(')')
    {
        reason = format!("{}{}", &reason[..start], &reason[start + length + 1..]).into();
    }
    reason
}

/// A relative one may be what belongs elsewhere, a password included: it came from a variable or a word.
pub fn display_path(path: &Path) -> String {
    sanitize_name(&path.to_string_lossy())
}

/// `one account`, `2 accounts`
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("one {noun}") } else { format!("{count} {noun}s") }
}

/// The names, as many as a message has room for: `a, b` or `a, b, c, d, e, f and 4 more`.
pub fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let mut names = names.into_iter();
    let first: Vec<T> = names.by_ref().take(MOST_NAMES).collect();
    let list = first.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.count() {
        0 => list,
        left => format!("{list} and {left} more"),
    }
}

/// From the home folder on, which shells write as `~`.
pub fn short_path(path: &Path, home: Option<&Path>) -> String {
    match home.filter(|home| home.is_absolute()).and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) if !rest.as_os_str().is_empty() => display_path(&Path::new("~").join(rest)),
        _ => display_path(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_number_is_left_out() {
        for (reason, expected) in [
            ("No such file or directory (os error 2)", "No such file or directory"),
            ("a: b (os error 2): c (os error -21)", "a: b: c"),
            ("Das System kann es nicht finden. (os error 3)", "Das System kann es nicht finden."),
            ("cut off (os error 2", "cut off (os error 2"),
            ("no number", "no number"),
        ] {
            assert_eq!(without_os_code(reason), expected);
        }
        let error = std::io::Error::from_raw_os_error(2);
        assert!(!without_os_code(&error.to_string()).contains(" (os error"), "{error}");
    }

    #[test]
    fn a_long_list_of_names_is_cut() {
        for (count, list) in [(0, ""), (1, "0"), (6, "0, 1, 2, 3, 4, 5"), (37, "0, 1, 2, 3, 4, 5 and 31 more")] {
            assert_eq!(listed((0..count).map(|name| name.to_string())), list);
        }
    }

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
    fn a_path_is_one_word_of_the_systems_shell() {
        for (path, expected) in if cfg!(windows) {
            [(r"C:\a\b.exe", r"C:\a\b.exe"), (r"C:\a b\it's", "\"C:\\a b\\it's\"")]
        } else {
            [("/a/b.exe", "/a/b.exe"), ("/a b/it's", r"'/a b/it'\''s'")]
        } {
            assert_eq!(shell_quote(Path::new(path)), expected);
        }
    }

    #[test]
    fn quoted_words_are_read_as_they_were() {
        let words = ["login", "[::1]:5000", "a b", "/a/b.exe", if cfg!(windows) { r"C:\a" } else { "it's \\ a" }];
        let command = words.map(shell_word).join("  ");
        assert_eq!(shell_words(&command), words);
        assert_eq!(shell_words(""), [""; 0]);
    }

    #[test]
    fn a_path_in_the_home_folder_begins_with_a_tilde() {
        let short = |path: &str, home: &str| short_path(Path::new(path), Some(Path::new(home)));
        if cfg!(unix) {
            assert_eq!(short("/home/evan/.atcr/device.json", "/home/evan"), "~/.atcr/device.json");
        }
        for (path, home) in [("/home/evan2/x", "/home/evan"), ("/home/evan", "/home/evan"), ("x/y", "x"), ("/x", "")] {
            assert_eq!(short(path, home), path);
        }
        assert_eq!(short_path(Path::new("/x"), None), "/x");
    }

    #[test]
    fn control_and_invisible_characters_are_replaced() {
        for (text, expected) in [
            ("plain, schön, 日本", "plain, schön, 日本"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{fffd}[31mred\u{fffd}[0m"),
            ("two\nlines\r\t\u{9b}x", "two\u{fffd}lines\u{fffd}\u{fffd}\u{fffd}x"),
            ("gpj.\u{202e}exe", "gpj.\u{fffd}exe"),
            ("e\u{200b}v\u{ad}a\u{feff}n\u{e0061}", "e\u{fffd}v\u{fffd}a\u{fffd}n\u{fffd}"),
            ("my secret is atcr_device_x1", "my secret is atcr_device_***"),
        ] {
            assert_eq!(sanitize(text), expected);
        }
    }

    #[test]
    fn what_has_no_shape_is_left_out_of_pasted_text() {
        for (text, expected) in [
            ("evan.jarrett.net", "evan.jarrett.net"),
            (" \tevan.jarrett.net\r\n", "evan.jarrett.net"),
            ("\u{feff}\u{2068}evan.\u{200b}jar\u{ad}rett.net\u{2069}\u{a0}\u{202f}", "evan.jarrett.net"),
            ("\u{200b} \u{200b}", ""),
            ("a\nb\u{7}\u{2028}c d", "a\nb\u{7}\u{2028}c d"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn a_secret_with_an_invisible_part_is_not_shown() {
        for text in ["atcr_\u{200b}device_x1", "atcr_device_\u{7}x1", "\u{ad}atcr_dev\u{ad}ice_x1"] {
            assert_eq!(sanitize(text), "atcr_device_***");
        }
    }

    #[test]
    fn every_class_of_invisible_character_is_replaced() {
        for c in [
            '\0',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{17b5}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{206f}',
            '\u{2800}',
            '\u{3164}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{fffb}',
            '\u{1bca0}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0020}',
            '\u{e007f}',
            '\u{e0100}',
            '\u{e01ef}',
        ] {
            assert_eq!(sanitize(&format!("a{c}b")), "a\u{fffd}b", "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn letters_marks_and_symbols_of_every_script_stay() {
        for text in ["é e\u{301}", "日本語 한국어", "עברית العربية", "हिन्दी ไทย", "🦀 → ✓", "\u{e000}\u{fffd}", "a b"]
        {
            assert_eq!(sanitize(text), text);
        }
    }
}
