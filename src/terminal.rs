//! What a person sees: lines on stderr, marks in colour, a spinner while waiting, and text from elsewhere made harmless.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use dialoguer::Confirm;
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;

/// Text for a person, on stderr: stdout is for data. A stderr that is closed is nobody's failure. Colour is taken out
/// where it would not be seen, or is not wanted (`NO_COLOR`, `CLICOLOR`).
pub fn say(line: impl AsRef<str>) {
    let mut text = line.as_ref().to_owned();
    text.push('\n');
    drop(anstream::AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes()));
}

/// How a line begins that says how something stands. Shown in colour; the mark itself says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is as it should be.
    Good,
    /// It deserves a look.
    Warning,
    /// It is wrong.
    Bad,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, colour) = match self {
            Self::Good => ('✓', AnsiColor::Green),
            Self::Warning => ('!', AnsiColor::Yellow),
            Self::Bad => ('✗', AnsiColor::Red),
        };
        let style = Style::new().fg_color(Some(colour.into()));
        write!(f, "{style}{mark}{style:#}")
    }
}

/// Whether somebody can be asked, and sees what is shown.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "asks what stdin is, reads nothing")]
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for yes or no; Enter takes `default`. Only for a terminal: who asks has made sure of one with
/// [`is_interactive`].
///
/// # Errors
/// When the person cancels (Esc), or the terminal is gone.
pub fn confirm(question: &str, default: bool) -> Result<bool, Failure> {
    match Confirm::new().with_prompt(question).default(default).interact_opt() {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(Failure::cancelled()),
        Err(error) => Err(Failure::new(format_args!("can't ask on this terminal: {error}"))),
    }
}

/// Text of a server or a file without what would drive the terminal: control characters, and the invisible ones that
/// reorder a line.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let drives = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(drives) { text.replace(drives, "\u{fffd}").into() } else { text.into() }
}

/// A path as a person may see it.
#[must_use]
pub fn shown(path: &Path) -> String {
    harmless(&path.to_string_lossy()).into_owned()
}

/// A spinner on a terminal's stderr, gone when dropped; a line where stderr is no terminal.
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Starts turning beside `message`.
    #[must_use]
    pub fn start(message: &'static str) -> Self {
        if !io::stderr().is_terminal() {
            say(format!("{message}..."));
        }
        let bar = ProgressBar::new_spinner().with_message(message);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_taken_out_of_text() {
        for (text, expected) in [
            ("plain, schön, 日本", "plain, schön, 日本"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{fffd}[31mred\u{fffd}[0m"),
            ("two\nlines\r\t\u{9b}x", "two\u{fffd}lines\u{fffd}\u{fffd}\u{fffd}x"),
            ("gpj.\u{202e}exe", "gpj.\u{fffd}exe"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }
}
