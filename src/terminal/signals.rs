//! What asks the program to end: Ctrl-C, and on Unix also SIGTERM, SIGQUIT and the end of its terminal.

#[cfg(unix)]
pub(super) use unix::{Signals, come, raise_hangup};
#[cfg(windows)]
pub(super) use windows::{Signals, come, raise_hangup};

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, LazyLock};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::stdio::stdin;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::{flag, iterator, low_level};

    use crate::terminal::is_interactive;

    /// The last that came, 0 for none. Set before a read that it interrupts returns.
    static COME: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

    /// The exit code of the last that came, of those that are watched.
    pub(in crate::terminal) fn come() -> Option<u8> {
        let signal = COME.load(Ordering::SeqCst);
        if signal == 0 { None } else { u8::try_from(128 + signal).ok() }
    }

    /// Raises SIGHUP if the terminal was closed: from the shell it comes later than a read fails, or, if that ignores it, never.
    pub(in crate::terminal) fn raise_hangup() {
        let stdin = stdin();
        let mut terminal = [PollFd::new(&stdin, PollFlags::empty())];
        let is_known = poll(&mut terminal, Some(&Timespec::default())).is_ok();
        if is_known && terminal[0].revents().contains(PollFlags::HUP) {
            // Fails only for what is no signal.
            let _ = low_level::raise(SIGHUP);
        }
    }

    pub(in crate::terminal) struct Signals(iterator::Signals);

    impl Signals {
        /// From here on none ends the process by itself. SIGHUP still does, or is ignored as nohup wants it, and SIGQUIT, where
        /// no person is there.
        pub(in crate::terminal) fn watch() -> io::Result<Self> {
            let all = [SIGINT, SIGTERM, SIGHUP, SIGQUIT];
            let watched = if is_interactive() { &all[..] } else { &all[..2] };
            for signal in watched {
                flag::register_usize(*signal, Arc::clone(&COME), usize::try_from(*signal).map_err(io::Error::other)?)?;
            }
            Ok(Self(iterator::Signals::new(watched)?))
        }

        /// Waits for the next, and returns its exit code as shells count it.
        pub(in crate::terminal) fn wait(&mut self) -> Option<u8> {
            self.0.forever().next().and_then(|signal| u8::try_from(128 + signal).ok())
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::io;

    use tokio::runtime::{Builder, Runtime};
    use tokio::signal::windows::{CtrlC, ctrl_c};

    use crate::error::CANCELLED;

    /// No read is interrupted.
    pub(in crate::terminal) fn come() -> Option<u8> {
        None
    }

    /// A console that is closed ends its programs.
    pub(in crate::terminal) fn raise_hangup() {}

    pub(in crate::terminal) struct Signals(Runtime, CtrlC);

    impl Signals {
        /// From here on Ctrl-C does not end the process by itself.
        pub(in crate::terminal) fn watch() -> io::Result<Self> {
            Ok(Self(Builder::new_current_thread().build()?, ctrl_c()?))
        }

        /// Waits for the next, and returns its exit code.
        pub(in crate::terminal) fn wait(&mut self) -> Option<u8> {
            self.0.block_on(self.1.recv()).map(|()| CANCELLED)
        }
    }
}
