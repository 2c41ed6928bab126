//! Terminal modes: echo, and reading key by key.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::getpgrp;
use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios};
use rustix::termios::{tcflush, tcgetattr, tcgetpgrp, tcsetattr};

/// Original terminal modes while we have changed them. Hold this lock to change them: a mode set while Ctrl-C ends the
/// program would outlive it.
static ORIGINAL: Mutex<Option<Termios>> = Mutex::new(None);

fn original() -> MutexGuard<'static, Option<Termios>> {
    ORIGINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Throws away what was typed and not yet read. Not in the background, where that would stop this process.
pub(super) fn discard_typed() {
    if is_in_foreground() {
        // Fails if stdin is no terminal.
        let _ = tcflush(stdin(), QueueSelector::IFlush);
    }
}

/// Changed modes of stdin, restored when dropped. Keys do not echo in any of them.
pub(super) struct TerminalMode {
    before: Termios,
    is_outermost: bool,
}

impl TerminalMode {
    /// Keys are not read, but left to the next program. Ctrl-C is a signal. None: stdin is no terminal, or this process
    /// is in the background.
    pub(super) fn no_echo() -> Option<Self> {
        if !is_in_foreground() {
            return None;
        }
        Self::change(|modes| {
            modes.local_modes.remove(LocalModes::ECHO);
            without_other_signals(modes);
        })
    }

    /// A read returns after 0.1 s with a key or without one, because macOS can't poll a terminal. Ctrl-C is a signal.
    /// None: stdin is no terminal.
    pub(super) fn raw_with_timeout() -> Option<Self> {
        Self::change(|modes| {
            modes.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
            modes.special_codes[SpecialCodeIndex::VMIN] = 0;
            modes.special_codes[SpecialCodeIndex::VTIME] = 1;
            without_other_signals(modes);
        })
    }

    /// A read waits for a key. Ctrl-C is a key, whose reader raises the signal. None: stdin is no terminal.
    pub(super) fn raw() -> Option<Self> {
        Self::change(|modes| {
            modes.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        })
    }

    fn change(change: impl FnOnce(&mut Termios)) -> Option<Self> {
        let mut original = original();
        let before = tcgetattr(stdin()).ok()?;
        let mut modes = before.clone();
        change(&mut modes);
        tcsetattr(stdin(), OptionalActions::Now, &modes).ok()?;
        let is_outermost = original.is_none();
        original.get_or_insert_with(|| before.clone());
        Some(Self { before, is_outermost })
    }
}

/// Ctrl-Z and Ctrl-\ would leave the shell a terminal that does not echo.
fn without_other_signals(modes: &mut Termios) {
    /// `_POSIX_VDISABLE`.
    const DISABLED: u8 = if cfg!(target_os = "linux") { 0 } else { 0xff };
    for key in [SpecialCodeIndex::VSUSP, SpecialCodeIndex::VQUIT] {
        modes.special_codes[key] = DISABLED;
    }
}

impl Drop for TerminalMode {
    fn drop(&mut self) {
        let mut original = original();
        restore(&self.before);
        if self.is_outermost {
            *original = None;
        }
    }
}

/// Restores the terminal and keeps the lock, so that no other thread can change modes before the process exits.
pub(super) fn freeze_terminal() {
    let original = original();
    if let Some(modes) = &*original {
        restore(modes);
    }
    mem::forget(original);
}

/// Does nothing in the background: the terminal has the modes of another program, and changing them would stop this one.
fn restore(modes: &Termios) {
    if is_in_foreground() {
        // Fails if the terminal is gone.
        let _ = tcsetattr(stdin(), OptionalActions::Now, modes);
    }
}

fn is_in_foreground() -> bool {
    tcgetpgrp(stdin()).is_ok_and(|group| group == getpgrp())
}
