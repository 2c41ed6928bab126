//! Runs another program, for as long as it may take and no longer. Threads write to it and read from it: where none can be
//! started, that is an error like any other.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

/// In bytes. What a program prints beyond it is not read.
pub(crate) const LONGEST_OUTPUT: usize = 64 * 1024;

/// Between two looks at whether the program has ended: the longer, the longer that takes.
const SHORTEST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// How a program ended, and what it printed: of each stream at most one byte more than [`LONGEST_OUTPUT`].
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    pub(crate) stderr: Zeroizing<Vec<u8>>,
}

/// A program that was started. It is killed when this is dropped.
pub(crate) struct Running {
    child: Killed,
    stdout: Receiver<io::Result<Zeroizing<Vec<u8>>>>,
    stderr: Receiver<io::Result<Zeroizing<Vec<u8>>>>,
    end: Instant,
}

impl Running {
    /// Gives it `input` on stdin. It may take as long as `limit` from now on.
    pub(crate) fn start(mut command: Command, input: Zeroizing<Vec<u8>>, limit: Duration) -> io::Result<Self> {
        let end = Instant::now() + limit;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Killed(command.spawn()?);
        let (stdin, stdout, stderr) = (child.0.stdin.take(), child.0.stdout.take(), child.0.stderr.take());
        if let Some(mut stdin) = stdin.filter(|_| !input.is_empty()) {
            // A program that does not read says why with its exit code.
            thread::Builder::new().spawn(move || drop(stdin.write_all(&input)))?;
        }
        Ok(Self { child, stdout: read(stdout)?, stderr: read(stderr)?, end })
    }

    /// Fails with [`ErrorKind::TimedOut`] if it takes too long, or something that it started keeps its output open.
    pub(crate) fn finish(mut self) -> io::Result<Ended> {
        let (stdout, stderr) = (received(&self.stdout, self.end)?, received(&self.stderr, self.end)?);
        let mut pause = SHORTEST_PAUSE;
        loop {
            if let Some(status) = self.child.0.try_wait()? {
                return Ok(Ended { status, stdout, stderr });
            }
            if Instant::now() >= self.end {
                return Err(ErrorKind::TimedOut.into());
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// A program that does not outlive this.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // Fails if it has ended. Not waited for: what the system itself holds up does not die.
        let _ = self.0.kill();
    }
}

/// Reads on a thread, which stays behind where the stream is never closed.
fn read(stream: Option<impl Read + Send + 'static>) -> io::Result<Receiver<io::Result<Zeroizing<Vec<u8>>>>> {
    let (sender, receiver) = channel();
    let stream = stream.ok_or(ErrorKind::BrokenPipe)?;
    thread::Builder::new().spawn(move || {
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
        let read = stream.take(LONGEST_OUTPUT as u64 + 1).read_to_end(&mut bytes);
        // Nothing receives it after the deadline.
        let _ = sender.send(read.map(|_| bytes));
    })?;
    Ok(receiver)
}

fn received<T>(receiver: &Receiver<io::Result<T>>, end: Instant) -> io::Result<T> {
    match receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
        Ok(read) => read,
        Err(RecvTimeoutError::Timeout) => Err(ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(ErrorKind::BrokenPipe.into()),
    }
}
