//! What a person sees: lines on stderr, marks in colour, a spinner while waiting, questions, and text from elsewhere
//! made harmless.

mod interrupt;
mod live;
mod progress;
mod prompt;
#[cfg(unix)]
mod raw_mode;
mod wait_for_enter;

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use live::Shown;
pub use progress::Progress;
pub use prompt::{confirm, secret, select, text};
pub use wait_for_enter::{ENTER_CAN_WAIT, enter_pressed};

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
pub fn is_interactive() -> bool {
    is_stdin_terminal() && io::stderr().is_terminal()
}

/// Whether a person watches: what is shown goes to a terminal, data too.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "asks what stdout is, writes nothing")]
pub fn is_watched() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Whether what stdin gives is typed.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "asks what stdin is, reads nothing")]
pub fn is_stdin_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Text of a server or a file without what would drive the terminal: control characters, and the invisible ones that
/// reorder a line.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.contains(drives) { text.replace(drives, "\u{fffd}").into() } else { text.into() }
}

/// JSON, or a part of it, in which what would drive the terminal is written as JSON's escapes; its lines stay.
#[must_use]
pub fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        let ends_line = matches!(c, '\n' | '\t') || c == '\r' && rest.peek() == Some(&'\n');
        if drives(c) && !ends_line {
            // Writing to a String can't fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn drives(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A path as a person may see it.
#[must_use]
pub fn shown(path: &Path) -> String {
    harmless(&path.to_string_lossy()).into_owned()
}

/// A path as one word of a shell's command line.
#[must_use]
pub fn quoted(path: &Path) -> String {
    let path = shown(path);
    let is_plain = |c: char| c.is_alphanumeric() || "/._-~+:@%".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// A spinner on a terminal's stderr with the time that is left, gone when dropped; a line where stderr is no terminal.
pub struct Spinner(Shown);

impl Spinner {
    /// Starts turning beside `message`, to be there for `time`. Ctrl-C then ends the program with 130.
    #[must_use]
    pub fn start(message: &'static str, time: Duration) -> Self {
        let end = Instant::now() + time;
        let left = move |_: &ProgressState, text: &mut dyn fmt::Write| {
            // An indicatif that can't draw is nobody's failure.
            let _ = text.write_str(&minutes(end.saturating_duration_since(Instant::now())));
        };
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({left} left)") {
            bar.set_style(style.with_key("left", left));
        }
        let shown = Shown::new(bar, message);
        shown.bar.enable_steady_tick(Duration::from_millis(100));
        Self(shown)
    }

    /// Turns beside another message.
    pub fn set_message(&self, message: &'static str) {
        self.0.bar.set_message(message);
    }

    /// Says a line above the spinner.
    pub fn say(&self, line: impl AsRef<str>) {
        self.0.bar.suspend(|| say(line));
    }
}

/// `9:05`
fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_shown_in_minutes_and_seconds() {
        for (seconds, expected) in [(0, "0:00"), (65, "1:05"), (600, "10:00"), (86_400, "1440:00")] {
            assert_eq!(minutes(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn json_means_the_same_when_it_is_escaped() {
        let text = "{\r\n\t\"schön \u{9b}2J\u{202e}\u{7f}\": 1,\r\"b\": 2\n}";
        let expected = "{\r\n\t\"schön \\u009b2J\\u202e\\u007f\": 1,\\u000d\"b\": 2\n}";
        assert_eq!(escaped(text), expected);
        let plain = text.replace(",\r", ",");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&escaped(&plain)), value(&plain));
    }

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
