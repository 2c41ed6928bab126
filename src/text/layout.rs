//! Text in lines of a given width.

/// [`fill`], but text that ends in a command or a URL is rather broken before that: `what to do: COMMAND`.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    if width_of(text) > width
        && let Some((before, last)) = text.rsplit_once(": ")
        && width_of(before) < width
        && width_of(last) <= width
    {
        return vec![format!("{before}:"), last.to_owned()];
    }
    fill(text, width)
}

/// Lines of whole words. A word that is wider than a line has one of its own, because it may be a URL or a path.
pub fn fill(text: &str, width: usize) -> Vec<String> {
    if width_of(text) <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if width_of(line) + 1 + width_of(word) <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
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

/// In columns. Names, hosts and our own words have no wide characters.
pub fn width_of(text: &str) -> usize {
    text.chars().count()
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
