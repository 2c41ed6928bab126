//! A new name for a file, which survives a power failure.

#[cfg(unix)]
use std::fs::File;
use std::path::Path;
use std::{fs, io};
#[cfg(windows)]
use std::{thread::sleep, time::Duration};

#[cfg(unix)]
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(to);
    Ok(())
}

/// The new name of `path` survives a power failure only when its folder is on disk too. The content is in place by now, so a
/// file system that can't sync a folder is no error.
#[cfg(unix)]
pub(super) fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

/// Windows refuses to replace a file that is open at that moment: readers and virus scanners open it for moments.
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
