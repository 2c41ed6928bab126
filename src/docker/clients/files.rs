//! The bounded reader of other programs' files: docker waits for us, and whoever wrote the files owes us nothing.

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

/// Files that are opened for all clients together.
const MOST_FILES: usize = 8;
/// Bytes of one file.
const LONGEST: u64 = 1 << 20;
/// All reading and evaluating.
const LONGEST_TIME: Duration = Duration::from_millis(20);

/// What may still be read. `None` from any method means that nothing can be decided.
#[derive(Debug)]
pub(super) struct Files {
    left: Cell<usize>,
    deadline: Instant,
}

impl Files {
    pub(super) fn new() -> Self {
        Self { left: Cell::new(MOST_FILES), deadline: Instant::now() + LONGEST_TIME }
    }

    /// None once the time is up. For work that takes long without reading.
    pub(super) fn check_time(&self) -> Option<()> {
        (Instant::now() < self.deadline).then_some(())
    }

    /// Whether there is something by this name: a client stops at the first of its default names, even if that is a
    /// folder.
    pub(super) fn exists(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok()
    }

    /// The text of a file, without a byte order mark.
    pub(super) fn read(&self, path: &Path) -> Option<String> {
        self.check_time()?;
        self.left.set(self.left.get().checked_sub(1)?);
        let mut file = open(path)?;
        let before = file.metadata().ok()?;
        if !before.is_file() || before.len() > LONGEST {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(before.len()).ok()? + 1);
        (&mut file).take(LONGEST + 1).read_to_end(&mut bytes).ok()?;
        let after = file.metadata().ok()?;
        let is_whole = bytes.len() as u64 == before.len() && after.len() == before.len();
        if !is_whole || after.modified().ok() != before.modified().ok() {
            return None;
        }
        let text = String::from_utf8(bytes).ok()?;
        Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }
}

/// Does not wait for the other end of a pipe.
fn open(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, nonblocking());
    options.open(path).ok()
}

#[cfg(unix)]
fn nonblocking() -> i32 {
    (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY).bits().cast_signed()
}
