//! Files that are mounted.

use std::path::Path;

/// Whether a file is mounted by itself, as containers have it: none can be renamed over it.
#[cfg(target_os = "linux")]
pub(crate) fn is_mounted(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    // An older kernel does not say, and the rename fails.
    statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty())
        .is_ok_and(|file| file.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

/// Other systems mount folders only.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_mounted(_path: &Path) -> bool {
    false
}
