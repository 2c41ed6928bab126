//! Under sudo, new files belong to the folder's owner, or to the person who ran it: after `sudo docker push` with the person's
//! own home, the person could not use them otherwise. All through the open file, so that nothing that is put in its place is
//! given away.
//!
//! In a container root may lack the right; there the person is root. Windows gives a file the rights of its folder.

use std::fs::{File, Metadata};
use std::io;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::Path;

#[cfg(target_os = "linux")]
use super::attributes::Original;
#[cfg(unix)]
use crate::platform::environment::sudo;

/// The user and group to whom root gives a new file at `path`: those of its folder or, where an earlier sudo made that, as
/// `sudo docker login` makes `~/.docker`, of the person's folder above it. `None`: it stays ours.
#[cfg(unix)]
pub(crate) fn owner_of_new(path: &Path) -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let ids = |folder: &Path| folder.metadata().ok().map(|found| (found.uid(), found.gid()));
    let owner = ids(folder)?;
    if owner.0 != 0 {
        return Some(owner);
    }
    let person = sudo::user_id().filter(|&id| id != 0)?;
    folder.ancestors().filter_map(ids).find(|&(user, _)| user == person)
}

#[cfg(unix)]
pub(super) fn chown_to_owner_of_new(created: &File, path: &Path) {
    if let Some((user, group)) = owner_of_new(path) {
        let _ = std::os::unix::fs::fchown(created, Some(user), Some(group));
    }
}

#[cfg(unix)]
pub(super) fn chown_new_folder(path: &Path) {
    if rustix::process::geteuid().is_root()
        && let Ok(created) = open_folder(path)
    {
        chown_to_owner_of_new(&created, path);
    }
}

/// Gives a folder of this program's that an earlier sudo made to the person who runs this one, in whose folder it is.
#[cfg(unix)]
pub(crate) fn chown_roots_folder(path: &Path) {
    let is_roots = |folder: &File| folder.metadata().is_ok_and(|found| found.uid() == 0);
    if let Some(person) = sudo::user_id()
        && owner_of_new(path).is_some_and(|(user, _)| user == person)
        && let Ok(folder) = open_folder(path)
        && is_roots(&folder)
    {
        chown_to_owner_of_new(&folder, path);
    }
}

#[cfg(unix)]
fn open_folder(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::DIRECTORY).bits().cast_signed();
    File::options().read(true).custom_flags(flags).open(path)
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

/// Gives a file the set-user-ID and set-group-ID bits again that writing has taken from it.
#[cfg(unix)]
pub(super) fn copy_special_bits(found: &Metadata, file: &File) -> io::Result<()> {
    if found.mode() & 0o6000 == 0 { Ok(()) } else { file.set_permissions(found.permissions()) }
}

/// Gives a copy, which has the owner of its folder under sudo, to the owner of the original instead.
#[cfg(unix)]
pub(super) fn copy_owner_as_root(like: &Metadata, file: &File) -> io::Result<()> {
    if rustix::process::geteuid().is_root() { copy_owner(like, file) } else { Ok(()) }
}

#[cfg(unix)]
fn copy_owner(like: &Metadata, file: &File) -> io::Result<()> {
    use std::os::unix::fs::fchown;
    let present = file.metadata()?;
    let user = (present.uid() != like.uid()).then_some(like.uid());
    let group = (present.gid() != like.gid()).then_some(like.gid());
    if user.is_some() || group.is_some() { fchown(file, user, group) } else { Ok(()) }
}

/// Whether this is in a folder of the user's, such as their home.
#[cfg(unix)]
pub(crate) fn is_in_folder_of(user: u32, path: &Path) -> bool {
    path.ancestors().any(|folder| folder.metadata().is_ok_and(|found| found.uid() == user))
}

/// Windows' users have no such ids.
#[cfg(windows)]
pub(crate) fn is_in_folder_of(_: u32, _: &Path) -> bool {
    false
}

#[cfg(windows)]
pub(super) fn chown_to_owner_of_new(_: &File, _: &Path) {}

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
