//! Lines that fit the terminal, and 80 columns wherever they are shown: what is piped into a file is read there later.

use crate::error::Hint;
use crate::terminal::{self, Mark};
use crate::text::{fill, sanitize, width_of, wrap};

const INDENT: &str = "      ";

fn beside_indent() -> usize {
    terminal::width() - INDENT.len()
}

/// A line of a registry, after a mark.
pub(super) fn marked(mark: Mark, text: &str) -> String {
    after(&format!("  {mark} "), 3 + width_of(mark.text()), text)
}

/// The same without anything to mark.
pub(super) fn neutral(text: &str) -> String {
    after("  - ", 4, text)
}

/// `start` takes `width` columns.
fn after(start: &str, width: usize, text: &str) -> String {
    let lines = prose(text, terminal::width() - width);
    format!("{start}{}\n", lines.join(&format!("\n{:width$}", "")))
}

/// Under a line: why it is so. Empty if that needs no words.
pub(super) fn reason(text: Option<&str>) -> String {
    text.map(|text| under(&prose(text, beside_indent()))).unwrap_or_default()
}

/// Nothing in it is copied, so a handle that is wider than a line may be broken.
fn prose(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in fill(&sanitize(text), width) {
        let characters: Vec<char> = line.chars().collect();
        lines.extend(characters.chunks(width).map(String::from_iter));
    }
    lines
}

/// Under a line: what fixes it. A command is not broken, because it is copied.
pub(super) fn indented(hint: Option<&Hint>) -> String {
    match hint {
        None => String::new(),
        Some(Hint::Text(text)) => under(&wrap(&sanitize(text), beside_indent())),
        Some(command) => under(&[sanitize(&command.to_string()).into_owned()]),
    }
}

fn under(lines: &[String]) -> String {
    format!("{INDENT}{}\n", lines.join(&format!("\n{INDENT}")))
}
