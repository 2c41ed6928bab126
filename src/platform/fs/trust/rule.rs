//! The rule, on Unix: what each step to a file must be.
//!
//! - Files and folders of this user and of root are trusted; a folder in which others can replace files is not, unless it
//!   is sticky, as /tmp is. A group is let in by its owner: many systems give each user a group of their own, and folders
//!   that it can write to.
//! - Root also trusts the first other user who owns a folder on the way: `sudo docker push` with a person's home must find
//!   that person's accounts. But no link in that person's folders, of whichever kind, may lead root to a file of root's.
//! - What is mounted has the owner and the mode that it has outside, as a container's volumes and secrets do. Whoever
//!   mounted it in a folder that others can't write to meant it.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::{getegid, geteuid};

use super::special::{is_mount, is_windows_drive};
use super::{OpenError, Untrusted};

const ROOT: u32 = 0;

/// Without the sticky bit, whoever may write to a folder may also replace the files of others in it.
const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Who is trusted, as far as a path has been followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    us: u32,
    /// Somebody else who is trusted too.
    person: Option<u32>,
    /// A link of that person's has been followed, with root's rights.
    is_behind_link: bool,
    /// Others can create files in the last folder.
    is_shared: bool,
    /// Root also takes a file of somebody else's in a folder that nobody but root can have put it in.
    takes_file: bool,
}

impl Rule {
    pub(super) fn new() -> Self {
        Self { us: geteuid().as_raw(), person: None, is_behind_link: false, is_shared: false, takes_file: false }
    }

    /// For a file that is not ours alone: it keeps its owner.
    pub(super) fn to_edit() -> Self {
        Self { takes_file: true, ..Self::new() }
    }

    /// Checks a folder, link or file on the way.
    pub(super) fn check_step(&mut self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
        if !self.trusts(found) && self.person.is_none() && self.is_persons(path, found) {
            self.person = Some(found.uid());
        }
        self.check_owner(path, found)?;
        if found.is_symlink() {
            self.is_behind_link |= self.us == ROOT && self.person.is_some();
        } else if found.is_dir() {
            self.is_shared = found.mode() & OTHERS_WRITE != 0;
            if found.mode() & STICKY == 0 && is_open_to_others(path, found) {
                return Err(Untrusted::Open { path: path.to_owned(), is_folder: true }.into());
            }
        }
        Ok(())
    }

    /// Whether what belongs to somebody else makes its owner the person who is trusted too.
    fn is_persons(self, path: &Path, found: &Metadata) -> bool {
        let is_for_root = found.is_dir() || self.takes_file && found.is_file() && !self.is_shared;
        self.us == ROOT && is_for_root || !self.is_shared && is_mount(path)
    }

    /// Checks what the path leads to.
    pub(super) fn check(self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
        self.check_owner(path, found)?;
        let is_roots = self.us == ROOT && self.person.is_some() && found.is_file() && found.uid() == ROOT;
        if is_roots && self.is_behind_link {
            return Err(self.foreign(path, found));
        }
        if is_roots && found.nlink() > 1 {
            return Err(Untrusted::HardLink { path: path.to_owned() }.into());
        }
        Ok(())
    }

    /// Checks the folder in which something is about to be made or changed.
    pub(super) fn check_creation(self, folder: &Path, found: &Metadata) -> Result<(), OpenError> {
        if !found.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory).into());
        }
        if self.is_behind_link && Some(found.uid()) != self.person {
            return Err(self.foreign(folder, found));
        }
        Ok(())
    }

    fn check_owner(self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
        if self.trusts(found) { Ok(()) } else { Err(self.foreign(path, found)) }
    }

    fn trusts(self, found: &Metadata) -> bool {
        let owner = found.uid();
        owner == self.us || owner == ROOT || Some(owner) == self.person || self.is_of_roots_group(found)
    }

    /// OpenShift runs containers as users that own nothing in the image, and gives them the group of root.
    fn is_of_roots_group(self, found: &Metadata) -> bool {
        self.us != ROOT && found.gid() == ROOT && getegid().is_root()
    }

    fn foreign(self, path: &Path, found: &Metadata) -> OpenError {
        let wanted = self.person.unwrap_or(self.us);
        Untrusted::Foreign { path: path.to_owned(), owner: found.uid(), wanted }.into()
    }
}

/// Whether others can write to a file, or put files into a folder.
pub(super) fn is_open_to_others(path: &Path, found: &Metadata) -> bool {
    found.mode() & OTHERS_WRITE != 0 && !is_windows_drive(path) && !(found.is_dir() && is_mount(path))
}
