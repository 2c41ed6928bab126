//! What moves on the terminal: a spinner or a bar, one at a time.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, WeakProgressBar};

#[cfg(unix)]
use super::raw_mode::TerminalMode;
use super::{interrupt, is_interactive, print_status};

static LIVE: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// A bar on a terminal's stderr, gone when dropped. What is typed does not show beside it.
pub(super) struct LiveBar {
    pub(super) bar: ProgressBar,
    #[cfg(unix)]
    _keys: Option<TerminalMode>,
}

impl LiveBar {
    /// Shows a bar and its message at once, a line where stderr is no terminal. Ctrl-C ends the program with 130 from
    /// here on.
    pub(super) fn new(bar: ProgressBar, message: &str) -> Self {
        if is_interactive() {
            interrupt::end_on_interrupt();
        }
        if !io::stderr().is_terminal() {
            print_status(format!("{message}..."));
        }
        let shown = Self {
            bar,
            #[cfg(unix)]
            _keys: if is_interactive() { TerminalMode::unseen() } else { None },
        };
        *LIVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown.bar.downgrade());
        // Draws it, for which all must be ready: Ctrl-C may come at once.
        shown.bar.set_message(message.to_owned());
        shown
    }
}

impl Drop for LiveBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// What is shown goes, and does not come back with its next turn.
pub(super) fn clear() {
    let shown = LIVE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(bar) = shown.and_then(|bar| bar.upgrade()) {
        bar.finish_and_clear();
    }
}
