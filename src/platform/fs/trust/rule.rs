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

use super::access_list::{self, GROUP_WRITES};
use super::special::{is_mount, is_windows_drive};
use super::{OpenError, Untrusted};
use crate::platform::fs::links::is_link;
use crate::platform::fs::regular::refuse_special;

const ROOT: u32 = 0;

/// Without the sticky bit, whoever may write to a folder may also replace the files of others in it.
const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Which links have been followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Links {
    /// None but the system's own.
    None,
    Any,
    /// With root's rights, where somebody else is trusted too.
    Persons,
}

/// Who is trusted, as far as a path has been followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    us: u32,
    /// Somebody else who is trusted too.
    person: Option<u32>,
    links: Links,
    /// Others can create files in the last folder.
    is_shared: bool,
    /// Root also takes a file of somebody else's in a folder that nobody but root can have put it in.
    takes_file: bool,
}

impl Rule {
    pub(super) fn new() -> Self {
        Self { us: geteuid().as_raw(), person: None, links: Links::None, is_shared: false, takes_file: false }
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
            self.links = self.links.max(match self.person {
                Some(_) if self.us == ROOT => Links::Persons,
                _ if is_link(path, found) => Links::Any,
                _ => Links::None,
            });
        } else if found.is_dir() {
            self.is_shared = found.mode() & OTHERS_WRITE != 0;
            if found.mode() & STICKY == 0 && is_open_to_others(path, found) {
                return Err(self.open(path, found).into());
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
        let is_roots = self.us == ROOT && self.person.is_some() && found.uid() == ROOT;
        if is_roots && self.links == Links::Persons && (found.is_file() || found.is_dir()) {
            return Err(self.foreign(path, found));
        }
        if is_roots && found.is_file() && found.nlink() > 1 {
            return Err(Untrusted::HardLink { path: path.to_owned() }.into());
        }
        Ok(())
    }

    /// Checks the folder in which something is about to be made or changed.
    pub(super) fn check_creation(self, folder: &Path, found: &Metadata) -> Result<(), OpenError> {
        if !found.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory).into());
        }
        if self.links == Links::Persons && Some(found.uid()) != self.person {
            return Err(self.foreign(folder, found));
        }
        Ok(())
    }

    fn check_owner(self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
        if self.trusts(found) {
            return Ok(());
        }
        // What it is comes before whose.
        refuse_special(Some(found))?;
        Err(self.foreign(path, found))
    }

    fn trusts(self, found: &Metadata) -> bool {
        let owner = found.uid();
        owner == self.us || owner == ROOT || Some(owner) == self.person || self.is_of_roots_group(found)
    }

    /// As `OpenShift` runs containers: the user owns nothing in the image, but has the group of root, which may write to
    /// what is meant for them.
    fn is_of_roots_group(self, found: &Metadata) -> bool {
        let is_groups = found.gid() == ROOT && found.mode() & GROUP_WRITES != 0 && !found.is_symlink();
        self.us != ROOT && is_groups && getegid().is_root()
    }

    fn foreign(self, path: &Path, found: &Metadata) -> OpenError {
        let wanted = self.person.unwrap_or(self.us);
        let is_linked = self.links != Links::None || found.is_symlink();
        Untrusted::Foreign { path: path.to_owned(), owner: found.uid(), wanted, is_linked }.into()
    }

    pub(super) fn open(self, path: &Path, found: &Metadata) -> Untrusted {
        Untrusted::Open {
            path: path.to_owned(),
            is_folder: found.is_dir(),
            is_linked: self.links != Links::None,
            has_list: access_list::lets_others_write(path, found),
        }
    }
}

/// Whether others can write to a file, or put files into a folder.
pub(super) fn is_open_to_others(path: &Path, found: &Metadata) -> bool {
    let is_open = found.mode() & OTHERS_WRITE != 0 || access_list::lets_others_write(path, found);
    is_open && !is_windows_drive(path) && !(found.is_dir() && is_mount(path))
}

/// Whether nobody can replace a file, which is behind no links, but root and the owner of a folder.
pub(crate) fn is_as_safe_as(file: &Path, folder: &Path) -> bool {
    let Ok(owner) = folder.metadata().map(|found| found.uid()) else { return false };
    file.ancestors().all(|step| {
        step.symlink_metadata().is_ok_and(|found| {
            let is_sticky = found.is_dir() && found.mode() & STICKY != 0;
            [owner, ROOT].contains(&found.uid()) && (is_sticky || !is_open_to_others(step, &found))
        })
    })
}

#[cfg(test)]
mod tests;
