//! Runs another program, for as long as it may take and no longer. Threads write to it and read from it: where none can be
//! started, that is an error like any other.

use std::io::{self, ErrorKind, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::output::Output;

/// Between two looks at whether the program has ended: the longer, the longer that takes.
const SHORTEST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// What it started may keep its output open after it has ended. All that it printed itself is there by then, and has only to
/// be read.
const AFTER_END: Duration = Duration::from_millis(500);

/// How a program ended, and what it printed: of each stream at most one byte more than [`super::LONGEST_OUTPUT`].
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    pub(crate) stderr: Zeroizing<Vec<u8>>,
}

/// A program that was started. It is killed when this is dropped.
pub(crate) struct Running {
    child: Killed,
    stdout: Output,
    stderr: Output,
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
        Ok(Self { child, stdout: Output::read(stdout)?, stderr: Output::read(stderr)?, end })
    }

    /// Fails with [`ErrorKind::TimedOut`] if it takes too long.
    pub(crate) fn finish(mut self) -> io::Result<Ended> {
        let ended = self.wait_for_output()?;
        let status = ended.map_or_else(|| self.wait(), Ok)?;
        Ok(Ended { status, stdout: self.stdout.take(), stderr: self.stderr.take() })
    }

    /// Until both streams are closed. How it ended, if that was waited for too.
    fn wait_for_output(&mut self) -> io::Result<Option<ExitStatus>> {
        let (mut ended, mut end) = (None, self.end);
        for stream in [&self.stdout, &self.stderr] {
            while !stream.is_closed_within(LONGEST_PAUSE.min(end.saturating_duration_since(Instant::now())))? {
                if ended.is_none() {
                    ended = self.child.0.try_wait()?;
                    end = if ended.is_some() { Instant::now() + AFTER_END } else { end };
                }
                if Instant::now() >= end {
                    return if ended.is_some() { Ok(ended) } else { Err(ErrorKind::TimedOut.into()) };
                }
            }
        }
        Ok(ended)
    }

    fn wait(&mut self) -> io::Result<ExitStatus> {
        let mut pause = SHORTEST_PAUSE;
        loop {
            if let Some(status) = self.child.0.try_wait()? {
                return Ok(status);
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
