//! What a person sees: lines on stderr, marks in colour, a spinner while waiting, questions, and text from elsewhere
//! made harmless.

mod interrupt;
mod live;
mod progress;
mod prompt;
#[cfg(unix)]
mod raw_mode;
mod wait_for_enter;

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use live::LiveBar;
pub use progress::Progress;
pub use prompt::{confirm, secret, select, text};
pub use wait_for_enter::{CANCELLABLE, enter_pressed};

/// Text for a person, on stderr: stdout is for data. A stderr that is closed is nobody's failure. Colour is taken out
/// where it would not be seen, or is not wanted (`NO_COLOR`, `CLICOLOR`).
pub fn print_status(line: impl AsRef<str>) {
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
pub fn is_terminal_session() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Whether what stdin gives is typed.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "asks what stdin is, reads nothing")]
pub fn is_stdin_terminal() -> bool {
    io::stdin().is_terminal()
}

/// A spinner on a terminal's stderr with the time that is left, gone when dropped; a line where stderr is no terminal.
pub struct Spinner(LiveBar);

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
        let shown = LiveBar::new(bar, message);
        shown.bar.enable_steady_tick(Duration::from_millis(100));
        Self(shown)
    }

    /// Turns beside another message.
    pub fn set_message(&self, message: &'static str) {
        self.0.bar.set_message(message);
    }

    /// Says a line above the spinner.
    pub fn print_status(&self, line: impl AsRef<str>) {
        self.0.bar.suspend(|| print_status(line));
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
}
