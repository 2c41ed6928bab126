//! Text in lines of a given width.

use anstream::adapter::strip_str;

use super::commands::parts;

/// Lines of whole words and commands, as a hint has them: `what to do: COMMAND`.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    if width_of(text) <= width { vec![text.to_owned()] } else { in_lines(&parts(text, true), width) }
}

/// Lines of whole words. A word that is wider than a line has one of its own, because it may be a URL or a path.
pub fn fill(text: &str, width: usize) -> Vec<String> {
    if width_of(text) <= width {
        return vec![text.to_owned()];
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    in_lines(&words, width)
}

/// As many parts in each as fit.
pub(super) fn in_lines(parts: &[String], width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for part in parts {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(part);
        } else if width_of(line) + 1 + width_of(part) <= width {
            line.push(' ');
            line.push_str(part);
        } else {
            lines.push(part.clone());
        }
    }
    lines
}

/// Text of at most `width`: what is too much is taken from its middle, because the ends of names tell them apart.
pub fn shorten(text: &str, width: usize, ellipsis: &str) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(width_of(ellipsis));
    let end = kept / 3;
    let start: String = text.chars().take(kept - end).collect();
    let end: String = text.chars().skip(width_of(text) - end).collect();
    format!("{start}{ellipsis}{end}")
}

/// In columns, without colours. Names, hosts and our own words have no wide characters.
pub fn width_of(text: &str) -> usize {
    if text.contains('\u{1b}') { strip_str(text).map(|part| part.chars().count()).sum() } else { text.chars().count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_before_what_is_to_be_copied() {
        for (text, expected) in [
            ("", &[""][..]),
            ("as short as this", &["as short as this"]),
            ("one two three four five", &["one two three", "four five"]),
            ("https://atcr.io/a/very/long/path is long", &["https://atcr.io/a/very/long/path", "is long"]),
            ("first unset it: unset VARIABLE", &["first unset it:", "unset VARIABLE"]),
        ] {
            assert_eq!(wrap(text, 16), expected);
        }
    }

    #[test]
    fn the_middle_of_a_long_text_is_left_out() {
        for (text, width, expected) in [
            ("did:plc:abc", 11, "did:plc:abc"),
            ("did:plc:abcdefghijkl", 15, "did:plc:ab…ijkl"),
            ("did:plc:abcdefghijkl", 1, "…"),
            ("did:plc:abcdefghijkl", 0, "…"),
        ] {
            assert_eq!(shorten(text, width, "…"), expected);
        }
        assert_eq!(shorten("did:plc:abcdefghijkl", 17, "..."), "did:plc:ab...ijkl");
    }
}
