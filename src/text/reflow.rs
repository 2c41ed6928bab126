//! Text of several lines for a narrower terminal.

use anstream::adapter::strip_str;

use super::commands::{is_command_line, parts};
use super::layout::{in_lines, width_of};

/// The same text, with the lines broken that are wider than `width`: between words, and going on where their first word
/// stands, after a mark or in the second column of a table. Commands stay whole, because they are copied.
pub fn reflow(text: &str, width: usize) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| broken(line, width)).collect();
    lines.join("\n")
}

fn broken(line: &str, width: usize) -> String {
    let words = line.trim_start_matches(' ');
    let indent = line.len() - words.len();
    if width_of(line) <= width || is_command_line(words, indent > 0) {
        return line.to_owned();
    }
    let (head, rest) = words.split_at(head_length(words));
    let mut hang = indent + width_of(head);
    let mut end = String::new();
    if hang > width / 2 {
        hang = (indent + 4).min(width / 2);
        end = format!("\n{:hang$}", "");
    }
    let head = if end.is_empty() { head } else { head.trim_end() };
    let lines = in_lines(&parts(rest, indent > 1 && head.is_empty()), width - hang);
    format!("{:indent$}{head}{end}{}", "", lines.join(&format!("\n{:hang$}", "")))
}

/// What marks are for who has them read aloud: good, a warning, bad.
pub const MARK_WORDS: [&str; 3] = ["ok:", "warning:", "problem:"];

/// In bytes: of a mark, of a number in a list, or of the first column of a table.
fn head_length(words: &str) -> usize {
    let first = words.split(' ').next().unwrap_or_default();
    let plain = strip_str(first).to_string();
    let is_number = plain.strip_suffix('.').is_some_and(|number| number.parse::<u32>().is_ok());
    if (is_number || MARK_WORDS.contains(&&*plain)) && words.len() > first.len() {
        return first.len() + 1;
    }
    if width_of(first) == 1 && !strip_str(first).all(|part| part.chars().all(char::is_alphanumeric)) {
        return first.len() + 1;
    }
    words.find("  ").map_or(0, |gap| words.len() - words[gap..].trim_start_matches(' ').len())
}

/// The same paragraphs in one line each, if they were broken at `width`: where the next word did not fit. For text that is
/// written in lines.
pub fn unbroken(text: &str, width: usize) -> String {
    let mut joined = String::new();
    let mut last: Option<&str> = None;
    for line in text.split('\n') {
        match last {
            None => joined.push_str(line),
            Some(last) if continues(last, line, width) => {
                joined.push(' ');
                joined.push_str(line.trim_start_matches(' '));
            }
            Some(_) => {
                joined.push('\n');
                joined.push_str(line);
            }
        }
        last = Some(line);
    }
    joined
}

fn continues(last: &str, line: &str, width: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let first = line.split_whitespace().next().unwrap_or_default();
    !last.is_empty()
        && !first.is_empty()
        && indent(last) == indent(line)
        && width_of(last) + 1 + width_of(first) > width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_under_their_first_word() {
        for (text, expected) in [
            ("short\n\nlines", "short\n\nlines"),
            ("one two three four five", "one two three\nfour five"),
            ("  one two three four", "  one two three\n  four"),
            ("✓ one two three four", "✓ one two three\n  four"),
            ("\u{1b}[32m✓\u{1b}[0m one two three four", "\u{1b}[32m✓\u{1b}[0m one two three\n  four"),
            ("  a   one two three", "  a   one two\n      three"),
            ("  1. one two three", "  1. one two\n     three"),
            ("ok: one two three four", "ok: one two\n    three four"),
            ("\u{1b}[33mok:\u{1b}[0m one two three", "\u{1b}[33mok:\u{1b}[0m one two\n    three"),
            ("2.5 one two three four", "2.5 one two\nthree four"),
            ("a first column  and more", "a first column\n    and more"),
            ("  run: docker push atcr.io/a/b", "  run: docker push atcr.io/a/b"),
            ("  docker push atcr.io/a/b", "  docker push atcr.io/a/b"),
            ("  to do: unset ONE TWO", "  to do:\n  unset ONE TWO"),
            ("https://atcr.io/settings lists it", "https://atcr.io/settings\nlists it"),
        ] {
            assert_eq!(reflow(text, 16), expected);
        }
        assert_eq!(reflow("a b", 1), "a\nb");
    }

    #[test]
    fn only_full_lines_are_joined() {
        let text = "one two three\nfour\n\n  a b c d e f g\n  h\ni\nshort\nline";
        assert_eq!(unbroken(text, 16), "one two three four\n\n  a b c d e f g h\ni\nshort\nline");
    }
}
