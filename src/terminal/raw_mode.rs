//! How the terminal treats what is typed.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::getpgrp;
use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr};

/// The modes as they were found, while they are others. Only who holds it changes them: modes that are set while
/// Ctrl-C ends the program would outlive it.
static FOUND: Mutex<Option<Termios>> = Mutex::new(None);

fn found() -> MutexGuard<'static, Option<Termios>> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While it lives keys show nowhere.
pub(super) struct TerminalMode {
    before: Termios,
    is_outermost: bool,
}

impl TerminalMode {
    /// Nobody reads them: they are for the program that comes next. Ctrl-C is a signal. None: stdin is no terminal, or
    /// another program's, as where a shell runs this one in the background.
    pub(super) fn unseen() -> Option<Self> {
        is_in_foreground().then(|| Self::changed(|modes| modes.local_modes.remove(LocalModes::ECHO)))?
    }

    /// A read returns after a tenth of a second, with a key or without one: macOS can't poll a terminal. Ctrl-C is a
    /// signal. None: stdin is no terminal.
    pub(super) fn for_a_moment() -> Option<Self> {
        Self::changed(|modes| {
            modes.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
            modes.special_codes[SpecialCodeIndex::VMIN] = 0;
            modes.special_codes[SpecialCodeIndex::VTIME] = 1;
        })
    }

    /// A read waits for a key. Ctrl-C is one: who reads it raises the signal. None: stdin is no terminal.
    pub(super) fn one_by_one() -> Option<Self> {
        Self::changed(|modes| {
            modes.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        })
    }

    fn changed(change: impl FnOnce(&mut Termios)) -> Option<Self> {
        let mut found = found();
        let before = tcgetattr(stdin()).ok()?;
        let mut modes = before.clone();
        change(&mut modes);
        tcsetattr(stdin(), OptionalActions::Now, &modes).ok()?;
        let is_outermost = found.is_none();
        found.get_or_insert_with(|| before.clone());
        Some(Self { before, is_outermost })
    }
}

impl Drop for TerminalMode {
    fn drop(&mut self) {
        let mut found = found();
        restore(&self.before);
        if self.is_outermost {
            *found = None;
        }
    }
}

/// Leaves the terminal as it was found, for good: who wants to change it from here on waits for the program's end.
pub(super) fn leave() {
    let found = found();
    if let Some(before) = &*found {
        restore(before);
    }
    mem::forget(found);
}

/// Where the terminal is another program's by now, that one has its own modes, and who changes them is stopped.
fn restore(before: &Termios) {
    if is_in_foreground() {
        // A terminal that is gone is nobody's failure.
        let _ = tcsetattr(stdin(), OptionalActions::Now, before);
    }
}

fn is_in_foreground() -> bool {
    tcgetpgrp(stdin()).is_ok_and(|group| group == getpgrp())
}
