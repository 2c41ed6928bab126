//! What a file has besides owner and mode: an access list (POSIX ACL), and attributes under names of others.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
use rustix::io::Errno;

use super::regular::open_regular;

const ACCESS_LIST: &[u8] = b"system.posix_acl_access";

/// The kernel makes these from the content.
const OF_CONTENT: [&[u8]; 2] = [b"security.ima", b"security.evm"];

/// What the system allows for a value, and for all names.
const LONGEST: usize = 64 * 1024;

/// A file whose attributes another gets.
pub(super) struct Original(File);

impl Original {
    /// The file at `path`, if it is still the one that was `found` there: else it would be somebody else's list.
    pub(super) fn open(path: &Path, found: &Metadata) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let (file, present) = open_regular(path)?;
        let is_same = (present.dev(), present.ino()) == (found.dev(), found.ino());
        if is_same { Ok(Self(file)) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    /// Gives a new file the access list, or takes away one that it has from its folder. This has to come before the mode, of
    /// which the rights of a group are the most that a list lets anybody do, and which opens the file to it.
    pub(super) fn copy_access_list(&self, to: &File) -> io::Result<()> {
        copy(&self.0, to, ACCESS_LIST)
    }

    pub(super) fn copy_other_attributes(&self, to: &File) -> io::Result<()> {
        let mut names = vec![0; LONGEST];
        let length = match flistxattr(&self.0, &mut *names) {
            Err(Errno::OPNOTSUPP) => 0,
            length => length?,
        };
        let mut names = names[..length].split(|&byte| byte == 0).filter(|name| !name.is_empty());
        names.try_for_each(|name| if OF_CONTENT.contains(&name) { Ok(()) } else { copy(&self.0, to, name) })
    }
}

/// Also where it is there already, as what a security module gives each file, which may not be set.
fn copy(from: &File, to: &File, name: &[u8]) -> io::Result<()> {
    let (wanted, present) = (value(from, name)?, value(to, name)?);
    match wanted {
        _ if wanted == present => {}
        Some(wanted) => fsetxattr(to, name, &wanted, XattrFlags::empty())?,
        None => fremovexattr(to, name)?,
    }
    Ok(())
}

/// `None`: there is none, or can't be.
fn value(file: &File, name: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut value = vec![0; LONGEST];
    match fgetxattr(file, name, &mut *value) {
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        length => {
            value.truncate(length?);
            Ok(Some(value))
        }
    }
}
