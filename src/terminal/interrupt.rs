//! Ctrl-C while a person is asked or waited for.

use std::process;
use std::sync::Once;
use std::thread;

use dialoguer::console::Term;

use super::live;
use crate::error::CANCELLED;

/// From here on Ctrl-C leaves the terminal as it was found and ends the process with 130. By default the signal would
/// kill it with the cursor hidden, or what is typed unseen.
pub(super) fn end_on_interrupt() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // Without the watch Ctrl-C still ends the process.
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        let interrupt = {
            let _inside = runtime.enter();
            signal()
        };
        let Ok(mut interrupt) = interrupt else { return };
        thread::spawn(move || {
            if runtime.block_on(interrupt.recv()).is_some() {
                end();
            }
        });
    });
}

#[expect(clippy::disallowed_methods, reason = "who waits for a key can't be woken to return to main")]
fn end() {
    live::clear();
    let terminal = Term::stderr();
    drop(terminal.clear_line());
    drop(terminal.show_cursor());
    #[cfg(unix)]
    super::raw_mode::leave();
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
