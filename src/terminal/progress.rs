//! A live progress bar or spinner on stderr.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::interrupt::{clear_on_interrupt, exit_on_interrupt};
#[cfg(unix)]
use super::raw_mode::TerminalMode;
use super::symbols::{has_symbols, is_accessible};
use super::{is_interactive, print_status};

/// How long a picture of it stays: what moves faster only distracts, and over ssh each one is a packet.
const FRAME: Duration = Duration::from_millis(250);

/// Cleared when dropped. Keys do not echo beside it. From its start on Ctrl-C exits with 130. A line if stderr is no
/// terminal, or not one where something may move.
pub struct Progress {
    bar: ProgressBar,
    #[cfg(unix)]
    _mode: Option<TerminalMode>,
}

impl Progress {
    /// Shows the bytes given to [`Progress::at`].
    pub fn start(message: &str) -> Self {
        Self::show(new_bar("{spinner} {msg} {bytes}"), message)
    }

    /// A spinner that counts down from `time`.
    pub fn count_down(message: &str, time: Duration) -> Self {
        if is_accessible() {
            return Self::show(ProgressBar::hidden(), &format!("{message} ({} left)", minutes(time)));
        }
        let end = Instant::now() + time;
        let left = move |_: &ProgressState, text: &mut dyn fmt::Write| {
            let _ = text.write_str(&minutes(end.saturating_duration_since(Instant::now())));
        };
        let bar = new_bar("");
        bar.set_style(style("{spinner} {msg} ({left} left)").with_key("left", left));
        Self::show(bar, message).spinning()
    }

    pub(super) fn spinner(message: &str) -> Self {
        Self::show(new_bar("{spinner} {msg}"), message).spinning()
    }

    fn spinning(self) -> Self {
        // It ends the program if it can't start its thread.
        if thread::Builder::new().spawn(|| {}).is_ok() {
            self.bar.enable_steady_tick(FRAME);
        }
        self
    }

    fn show(bar: ProgressBar, message: &str) -> Self {
        let is_interactive = is_interactive();
        // Without a terminal there is nothing to restore, and the signal ends the process.
        if is_interactive {
            exit_on_interrupt();
        }
        if bar.is_hidden() {
            print_status(format!("{message}..."));
        }
        let progress = Self {
            bar,
            #[cfg(unix)]
            _mode: if is_interactive { TerminalMode::no_echo() } else { None },
        };
        clear_on_interrupt(&progress.bar);
        // Draws the bar, after everything is set up for a Ctrl-C.
        progress.bar.set_message(message.to_owned());
        progress
    }

    /// Shows `done` bytes, of `whole` if that is known.
    pub fn at(&self, done: u64, whole: Option<u64>) {
        if let Some(whole) = whole.filter(|_| done == 0) {
            self.bar.set_style(style("{msg} [{bar:20}] {bytes} of {total_bytes}"));
            self.bar.set_length(whole);
        }
        self.bar.set_position(done);
    }

    pub fn set_message(&self, message: &str) {
        if self.bar.is_hidden() {
            print_status(format!("{message}..."));
        }
        self.bar.set_message(message.to_owned());
    }

    /// Prints a line above it.
    pub fn print_status(&self, line: impl AsRef<str>) {
        self.bar.suspend(|| print_status(line));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Hidden where it would not be seen, or disturb.
fn new_bar(template: &str) -> ProgressBar {
    const FRAMES_A_SECOND: u8 = 4;
    let target = if is_accessible() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr_with_hz(FRAMES_A_SECOND)
    };
    ProgressBar::with_draw_target(None, target).with_style(style(template))
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let style = style.progress_chars("=> ");
    if has_symbols() { style } else { style.tick_chars(r"-\|/ ") }
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
