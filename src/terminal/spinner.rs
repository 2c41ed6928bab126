//! A spinner with the time that is left.

use std::fmt;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::interrupt::exit_on_interrupt_if_interactive;
use super::live::LiveBar;
use super::print_status;

/// Cleared when dropped. A line if stderr is no terminal.
pub struct Spinner(LiveBar);

impl Spinner {
    /// Counts down from `time`. From here on Ctrl-C exits with 130.
    #[must_use]
    pub fn start(message: &'static str, time: Duration) -> Self {
        exit_on_interrupt_if_interactive();
        let end = Instant::now() + time;
        let left = move |_: &ProgressState, text: &mut dyn fmt::Write| {
            let _ = text.write_str(&minutes(end.saturating_duration_since(Instant::now())));
        };
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({left} left)") {
            bar.set_style(style.with_key("left", left));
        }
        let live = LiveBar::new(bar, message);
        live.bar.enable_steady_tick(Duration::from_millis(100));
        Self(live)
    }

    pub fn set_message(&self, message: &'static str) {
        self.0.bar.set_message(message);
    }

    /// Prints a line above the spinner.
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
