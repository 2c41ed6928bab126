//! A progress bar in bytes.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::interrupt::exit_on_interrupt_if_interactive;
use super::live::LiveBar;

/// Cleared when dropped. A line if stderr is no terminal.
pub struct Progress(LiveBar);

impl Progress {
    /// From here on Ctrl-C exits with 130.
    #[must_use]
    pub fn start(message: &str) -> Self {
        exit_on_interrupt_if_interactive();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style(false));
        Self(LiveBar::new(bar, message))
    }

    /// Shows `done` bytes, of `whole` if that is known.
    pub fn at(&self, done: u64, whole: Option<u64>) {
        if let Some(whole) = whole.filter(|_| done == 0) {
            self.0.bar.set_style(style(true));
            self.0.bar.set_length(whole);
        }
        self.0.bar.set_position(done);
    }
}

fn style(is_whole_known: bool) -> ProgressStyle {
    let template = if is_whole_known { "{msg} [{bar:30}] {bytes} of {total_bytes}" } else { "{spinner} {msg} {bytes}" };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ")
}
