//! Ctrl-C during a prompt or a spinner.

use std::process;
use std::sync::{Mutex, Once, PoisonError};
use std::thread;

use dialoguer::console::Term;
use indicatif::{ProgressBar, WeakProgressBar};

use crate::error::CANCELLED;

/// The live progress bar or spinner, one at a time.
static LIVE: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// Has Ctrl-C clear the bar and stop its ticker.
pub(super) fn clear_on_interrupt(bar: &ProgressBar) {
    *LIVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.downgrade());
}

/// From here on Ctrl-C restores the terminal and exits with 130. By default the signal would kill the process with the
/// cursor hidden or echo off.
pub(super) fn exit_on_interrupt() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // If watching fails, Ctrl-C still kills the process.
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        let interrupt = {
            let _inside = runtime.enter();
            signal()
        };
        let Ok(mut interrupt) = interrupt else { return };
        thread::spawn(move || {
            if runtime.block_on(interrupt.recv()).is_some() {
                exit();
            }
        });
    });
}

#[expect(clippy::disallowed_methods, reason = "a thread that waits for a key can't be woken to return to main")]
fn exit() {
    let live = LIVE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(bar) = live.and_then(|bar| bar.upgrade()) {
        bar.finish_and_clear();
    }
    let terminal = Term::stderr();
    let _ = terminal.clear_line();
    let _ = terminal.show_cursor();
    #[cfg(unix)]
    super::raw_mode::freeze_terminal();
    process::exit(CANCELLED.into());
}

#[cfg(unix)]
fn signal() -> std::io::Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn signal() -> std::io::Result<tokio::signal::windows::CtrlC> {
    tokio::signal::windows::ctrl_c()
}
