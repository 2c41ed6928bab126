//! Locks between processes.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{is_no_room, open_or_create};

/// Between two tries for a lock: the longer, the longer it has been waited for.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// Takes the lock that all who open `path` share, waiting at most for `patience`. It ends with the returned file, which
/// can be read and written, or with the process. A file system without locks, as some that are mounted over a network,
/// is no reason to fail: the file is returned without one. Nor is one without room for a file: the folder is locked then, as
/// a logout must not need any.
///
/// The file is for nothing else: Windows locks are mandatory, and a file that is replaced can't carry a lock.
pub(crate) fn lock(path: &Path, patience: Duration) -> io::Result<File> {
    let file = match (open_or_create(path), path.parent()) {
        (Err(error), Some(folder)) if is_no_room(&error) => File::open(folder).map_err(|_| error)?,
        (file, _) => file?,
    };
    if take(&file, patience) {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::TimedOut, "another program holds its lock"))
    }
}

/// Keeps others who call this with the same folder waiting until the returned file is closed, for files that can't carry
/// a lock themselves, in a folder that is not ours to put one in. Everybody who can read the folder could hold the lock: after
/// `patience` it is gone on without.
#[cfg(unix)]
pub(crate) fn lock_folder(folder: &Path, patience: Duration) -> Option<File> {
    let folder = File::open(folder).ok()?;
    take(&folder, patience);
    Some(folder)
}

/// Windows has no locks of folders.
#[cfg(windows)]
pub(crate) fn lock_folder(_: &Path, _: Duration) -> Option<File> {
    None
}

/// Whether the file is locked, or can't be.
fn take(file: &File, patience: Duration) -> bool {
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(()) | Err(TryLockError::Error(_)) => return true,
            Err(TryLockError::WouldBlock) if started.elapsed() >= patience => return false,
            // Hundreds that try all the time would leave none for the one they wait for.
            Err(TryLockError::WouldBlock) => sleep((started.elapsed() / 8).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)),
        }
    }
}
