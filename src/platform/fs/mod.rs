//! Files created with mode 0600, replaced as a whole, and changed by one process at a time.

mod access;
mod aside;
#[cfg(target_os = "linux")]
mod attributes;
mod displaced;
mod entries;
#[cfg(target_os = "linux")]
mod exchange;
mod hard_links;
mod in_place;
mod links;
mod lock;
mod mount;
mod owner;
#[cfg(unix)]
mod pipe;
mod probe;
mod regular;
mod rename;
mod replace;
mod sweep;
mod trust;
mod write;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

pub(crate) use access::{access_fix, is_no_room};
pub(crate) use aside::{free_name, move_aside, set_aside_broken};
pub(crate) use displaced::Displaced;
pub(crate) use entries::{entries, is_foreign};
pub(crate) use hard_links::refuse_hard_links;
pub(crate) use in_place::write_in_place;
pub(crate) use links::{look_first, may_lead_elsewhere};
pub(crate) use lock::{lock, lock_folder};
pub(crate) use mount::is_mounted;
#[cfg(unix)]
pub(crate) use owner::{chown_roots_folder, owner_of_new};
pub(crate) use owner::{copy_rights, is_in_folder_of};
#[cfg(unix)]
pub(crate) use pipe::{is_descriptor, read_descriptor};
pub(crate) use probe::{can_write, is_read_only, probe_replace};
pub(crate) use regular::{not_found, read_at_most, read_regular, too_large};
pub(crate) use rename::rename;
pub(crate) use replace::{remove_if, remove_leftovers, replace, replace_known, replace_private};
pub(crate) use sweep::remove_old_files;
pub(crate) use trust::{OpenError, Trusted, Untrusted, is_as_safe_as};
pub(crate) use write::write_all;

/// Options for a file that is private from the first byte on. They follow no link: with sudo that would let the owner of
/// the folder have root write elsewhere.
pub(crate) fn options_0600() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;
        options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    options.read(true).write(true);
    options
}

/// Creates a folder, and missing ones above it, with mode 0700.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        create_private_folder(parent)?;
    }
    #[cfg_attr(windows, expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => return Ok(()),
        created => created?,
    }
    #[cfg(unix)]
    owner::chown_new_folder(folder);
    Ok(())
}

/// Creates a file that must not exist.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    let file = create_own(path)?;
    owner::chown_to_owner_of_new(&file, path);
    Ok(file)
}

/// The same, but the file is ours, whoever the folder belongs to.
fn create_own(path: &Path) -> io::Result<File> {
    options_0600().create_new(true).open(path)
}

/// Opens a file for writing in place, and creates a missing one.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    let file = match options_0600().open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match create_new(path) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options_0600().open(path),
            created => created,
        },
        opened => opened,
    }?;
    regular::refuse_irregular(&file.metadata()?)?;
    Ok(file)
}
