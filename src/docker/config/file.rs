//! A config file on disk: replaced so that its links, mode and owner stay.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek};
use std::path::{Path, PathBuf};

use crate::platform::fs::{OpenError, Trusted};
use crate::platform::fs::{
    create_private_folder, options_0600, remove_leftovers, replace, replace_private, too_large, write_all,
};

/// In bytes: far more than clients write.
const LONGEST: u64 = 8 * 1024 * 1024;

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

    /// `None` too if it is not trusted.
    pub(super) fn backup_content(&self) -> Option<String> {
        String::from_utf8(read(&self.backup()).ok()??).ok()
    }

    pub(super) fn remove_backup(&self) -> io::Result<()> {
        fs::remove_file(self.backup())
    }

    /// Removes what killed writers left behind, which may contain passwords.
    pub(super) fn remove_leftovers(&self) {
        for path in [&self.backup(), &self.path] {
            // What is wrong with the file is reported by the write.
            if let Ok(place) = Trusted::find_to_edit(path).and_then(|place| place.check_creation().map(|()| place)) {
                remove_leftovers(place.path());
            }
        }
    }

    /// Replaces the content, after a backup of it if `makes_backup`. No content: removes the file.
    pub(super) fn write(&self, content: Option<&str>, makes_backup: bool) -> Result<Written, OpenError> {
        let target = Trusted::find_to_edit(&self.path)?;
        if target.read(LONGEST)?.as_deref() != self.content.as_deref().map(str::as_bytes) {
            return Ok(Written::Changed);
        }
        target.check_creation()?;
        // Renaming over it, and removing it, would work, and override what somebody wanted.
        if target.found().is_some_and(|present| present.permissions().readonly()) {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only").into());
        }
        let Some(content) = content else {
            fs::remove_file(target.path())?;
            return Ok(Written::Done { has_backup: false });
        };
        if content.len() as u64 > LONGEST {
            // It could not be read again.
            return Err(too_large(LONGEST).into());
        }
        let has_backup = makes_backup && self.make_backup(&target)?;
        let written = self.put(&target, content.as_bytes());
        if has_backup && written.is_err() {
            let _ = self.remove_backup();
        }
        match written {
            // Another process removed our new file as a leftover: it is as if it had been faster.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Written::Changed),
            written => Ok(written.map(|()| Written::Done { has_backup })?),
        }
    }

    /// `false`: its folder can't be written, as where a container is given the file alone.
    fn make_backup(&self, original: &Trusted) -> Result<bool, OpenError> {
        let Some(content) = &self.content else { return Ok(false) };
        let backup = Trusted::find_to_edit(&self.backup())?;
        backup.check_creation()?;
        match replace_private(backup.path(), content.as_bytes(), original.found()) {
            Err(error) if is_denied(&error) => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }

    fn put(&self, target: &Trusted, content: &[u8]) -> io::Result<()> {
        if let Some(folder) = target.path().parent() {
            create_private_folder(folder)?;
        }
        match replace(target.path(), content, target.found()) {
            Err(error) if target.found().is_some() && is_in_place_only(&error) => {
                write_in_place(target.path(), content, self.content.as_deref().unwrap_or_default().as_bytes())
            }
            done => done,
        }
    }
}

/// `None`: it does not exist.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, OpenError> {
    Trusted::find_to_edit(path)?.read(LONGEST)
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
