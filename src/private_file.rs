//! Files for their owner alone: made so from the first byte, replaced as a whole, and changed by one process at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Options that create a file for its owner's eyes alone, from the first byte on.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true);
    options
}

/// Makes a folder, and those above it, for its owner's eyes alone.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Takes the lock that all who open `path` share, at most waiting for `patience`. It ends with the returned file, or
/// with the process.
///
/// The file is there for nothing else: Windows locks are mandatory, and a file that is replaced can't carry a lock.
pub(crate) fn lock(path: &Path, patience: Duration) -> io::Result<File> {
    let file = private().create(true).open(path)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if started.elapsed() >= patience => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "another program holds its lock"));
            }
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(2)),
        }
    }
}

/// Puts `content` in the place of the file at `path`, readable by its owner alone.
///
/// The caller holds the lock that writers of `path` share: the temporary file has one fixed name, so that what a
/// killed writer left behind is taken away by the next.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_added_extension("tmp");
    let written = write_new(&temporary, content).and_then(|()| rename(&temporary, path));
    if written.is_err() {
        // The first failure is the one to report; a file that stays is removed by the next write.
        drop(fs::remove_file(&temporary));
    }
    written
}

/// Writes a file that must not be there yet to its end, safely on disk.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(unix)]
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    // The new name is only certain to survive a power failure when its folder is on disk too. The content is in place
    // by now, so a file system that can't sync a folder is no failure.
    if let Some(folder) = to.parent().and_then(|folder| File::open(folder).ok()) {
        drop(folder.sync_all());
    }
    Ok(())
}

/// Windows refuses to replace a file that somebody has open just then: readers and virus scanners do for moments.
#[cfg(windows)]
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    const TRIES: u32 = 50;
    for _ in 1..TRIES {
        match fs::rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                sleep(Duration::from_millis(10));
            }
            done => return done,
        }
    }
    fs::rename(from, to)
}
