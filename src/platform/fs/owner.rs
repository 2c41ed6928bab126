//! Under sudo, new files belong to the folder's owner: after `sudo docker push` with the person's own home, the person
//! could not use them otherwise. All through the open file, so that nothing that is put in its place is given away.
//!
//! In a container root may lack the right; there the person is root. Windows gives a file the rights of its folder.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

#[cfg(target_os = "linux")]
use super::attributes::Original;

#[cfg(unix)]
pub(super) fn chown_to_folder_owner(created: &File, path: &Path) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Some(folder) = std::fs::metadata(folder).ok().filter(|folder| folder.uid() != 0) {
        let _ = fchown(created, Some(folder.uid()), Some(folder.gid()));
    }
}

#[cfg(unix)]
pub(super) fn chown_folder_to_parents_owner(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::DIRECTORY).bits().cast_signed();
    if rustix::process::geteuid().is_root()
        && let Ok(created) = File::options().read(true).custom_flags(flags).open(path)
    {
        chown_to_folder_owner(&created, path);
    }
}

/// Gives a new file the owner, access list and mode of the file at `path`, which it will replace.
#[cfg(unix)]
pub(crate) fn copy_rights(path: &Path, found: &Metadata, file: &File) -> io::Result<()> {
    copy_owner(found, file)?;
    #[cfg(target_os = "linux")]
    Original::open(path, found)?.copy_access_list(file)?;
    #[cfg(not(target_os = "linux"))]
    let _ = path;
    // After the owner, whose change takes bits off the mode.
    file.set_permissions(found.permissions())
}

/// Gives a copy, which has the owner of its folder under sudo, to the owner of the original instead.
#[cfg(unix)]
pub(super) fn copy_owner_as_root(like: &Metadata, file: &File) -> io::Result<()> {
    if rustix::process::geteuid().is_root() { copy_owner(like, file) } else { Ok(()) }
}

#[cfg(unix)]
fn copy_owner(like: &Metadata, file: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let present = file.metadata()?;
    let user = (present.uid() != like.uid()).then_some(like.uid());
    let group = (present.gid() != like.gid()).then_some(like.gid());
    if user.is_some() || group.is_some() { fchown(file, user, group) } else { Ok(()) }
}

/// Whether this is in a folder of the user's, such as their home.
#[cfg(unix)]
pub(crate) fn is_in_folder_of(user: u32, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    path.ancestors().any(|folder| folder.metadata().is_ok_and(|found| found.uid() == user))
}

/// Windows' users have no such ids.
#[cfg(windows)]
pub(crate) fn is_in_folder_of(_: u32, _: &Path) -> bool {
    false
}

#[cfg(windows)]
pub(super) fn chown_to_folder_owner(_: &File, _: &Path) {}

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "the other platforms' can fail")]
pub(crate) fn copy_rights(_: &Path, _: &Metadata, _: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "the other platforms' can fail")]
pub(super) fn copy_owner_as_root(_: &Metadata, _: &File) -> io::Result<()> {
    Ok(())
}
