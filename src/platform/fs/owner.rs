//! Gives what root makes to whoever the folder belongs to: after `sudo docker push` with the person's own home, the person
//! could not use it otherwise. Through the open file, so that nothing that is put in its place is given away.
//!
//! In a container root may lack the right; there the person is root. Windows gives a file the access list of its
//! folder.

use std::fs::File;
use std::path::Path;

/// Gives a file that was just made at `path` away, where that is to be.
#[cfg(unix)]
pub(super) fn inherit(made: &File, path: &Path) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Some(folder) = std::fs::metadata(folder).ok().filter(|folder| folder.uid() != 0) {
        drop(fchown(made, Some(folder.uid()), Some(folder.gid())));
    }
}

/// The same for a folder.
#[cfg(unix)]
pub(super) fn inherit_folder(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::DIRECTORY).bits().cast_signed();
    if rustix::process::geteuid().is_root()
        && let Ok(made) = File::options().read(true).custom_flags(flags).open(path)
    {
        inherit(&made, path);
    }
}

#[cfg(windows)]
pub(super) fn inherit(_: &File, _: &Path) {}
