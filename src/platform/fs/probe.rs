//! Whether a file could be replaced or made, found out without doing it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process;

use super::options_0600;
use super::replace::{BEFORE_ID, Rights, write_new};
use crate::text::display_path;

/// Fails as `replace` would with a content of this size, after making missing folders. Leaves nothing behind, and makes
/// none of these: another process could use it before it is removed.
pub(crate) fn probe_replace(path: &Path, size: usize) -> io::Result<()> {
    let mut first = path;
    while let Some(folder) = first.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        if folder.symlink_metadata().is_ok() {
            let reason = format!("the link {} leads nowhere", display_path(folder));
            return Err(io::Error::new(ErrorKind::AlreadyExists, reason));
        }
        first = folder;
    }
    refuse_fixed(first)?;
    let temporary = first.with_added_extension(format!("{}{}", &BEFORE_ID[1..], process::id()));
    let written = write_new(&temporary, &vec![b' '; size], Rights::New).map(drop);
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => written.and(Err(error)),
        _ => written,
    }
}

/// Whether this user's rights are enough to make files in the folder.
pub(crate) fn can_write(folder: &Path) -> bool {
    #[cfg(unix)]
    return rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok();
    #[cfg(not(unix))]
    return folder.is_dir();
}

/// Whether the folder's file system is read-only, for root too.
pub(crate) fn is_read_only(folder: &Path) -> bool {
    #[cfg(unix)]
    return rustix::fs::statvfs(folder).is_ok_and(|found| found.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY));
    #[cfg(not(unix))]
    return fs::metadata(folder).is_err();
}

/// What no new file can take the place of: an immutable file, and one that is mounted by itself, as into a container. The
/// mode of a file does not matter.
fn refuse_fixed(path: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if is_mounted(path) {
        return Err(ErrorKind::ResourceBusy.into());
    }
    match options_0600().open(path) {
        #[cfg(unix)]
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error()) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(target_os = "linux")]
fn is_mounted(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let found = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty());
    found.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}
