//! The live progress bar or spinner, one at a time.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, WeakProgressBar};

#[cfg(unix)]
use super::raw_mode::TerminalMode;
use super::{is_interactive, print_status};

static LIVE: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// A bar on a terminal's stderr, cleared when dropped. Keys do not echo beside it.
pub(super) struct LiveBar {
    pub(super) bar: ProgressBar,
    #[cfg(unix)]
    _mode: Option<TerminalMode>,
}

impl LiveBar {
    /// Shows the bar at once, or prints the message if stderr is no terminal. Ctrl-C must be watched already.
    pub(super) fn new(bar: ProgressBar, message: &str) -> Self {
        if !io::stderr().is_terminal() {
            print_status(format!("{message}..."));
        }
        let live = Self {
            bar,
            #[cfg(unix)]
            _mode: if is_interactive() { TerminalMode::no_echo() } else { None },
        };
        *LIVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(live.bar.downgrade());
        // Draws the bar, after everything is set up for a Ctrl-C.
        live.bar.set_message(message.to_owned());
        live
    }
}

impl Drop for LiveBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Clears the bar and stops its ticker.
pub(super) fn clear() {
    let live = LIVE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(bar) = live.and_then(|bar| bar.upgrade()) {
        bar.finish_and_clear();
    }
}
