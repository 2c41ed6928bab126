//! The one trust rule for every file that steers a secret (compare sshd's StrictModes): it is a regular file of this user
//! or of root, with no folder on the way in which others can exchange it. Who could put one there would decide where a
//! secret goes, and which credential store is run. On Windows the access list of the profile decides, which everything in
//! it inherits.

#[cfg(unix)]
mod access_list;
mod error;
#[cfg(unix)]
mod rule;
#[cfg(windows)]
#[path = "rule_windows.rs"]
mod rule;
#[cfg(unix)]
mod special;

use std::fs::{self, File, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(crate) use error::{OpenError, Untrusted};
use rule::Rule;
pub(crate) use rule::is_as_safe_as;

use super::links::resolve_links;
use super::regular::{is_special, not_found, options_without_waiting, read_at_most, refuse_irregular, refuse_special};

/// A file or folder that follows the rule, or the place for one.
#[derive(Debug, Clone)]
pub(crate) struct Trusted {
    /// As it was named, for messages.
    name: PathBuf,
    /// Behind all links.
    path: PathBuf,
    /// `None`: it does not exist.
    found: Option<Metadata>,
    rule: Rule,
}

impl Trusted {
    /// Follows links to a file or folder, and checks each step to it.
    pub(crate) fn find(name: &Path) -> Result<Self, OpenError> {
        Self::walk(Path::new(""), &std::path::absolute(name)?, name.to_owned(), Rule::new())
    }

    /// The same for a file that other programs use too: it may belong to somebody else where root has put it.
    pub(crate) fn find_to_edit(name: &Path) -> Result<Self, OpenError> {
        Self::walk(Path::new(""), &std::path::absolute(name)?, name.to_owned(), Rule::to_edit())
    }

    /// Goes on from this folder.
    pub(crate) fn join(&self, name: &str) -> Result<Self, OpenError> {
        Self::walk(&self.path, Path::new(name), self.name.join(name), self.rule)
    }

    /// The place for a new file in this folder.
    pub(crate) fn place(&self, name: &str) -> Self {
        Self { name: self.name.join(name), path: self.path.join(name), found: None, rule: self.rule }
    }

    /// A file or folder in this folder that is no link, for what nobody but this program puts there.
    pub(crate) fn child(&self, name: &str) -> Result<Self, OpenError> {
        let mut child = self.place(name);
        match fs::symlink_metadata(&child.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Ok(found) if found.is_symlink() => return Err(Untrusted::Link { path: child.name }.into()),
            found => {
                let found = found?;
                child.rule.check_step(&child.path, &found)?;
                child.rule.check(&child.name, &found)?;
                child.found = Some(found);
            }
        }
        Ok(child)
    }

    fn walk(folder: &Path, steps: &Path, name: PathBuf, mut rule: Rule) -> Result<Self, OpenError> {
        let (path, mut found) = resolve_links(folder, steps, |step, found| rule.check_step(step, found))?;
        if cfg!(windows) {
            // It may be behind what is neither a file nor a link.
            found = fs::metadata(&path).ok();
        }
        if let Some(found) = &found {
            rule.check(&name, found)?;
        }
        Ok(Self { name, path, found, rule })
    }

    /// Where it is, behind all links: what to replace so that the links stay.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn found(&self) -> Option<&Metadata> {
        self.found.as_ref()
    }

    /// Whether this is what was found.
    #[cfg(unix)]
    pub(crate) fn is_same(&self, other: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;
        self.found.as_ref().is_some_and(|found| (found.dev(), found.ino()) == (other.dev(), other.ino()))
    }

    /// Refuses one that others can write to, or put files into, and what is neither a file nor a folder.
    pub(crate) fn closed_to_others(self) -> Result<Self, OpenError> {
        refuse_special(self.found.as_ref())?;
        self.open_to_others().map_or(Ok(self), |open| Err(open.into()))
    }

    /// That others can write to it, or put files into it, where that is no reason to refuse it. `None`: they can't.
    pub(crate) fn open_to_others(&self) -> Option<Untrusted> {
        // A device is meant to be, and is no file of anybody's.
        let found = self.found.as_ref().filter(|found| !is_special(found))?;
        let is_open = rule::is_open_to_others(&self.path, found);
        is_open.then(|| self.rule.open(&self.path, found))
    }

    /// Refuses to make a file or folder here, or to change one, where a link could have led root to a folder of root's.
    pub(crate) fn check_creation(&self) -> Result<(), OpenError> {
        let folders = self.path.ancestors().skip(usize::from(self.found.as_ref().is_some_and(Metadata::is_file)));
        for folder in folders {
            match fs::symlink_metadata(folder) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                // In the place of a new file, which takes its name.
                Ok(found) if found.is_symlink() && folder == self.path => {}
                found => return self.rule.check_creation(folder, &found?),
            }
        }
        Ok(())
    }

    /// Opens a file or folder to change its mode: neither a link nor anything that waits.
    #[cfg(unix)]
    pub(crate) fn open_any(&self) -> Result<(File, Metadata), OpenError> {
        let Some(found) = &self.found else { return Err(not_found().into()) };
        if !found.is_dir() {
            return self.open();
        }
        let folder = options_without_waiting(false).open(&self.path)?;
        let found = folder.metadata()?;
        self.rule.check(&self.name, &found)?;
        Ok((folder, found))
    }

    /// Opens a regular file for reading, without waiting.
    pub(crate) fn open(&self) -> Result<(File, Metadata), OpenError> {
        let Some(found) = &self.found else { return Err(not_found().into()) };
        refuse_irregular(found)?;
        let file = options_without_waiting(false).open(&self.path)?;
        let found = file.metadata()?;
        // Something else may have been put in its place.
        refuse_irregular(&found)?;
        self.rule.check(&self.name, &found)?;
        Ok((file, found))
    }

    /// The content of a regular file of at most `most` bytes. `None`: it does not exist.
    pub(crate) fn read(&self, most: u64) -> Result<Option<Vec<u8>>, OpenError> {
        if self.found.is_none() {
            return Ok(None);
        }
        let (file, found) = self.open()?;
        Ok(Some(read_at_most(&file, found.len(), most)?))
    }
}
