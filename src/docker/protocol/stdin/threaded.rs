//! Windows has no poll for pipes: a thread reads, and stays behind where nothing comes.

use std::io::{self, IsTerminal, Read, Stdin};
use std::sync::mpsc;
use std::thread;

use super::{LIMIT, timed_out};

/// More than any request that is understood, in bytes.
const MOST: u64 = 1 << 20;

/// Stdin of a protocol verb. Reading fails with `ErrorKind::TimedOut` ten seconds after it began.
#[derive(Debug)]
pub struct DeadlineStdin {
    /// Until it is given to the thread that reads it.
    stdin: Option<Stdin>,
    read: io::Cursor<Vec<u8>>,
}

impl DeadlineStdin {
    /// This process's stdin.
    #[must_use]
    pub fn for_stdin() -> Self {
        Self { stdin: Some(io::stdin()), read: io::Cursor::default() }
    }

    /// Whether a person could type there.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.stdin.as_ref().is_some_and(Stdin::is_terminal)
    }
}

impl Read for DeadlineStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(stdin) = self.stdin.take() {
            self.read = io::Cursor::new(read_all(stdin)?);
        }
        self.read.read(buffer)
    }
}

fn read_all(stdin: Stdin) -> io::Result<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let mut content = Vec::new();
        let read = stdin.take(MOST).read_to_end(&mut content).map(|_| content);
        // Nobody listens any more after the limit.
        drop(send.send(read));
    })?;
    receive.recv_timeout(LIMIT).unwrap_or_else(|_| Err(timed_out()))
}
