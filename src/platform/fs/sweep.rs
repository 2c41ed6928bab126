//! Removing old files from a folder that may hold files of others too: by name, and through no link.

#[cfg(unix)]
use std::fs::File;
use std::time::SystemTime;

use super::Trusted;

/// Removes the regular files changed before `before` whose name and size are wanted.
#[cfg(unix)]
pub(crate) fn remove_old_files(folder: &Trusted, is_wanted: impl Fn(&str, u64) -> bool, before: SystemTime) {
    use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat, unlinkat};
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let Ok(opened) = openat(CWD, folder.path(), flags, Mode::empty()).map(File::from) else { return };
    // Not what was put in the folder's place since it was checked.
    if !opened.metadata().is_ok_and(|found| folder.is_same(&found)) {
        return;
    }
    let Ok(entries) = Dir::read_from(&opened) else { return };
    for entry in entries.flatten() {
        let Ok(found) = statat(&opened, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) else { continue };
        let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
        let size = u64::try_from(found.st_size).unwrap_or(u64::MAX);
        let is_wanted = entry.file_name().to_str().is_ok_and(|name| is_wanted(name, size));
        if is_file && is_wanted && modified(found.st_mtime) < before {
            let _ = unlinkat(&opened, entry.file_name(), AtFlags::empty());
        }
    }
}

#[cfg(unix)]
fn modified(seconds: i64) -> SystemTime {
    use std::time::Duration;
    let since = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::UNIX_EPOCH - since } else { SystemTime::UNIX_EPOCH + since }
}

#[cfg(windows)]
pub(crate) fn remove_old_files(folder: &Trusted, is_wanted: impl Fn(&str, u64) -> bool, before: SystemTime) {
    for entry in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
        let Ok(found) = entry.metadata() else { continue };
        let is_wanted = entry.file_name().to_str().is_some_and(|name| is_wanted(name, found.len()));
        if found.is_file() && is_wanted && found.modified().is_ok_and(|changed| changed < before) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
