//! What asks the program to end: Ctrl-C, and on Unix also SIGTERM and the end of its terminal.

#[cfg(unix)]
pub(super) use unix::Signals;
#[cfg(windows)]
pub(super) use windows::Signals;

#[cfg(unix)]
mod unix {
    use std::io;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator;

    use crate::terminal::is_interactive;

    pub(in crate::terminal) struct Signals(iterator::Signals);

    impl Signals {
        /// From here on none ends the process by itself. SIGHUP still does, or is ignored as nohup wants it, where no
        /// person is there.
        pub(in crate::terminal) fn watch() -> io::Result<Self> {
            let all = [SIGINT, SIGTERM, SIGHUP];
            Ok(Self(iterator::Signals::new(if is_interactive() { &all[..] } else { &all[..2] })?))
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
