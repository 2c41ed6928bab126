//! Ctrl-C, and whatever else asks the program to end, during a prompt, a spinner or an update.

use std::fs;
use std::io::{self, IsTerminal};
use std::mem;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, WeakProgressBar};

use super::print_status;
use super::signals::{Signals, come, raise_hangup};
use super::symbols::is_accessible;
use crate::error::CANCELLED;

/// The live progress bar or spinner, one at a time.
static LIVE: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// What an interrupt finds half done.
static UNFINISHED: Mutex<Unfinished> = Mutex::new(Unfinished { folder: None, is_done: false, instead: None });

/// While console reads keys. Whenever a read ends, also one that a signal interrupts, it restores the modes that it found: after
/// another thread had restored those of before the prompt, the terminal would stay without echo.
static READS_KEYS: AtomicBool = AtomicBool::new(false);

/// How long the thread that reads keys may take to end the process.
const PATIENCE: Duration = Duration::from_secs(1);

struct Unfinished {
    /// Removed by an interrupt.
    folder: Option<PathBuf>,
    /// An interrupt comes too late.
    is_done: bool,
    /// What the command is for is done, and Ctrl-C ends it with this line, and 0.
    instead: Option<String>,
}

/// While this is there, an interrupt waits.
pub struct HeldInterrupts(MutexGuard<'static, Unfinished>);

/// Has an interrupt wait, even where there is no terminal.
pub fn hold_interrupts() -> HeldInterrupts {
    exit_on_interrupt();
    HeldInterrupts(UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner))
}

impl HeldInterrupts {
    /// The folder that an interrupt removes, from here on.
    pub fn remove(&mut self, folder: Option<&Path>) {
        self.0.folder = folder.map(Path::to_owned);
    }

    /// What the command is for is done: from here on no interrupt may end it as if it were not.
    pub fn come_too_late(&mut self) {
        self.0.is_done = true;
    }
}

/// From here on Ctrl-C no longer cancels the command, whose work is done: it leaves out the rest, of which `line` tells.
pub fn end_well_on_interrupt(line: String) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).instead = Some(line);
}

/// Has Ctrl-C clear the bar and stop its ticker.
pub(super) fn clear_on_interrupt(bar: &ProgressBar) {
    *LIVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.downgrade());
}

/// From here on Ctrl-C restores the terminal, removes what is half done, and exits with 130. By default the signal would
/// kill the process with the cursor hidden or echo off.
pub(super) fn exit_on_interrupt() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        let (sender, receiver) = channel::<Signals>();
        let watch = move || {
            let Ok(mut signals) = receiver.recv() else { return };
            while let Some(code) = signals.wait() {
                if READS_KEYS.load(Ordering::SeqCst) {
                    // The thread that reads is interrupted, too, and ends the process sooner.
                    thread::sleep(PATIENCE);
                }
                exit(code);
            }
        };
        // Without somebody to watch, or if that fails, the signals still kill the process.
        if thread::Builder::new().spawn(watch).is_ok()
            && let Ok(signals) = Signals::watch()
        {
            let _ = sender.send(signals);
        }
    });
}

/// Runs a prompt that reads keys. What it returns is to be followed by [`exit_if_interrupted`] where it is no answer.
pub(super) fn reading_keys<T>(prompt: impl FnOnce() -> T) -> T {
    READS_KEYS.store(true, Ordering::SeqCst);
    let answer = prompt();
    READS_KEYS.store(false, Ordering::SeqCst);
    answer
}

/// After a prompt without an answer. A signal may have interrupted its read, which console takes for Ctrl-C, or the terminal been
/// closed: ends the process as what watches the signals does, which may take its time to see it. Returns where none came.
pub(super) fn exit_if_interrupted() {
    raise_hangup();
    if let Some(code) = come() {
        exit(code);
    }
}

/// Returns only if it is too late.
#[expect(clippy::disallowed_methods, reason = "a thread that waits for a key can't be woken to return to main")]
fn exit(code: u8) {
    let HeldInterrupts(unfinished) = hold_interrupts();
    if unfinished.is_done {
        return;
    }
    if let Some(folder) = &unfinished.folder {
        // The next run tries again.
        let _ = fs::remove_dir_all(folder);
    }
    let instead = unfinished.instead.clone().filter(|_| code == CANCELLED);
    // Nothing is begun between here and the end.
    mem::forget(unfinished);
    restore_screen();
    let Some(line) = instead else { process::exit(code.into()) };
    print_status(line);
    process::exit(0);
}

fn restore_screen() {
    let live = LIVE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(bar) = live.and_then(|bar| bar.upgrade()) {
        bar.finish_and_clear();
    }
    if is_accessible() {
        // What the terminal shows of Ctrl-C is not the beginning of a line.
        print_status("");
    } else if io::stderr().is_terminal() {
        let terminal = Term::stderr();
        let _ = terminal.clear_line();
        let _ = terminal.show_cursor();
    }
    #[cfg(unix)]
    super::raw_mode::freeze_terminal();
}
