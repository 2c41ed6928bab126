//! Takes from others what an older program or another umask let them do with the accounts.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::OFlags;

/// Makes the folder and what was kept of an old file their owner's alone; device.json itself is new with every change. A
/// folder that has other things in it too is somebody else's to judge. What can't be changed stays, and `status` goes on
/// to warn of it.
pub(super) fn restrict(folder: &Path) {
    let is_ours =
        |name: &str| ["device.json", "update-check.json", "validated"].iter().any(|ours| name.starts_with(ours));
    let mut names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    if names.all(|name| name.to_str().is_some_and(is_ours)) {
        take(folder, 0o700);
    }
    take(&folder.join("device.json.bak"), 0o600);
}

/// Never what a link leads to: with sudo that could be anything.
fn take(path: &Path, wanted: u32) {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let Ok(opened) = File::options().read(true).custom_flags(flags).open(path) else { return };
    if opened.metadata().is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
        drop(opened.set_permissions(Permissions::from_mode(wanted)));
    }
}
