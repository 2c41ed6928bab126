//! Files for their owner alone: made so from the first byte, replaced as a whole, and changed by one process at a time.

#[cfg(windows)]
pub(crate) mod access_list;
mod owner;

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Options that create a file for its owner's eyes alone, from the first byte on. They follow no link: with sudo that
/// would let whoever owns the folder have root write elsewhere.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.read(true).write(true);
    options
}

/// Makes a folder, and those above it, for its owner's eyes alone.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.is_dir();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    #[cfg_attr(windows, expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    for folder in missing.into_iter().rev() {
        match builder.create(folder) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            made => {
                made?;
                #[cfg(unix)]
                owner::inherit_folder(folder);
                // Where there are no access lists, as on a memory card, nothing is lost.
                #[cfg(windows)]
                drop(access_list::make_private(folder));
            }
        }
    }
    Ok(())
}

/// Makes a file that must not be there yet.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let file = private().create_new(true).open(path)?;
    owner::inherit(&file, path);
    Ok(file)
}

/// Opens a file for writing where it is, and makes it where it is not there.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    match private().open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match create(path) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => private().open(path),
            created => created,
        },
        opened => opened,
    }
}

/// Between two looks at a lock that somebody else has: the longer, the longer it has been waited for.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// Takes the lock that all who open `path` share, at most waiting for `patience`. It ends with the returned file, which
/// can be read and written, or with the process.
///
/// The file is there for nothing else: Windows locks are mandatory, and a file that is replaced can't carry a lock.
pub(crate) fn lock(path: &Path, patience: Duration) -> io::Result<File> {
    let file = open_or_create(path)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if started.elapsed() >= patience => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "another program holds its lock"));
            }
            // Hundreds that look every moment would leave no time for the one they wait for.
            Err(TryLockError::WouldBlock) => sleep((started.elapsed() / 8).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)),
        }
    }
}

/// Puts `content` in the place of the file at `path`, readable by its owner alone.
///
/// The caller holds the lock that writers of `path` share, and called [`remove_stray`] under it.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = temporary(path);
    let written = write_new(&temporary, content).and_then(|()| rename(&temporary, path));
    if written.is_err() {
        // The first failure is the one to report; a file that stays is removed by the next change.
        drop(fs::remove_file(&temporary));
    }
    written
}

/// Takes away what a killed writer of `path` left behind, which may hold secrets. The caller holds the lock that
/// writers of `path` share.
pub(crate) fn remove_leftover(path: &Path) -> io::Result<()> {
    match fs::remove_file(temporary(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// One fixed name, so that it is known what a killed writer left behind.
fn temporary(path: &Path) -> PathBuf {
    path.with_added_extension("tmp")
}

/// Writes a file that must not be there yet to its end, safely on disk.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
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
    const TRIES: u32 = 200;
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
