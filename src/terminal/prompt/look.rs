//! How prompts look: a question, what can be chosen, and what was answered.

use console::{Style, StyledObject};

use crate::terminal::symbols::{ellipsis, has_symbols};
use crate::text::{shorten, width_of, wrap};

/// A row of the screen.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// With its colours.
    pub(super) text: String,
    /// In columns.
    pub(super) width: usize,
}

impl Row {
    fn add(&mut self, styled: &StyledObject<&str>, width: usize) {
        self.text.push_str(&styled.to_string());
        self.width += width;
    }

    fn push(&mut self, style: &Style, text: &str) {
        self.add(&style.apply_to(text), width_of(text));
    }
}

pub(super) fn plain() -> Style {
    Style::new().for_stderr()
}

/// Dim and not a colour: bright black is the background of some themes.
pub(super) fn hint() -> Style {
    plain().dim()
}

pub(super) fn value() -> Style {
    plain().cyan()
}

/// What stands between a question and what is typed.
pub(super) fn arrow() -> &'static str {
    if has_symbols() { "›" } else { ">" }
}

/// A question in rows of at most `width`, and the parts that follow it.
pub(super) fn question(question: &str, parts: &[(Style, &str)], width: usize) -> Vec<Row> {
    marked((&plain().yellow(), "? "), question, parts, width, width.saturating_sub(2))
}

/// What is left of a prompt, in full: it is not drawn again.
pub(super) fn answered(question: &str, answer: &str, width: usize) -> Vec<Row> {
    let (done, dot) = if has_symbols() { ("✔ ", "·") } else { ("+ ", "-") };
    let green = plain().green();
    marked((&green, done), question, &[(hint(), dot), (green.clone(), answer)], width, usize::MAX)
}

/// Words and parts of more than `longest` columns are shortened.
fn marked(
    (style, mark): (&Style, &str),
    question: &str,
    parts: &[(Style, &str)],
    width: usize,
    longest: usize,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, line) in wrap(question, width.saturating_sub(2)).iter().enumerate() {
        let mut row = Row::default();
        row.push(style, if at == 0 { mark } else { "  " });
        row.push(&plain().bold(), &shorten(line, longest, ellipsis()));
        rows.push(row);
    }
    for (style, part) in parts {
        let part = shorten(part, longest, ellipsis());
        let is_full = rows.last().is_none_or(|row| row.width + 1 + width_of(&part) > width);
        if is_full {
            rows.push(Row { text: " ".to_owned(), width: 1 });
        }
        if let Some(row) = rows.last_mut() {
            row.push(&plain(), " ");
            row.push(style, &part);
        }
    }
    rows
}

/// One of several answers.
pub(super) fn item(text: &str, is_chosen: bool, width: usize) -> Row {
    let pointer = if has_symbols() { "❯ " } else { "> " };
    let mut row = Row::default();
    row.push(&plain().green(), if is_chosen { pointer } else { "  " });
    let style = if is_chosen { value() } else { plain() };
    row.push(&style, &shorten(text, width.saturating_sub(2), ellipsis()));
    row
}
