//! What the shell hands over as a file that is none: `<(...)`, `/dev/fd/N`, `/dev/stdin`.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use super::regular::{options_without_waiting, read_at_most, refuse_irregular};

/// How long whoever holds the other end of a pipe may take, as for stdin.
const LIMIT: Duration = Duration::from_secs(10);

/// Whether a path names an open file of this process, which only who started it can have put there.
pub(crate) fn is_descriptor(path: &Path) -> bool {
    let is_in = |folder| path.parent() == Some(Path::new(folder));
    path == Path::new("/dev/stdin") || is_in("/dev/fd") || is_in("/proc/self/fd")
}

/// Reads a pipe to its end, or a regular file, of at most `most` bytes.
pub(crate) fn read_descriptor(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::FileTypeExt;
    let file = options_without_waiting(true).open(path)?;
    let found = file.metadata()?;
    if !found.file_type().is_fifo() {
        refuse_irregular(&found)?;
        return read_at_most(&file, found.len(), most);
    }
    read_at_most(PipeReader { file: &file, deadline: Instant::now() + LIMIT }, 0, most)
}

struct PipeReader<'a> {
    file: &'a File,
    deadline: Instant,
}

impl Read for PipeReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(self.file, PollFlags::IN)], Some(&left)) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(0) => {
                    let message = format!("its other end was not closed within {} seconds", LIMIT.as_secs());
                    return Err(io::Error::new(ErrorKind::TimedOut, message));
                }
                _ => match self.file.read(buffer) {
                    // Another reader was faster.
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    read => return read,
                },
            }
        }
    }
}
