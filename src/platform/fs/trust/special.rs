//! File systems whose owners and modes are not their own. Looked at only where a file would be refused.

use std::path::Path;

/// Whether something is mounted here.
#[cfg(target_os = "linux")]
pub(super) fn is_mount(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let found = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty());
    found.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_mount(_: &Path) -> bool {
    false
}

/// Whether this is on a drive of Windows in WSL, where every mode is 0777, and Windows' access lists decide.
#[cfg(target_os = "linux")]
pub(super) fn is_windows_drive(path: &Path) -> bool {
    use rustix::fs::{FsWord, statfs};
    /// `V9FS_MAGIC`, and `FUSE_SUPER_MAGIC` for virtiofs.
    const OF_DRIVES: [FsWord; 2] = [0x0102_1997, 0x6573_5546];
    crate::platform::wsl::is_wsl() && statfs(path).is_ok_and(|found| OF_DRIVES.contains(&found.f_type))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_windows_drive(_: &Path) -> bool {
    false
}
