//! What is shown beside words: symbols, ASCII in their place, or words for who has them read aloud.

use std::fmt;
use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};

use crate::platform::environment::TerminalSettings;
use crate::text::MARK_WORDS;

static SETTINGS: LazyLock<TerminalSettings> = LazyLock::new(TerminalSettings::read);

/// No cursor is moved, nothing spins, and symbols are words.
pub fn is_accessible() -> bool {
    SETTINGS.is_accessible
}

pub(super) fn has_symbols() -> bool {
    SETTINGS.has_symbols && !SETTINGS.is_accessible
}

/// The terminal does nothing but show text.
pub(super) fn is_dumb() -> bool {
    SETTINGS.is_dumb
}

/// On a terminal. Not where text is read aloud.
pub(super) fn can_link() -> bool {
    SETTINGS.has_links && !is_accessible()
}

pub fn ellipsis() -> &'static str {
    if has_symbols() { "…" } else { "..." }
}

/// The state of what a line is about. Readable without its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Good,
    Warning,
    Bad,
}

impl Mark {
    /// Without its colour.
    pub fn text(self) -> &'static str {
        let (symbol, ascii, word) = match self {
            Self::Good => ("✓", "+", MARK_WORDS[0]),
            Self::Warning => ("!", "!", MARK_WORDS[1]),
            Self::Bad => ("✗", "x", MARK_WORDS[2]),
        };
        match *SETTINGS {
            TerminalSettings { is_accessible: true, .. } => word,
            TerminalSettings { has_symbols: true, .. } => symbol,
            _ => ascii,
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colour = match self {
            Self::Good => AnsiColor::Green,
            Self::Warning => AnsiColor::Yellow,
            Self::Bad => AnsiColor::Red,
        };
        let style = Style::new().fg_color(Some(colour.into()));
        write!(f, "{style}{}{style:#}", self.text())
    }
}
