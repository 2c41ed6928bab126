//! A config file on disk: replaced so that its links, mode and owner stay.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

use super::backups::{Backup, Backups, is_denied};
use crate::platform::fs::{
    create_private_folder, options_0600, refuse_hard_links, remove_leftovers, replace, resolve_links,
};

/// A file as it was read.
#[derive(Debug, Clone)]
pub(super) struct ConfigFile {
    /// Where clients look for it; the file itself may be behind links.
    pub(super) path: PathBuf,
    /// `None`: it does not exist.
    pub(super) content: Option<String>,
}

/// What came of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    Done {
        backup: Option<PathBuf>,
    },
    /// Nothing: another program changed the file after it was read.
    Changed,
}

impl ConfigFile {
    pub(super) fn backups(&self) -> Backups {
        Backups::read(&self.path, read)
    }

    /// Removes what killed writers left behind, which may contain passwords.
    pub(super) fn remove_leftovers(&self) {
        self.backups().remove_leftovers();
        // Circular links are reported by the write.
        if let Ok(target) = self.target() {
            remove_leftovers(&target);
        }
    }

    /// Replaces the content, after a backup of it. No content: removes the file, and a folder of the client's that is left
    /// empty.
    pub(super) fn write(&self, content: Option<&str>, backup: Backup) -> io::Result<Written> {
        let target = self.target()?;
        if read(&target)?.as_deref() != self.content.as_deref().map(str::as_bytes) {
            return Ok(Written::Changed);
        }
        let present = if_found(fs::metadata(&target))?;
        if let Some(present) = &present {
            refuse_read_only(present)?;
            refuse_hard_links(present)?;
        }
        let backups = self.backups();
        let Some(content) = content else {
            fs::remove_file(target)?;
            remove_empty_folder(&self.path);
            return Ok(Written::Done { backup: None });
        };
        let backup = backups.add(self.content.as_deref().unwrap_or_default(), backup)?;
        let written = self.put(&target, content.as_bytes(), present.as_ref());
        match (&written, &backup) {
            (Ok(()), _) => backups.remove_equal_to(content),
            (Err(_), Some(backup)) => drop(fs::remove_file(backup)),
            (Err(_), None) => {}
        }
        match written {
            // Another process removed our new file as a leftover: it is as if it had been faster.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Written::Changed),
            written => written.map(|()| Written::Done { backup }),
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

/// Renaming over it, and removing it, would work, and override what somebody wanted.
fn refuse_read_only(present: &Metadata) -> io::Result<()> {
    if present.permissions().readonly() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
    }
    Ok(())
}

/// The folder that a new file was made with: clients make it when they need it. One that a variable names may be meant to
/// stay.
fn remove_empty_folder(file: &Path) {
    let is_clients = |folder: &Path| [".docker", "containers"].iter().any(|name| folder.ends_with(name));
    if let Some(folder) = file.parent().filter(|folder| is_clients(folder) && !folder.is_symlink()) {
        // It stays where anything is in it.
        let _ = fs::remove_dir(folder);
    }
}

/// A folder may be read-only, or a file be mounted alone (EBUSY, EXDEV): then it is changed in place.
fn is_in_place_only(error: &io::Error) -> bool {
    is_denied(error) || matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices)
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
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}
