//! A config file on disk: replaced so that its links, mode and owner stay.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Seek};
use std::path::{Path, PathBuf};

use crate::platform::fs::{create_private_folder, options_0600, remove_leftovers, replace, resolve_links, write_all};

/// A file as it was read.
#[derive(Debug, Clone)]
pub(super) struct ConfigFile {
    /// Where clients look for it; the file itself may be behind links.
    pub(super) path: PathBuf,
    /// `None`: it does not exist.
    pub(super) content: Option<String>,
}

/// What came of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Done {
        has_backup: bool,
    },
    /// Nothing: another program changed the file after it was read.
    Changed,
}

impl ConfigFile {
    /// The file with the content from before the first change.
    pub(super) fn backup(&self) -> PathBuf {
        self.path.with_added_extension("atcr-backup")
    }

    pub(super) fn backup_content(&self) -> Option<String> {
        fs::read_to_string(self.backup()).ok()
    }

    pub(super) fn remove_backup(&self) -> io::Result<()> {
        fs::remove_file(self.backup())
    }

    /// Removes what killed writers left behind, which may contain passwords.
    pub(super) fn remove_leftovers(&self) {
        remove_leftovers(&self.backup());
        // Circular links are reported by the write.
        if let Ok(target) = self.target() {
            remove_leftovers(&target);
        }
    }

    /// Replaces the content, after a backup of it if `makes_backup`. No content: removes the file.
    pub(super) fn write(&self, content: Option<&str>, makes_backup: bool) -> io::Result<Written> {
        let target = self.target()?;
        if read(&target)?.as_deref() != self.content.as_deref().map(str::as_bytes) {
            return Ok(Written::Changed);
        }
        // Renaming over it, and removing it, would work, and override what somebody wanted.
        let present = if_found(fs::metadata(&target))?;
        if present.as_ref().is_some_and(|present| present.permissions().readonly()) {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
        }
        let Some(content) = content else {
            fs::remove_file(target)?;
            return Ok(Written::Done { has_backup: false });
        };
        let has_backup = makes_backup && self.make_backup()?;
        let written = self.put(&target, content.as_bytes(), present.as_ref());
        if has_backup && written.is_err() {
            let _ = self.remove_backup();
        }
        match written {
            // Another process removed our new file as a leftover: it is as if it had been faster.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Written::Changed),
            written => written.map(|()| Written::Done { has_backup }),
        }
    }

    /// `false`: its folder can't be written, as where a container is given the file alone.
    fn make_backup(&self) -> io::Result<bool> {
        let Some(content) = &self.content else { return Ok(false) };
        match replace(&self.backup(), content.as_bytes(), None) {
            Err(error) if is_denied(&error) => Ok(false),
            done => done.map(|()| true),
        }
    }

    fn put(&self, target: &Path, content: &[u8], present: Option<&Metadata>) -> io::Result<()> {
        if let Some(folder) = target.parent() {
            create_private_folder(folder)?;
        }
        match replace(target, content, present) {
            Err(error) if present.is_some() && is_in_place_only(&error) => {
                write_in_place(target, content, self.content.as_deref().unwrap_or_default().as_bytes())
            }
            done => done,
        }
    }

    fn target(&self) -> io::Result<PathBuf> {
        resolve_links(&self.path, |_, _| Ok::<_, io::Error>(()))
    }
}

/// `None`: it does not exist.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if_found(fs::read(path))
}

fn if_found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A folder may be read-only, or a file be mounted alone (EBUSY, EXDEV): then it is changed in place.
fn is_in_place_only(error: &io::Error) -> bool {
    is_denied(error) || matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices)
}

fn is_denied(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

/// Restores the old content where the new can't be written to its end. Nothing is cut off before that: the space of the
/// old content is still its own then.
fn write_in_place(path: &Path, content: &[u8], old: &[u8]) -> io::Result<()> {
    let mut file = options_0600().open(path)?;
    let written = overwrite(&mut file, content);
    if written.is_err() {
        let _ = overwrite(&mut file, old);
    }
    written
}

fn overwrite(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.rewind()?;
    write_all(file, content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}
