//! Stdin with a deadline.

#[cfg(not(unix))]
use std::io::Stdin;
use std::io::{self, ErrorKind, IsTerminal, Read};
#[cfg(unix)]
use std::os::fd::BorrowedFd;
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

/// How long whoever started this program may take to write to stdin and close it. All do it at once; one that never does
/// (docker/docker-credential-helpers#185) would hang, and this program with it.
const LIMIT: Duration = Duration::from_secs(10);

/// Reading fails with `ErrorKind::TimedOut` ten seconds after it began. On Unix by poll(2) before each read: a thread
/// would cost 11 % of a `get`.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct DeadlineStdin {
    /// Not std's own, which sets up a buffer that poll does not see.
    stdin: BorrowedFd<'static>,
    deadline: Option<Instant>,
}

#[cfg(unix)]
impl DeadlineStdin {
    pub(crate) fn new() -> Self {
        Self { stdin: rustix::stdio::stdin(), deadline: None }
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.stdin.is_terminal()
    }
}

#[cfg(unix)]
impl Read for DeadlineStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let deadline = *self.deadline.get_or_insert_with(|| Instant::now() + LIMIT);
        loop {
            let left =
                Timespec::try_from(deadline.saturating_duration_since(Instant::now())).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&self.stdin, PollFlags::IN)], Some(&left)) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(0) => return Err(timed_out()),
                // What can't be polled can be read: macOS polls no devices.
                Ok(_) | Err(_) => return Ok(rustix::io::read(self.stdin, buffer)?),
            }
        }
    }
}

/// Windows has no poll for pipes: a thread reads, and stays behind where nothing comes.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct DeadlineStdin {
    /// Until it is given to the thread that reads it.
    stdin: Option<Stdin>,
    content: io::Cursor<Vec<u8>>,
}

#[cfg(not(unix))]
impl DeadlineStdin {
    #[expect(clippy::disallowed_methods, reason = "the real stream, handed to what takes it as an argument")]
    pub(crate) fn new() -> Self {
        Self { stdin: Some(io::stdin()), content: io::Cursor::default() }
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.stdin.as_ref().is_some_and(Stdin::is_terminal)
    }
}

#[cfg(not(unix))]
impl Read for DeadlineStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(stdin) = self.stdin.take() {
            self.content = io::Cursor::new(read_all(stdin)?);
        }
        self.content.read(buffer)
    }
}

#[cfg(not(unix))]
fn read_all(stdin: Stdin) -> io::Result<Vec<u8>> {
    /// More than any request that is understood, in bytes.
    const MOST: u64 = 1 << 20;
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::Builder::new().spawn(move || {
        let mut content = Vec::new();
        let read = stdin.take(MOST).read_to_end(&mut content).map(|_| content);
        // Nothing receives it after the deadline.
        let _ = send.send(read);
    })?;
    receive.recv_timeout(LIMIT).unwrap_or_else(|_| Err(timed_out()))
}

fn timed_out() -> io::Error {
    io::Error::new(ErrorKind::TimedOut, format!("it was not closed within {} seconds", LIMIT.as_secs()))
}
