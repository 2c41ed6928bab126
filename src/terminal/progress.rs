//! How far something has come.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{interrupt, is_interactive, say};

/// A bar on a terminal's stderr, gone when dropped; a line where stderr is no terminal.
pub struct Progress(ProgressBar);

impl Progress {
    /// Starts with nothing done of `message`. Ctrl-C then ends the program with 130.
    #[must_use]
    pub fn start(message: String) -> Self {
        if is_interactive() {
            interrupt::end_on_interrupt();
        }
        if !io::stderr().is_terminal() {
            say(format!("{message}..."));
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_message(message);
        bar.set_style(style(false));
        // Shown at once: a server may take its time before the first byte.
        bar.tick();
        Self(bar)
    }

    /// Shows that `done` bytes are there, of `whole` if that is known.
    pub fn at(&self, done: u64, whole: Option<u64>) {
        if let Some(whole) = whole.filter(|_| done == 0) {
            self.0.set_style(style(true));
            self.0.set_length(whole);
        }
        self.0.set_position(done);
    }
}

fn style(is_whole_known: bool) -> ProgressStyle {
    let template = if is_whole_known { "{msg} [{bar:30}] {bytes} of {total_bytes}" } else { "{spinner} {msg} {bytes}" };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ")
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
