//! Unix: poll(2) before each read.

use std::io::{self, IsTerminal, Read};
use std::os::fd::BorrowedFd;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::{LIMIT, timed_out};

/// Stdin of a protocol verb. Reading fails with `ErrorKind::TimedOut` ten seconds after it began.
#[derive(Debug)]
pub struct DeadlineStdin {
    /// Not std's own, which sets up a buffer that poll does not see.
    stdin: BorrowedFd<'static>,
    end: Option<Instant>,
}

impl DeadlineStdin {
    /// This process's stdin.
    #[must_use]
    pub fn for_stdin() -> Self {
        Self { stdin: rustix::stdio::stdin(), end: None }
    }

    /// Whether a person could type there.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.stdin.is_terminal()
    }
}

impl Read for DeadlineStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = *self.end.get_or_insert_with(|| Instant::now() + LIMIT);
        loop {
            let left = Timespec::try_from(end.saturating_duration_since(Instant::now())).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&self.stdin, PollFlags::IN)], Some(&left)) {
                Err(Errno::INTR) => {}
                Ok(0) => return Err(timed_out()),
                // What can't be polled can be read: macOS polls no devices.
                Ok(_) | Err(_) => return Ok(rustix::io::read(self.stdin, buffer)?),
            }
        }
    }
}
