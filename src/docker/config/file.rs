//! A config file on disk: replaced so that its links, mode and owner stay.

use std::cell::OnceCell;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::backups::{Backup, Backups, is_denied};
use crate::platform::fs::{Displaced, OpenError, Trusted};
use crate::platform::fs::{
    create_private_folder, lock_folder, refuse_hard_links, remove_if, remove_leftovers, replace_known, too_large,
    write_in_place,
};

/// In bytes: far more than clients write.
const LONGEST: u64 = 8 * 1024 * 1024;

/// Writing takes milliseconds, also on a slow disk.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// A file as it was read.
#[derive(Debug, Clone)]
pub(super) struct ConfigFile {
    /// Where clients look for it; the file itself may be behind links.
    pub(super) path: PathBuf,
    /// `None`: it does not exist.
    pub(super) content: Option<String>,
    backups: OnceCell<Backups>,
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
    pub(super) fn new(path: PathBuf, content: Option<String>) -> Self {
        Self { path, content, backups: OnceCell::new() }
    }

    /// As they were when they were first looked at: what a change takes and restores depends on them.
    pub(super) fn backups(&self) -> &Backups {
        self.backups.get_or_init(|| Backups::read(&self.path, read))
    }

    /// The same where nothing is written.
    pub(super) fn clean(&self) {
        let Ok(target) = Trusted::find_to_edit(&self.path) else { return };
        if !target.path().parent().is_some_and(Path::is_dir) {
            return;
        }
        // Without the lock, what another process is exchanging would pass for a leftover.
        if let Ok(_lock) = self.lock() {
            self.remove_leftovers();
        }
    }

    /// Removes what killed writers left behind, which may contain passwords.
    fn remove_leftovers(&self) {
        // What is wrong with a file is reported by the write.
        let place =
            |path: PathBuf| Trusted::find_to_edit(&path).and_then(|place| place.check_creation().map(|()| place)).ok();
        let places: Vec<Trusted> =
            self.backups().paths_to_clean().into_iter().chain([self.path.clone()]).filter_map(place).collect();
        remove_leftovers(&places.iter().map(Trusted::path).collect::<Vec<_>>());
    }

    /// Replaces the content, after a backup of it. No content: removes the file, and a folder of the client's that is left
    /// empty.
    pub(super) fn write(&self, content: Option<&str>, backup: Backup) -> Result<Written, OpenError> {
        // From the last look on, so that of many at once none overwrites what another wrote.
        let _lock = self.lock()?;
        self.remove_leftovers();
        let target = Trusted::find_to_edit(&self.path)?;
        let backups = self.backups();
        if !self.is_same(&target)? || *backups != Backups::read(&self.path, read) {
            return Ok(Written::Changed);
        }
        target.check_creation()?;
        if let Some(present) = target.found() {
            refuse_read_only(present)?;
            refuse_hard_links(present)?;
        }
        let Some(content) = content else {
            if !remove_if(target.path(), self.content.as_deref().unwrap_or_default().as_bytes())? {
                return Ok(Written::Changed);
            }
            remove_empty_folder(&self.path);
            return Ok(Written::Done { backup: None });
        };
        if content.len() as u64 > LONGEST {
            // It could not be read again.
            return Err(too_large(LONGEST).into());
        }
        let backup = match backups.add(self.content.as_deref().unwrap_or_default(), backup, target.found()) {
            // Another process, which is not writing yet, took the new file for a leftover.
            Err(OpenError::Failed(error)) if error.kind() == ErrorKind::NotFound => return Ok(Written::Changed),
            backup => backup?,
        };
        let written = self.put(&target, content.as_bytes());
        match (&written, &backup) {
            (Ok(()), _) => backups.remove_equal_to(content),
            // Somebody has read, and written, what it would be for.
            (Err(error), Some(_)) if Displaced::is(error) => {}
            (Err(_), Some(backup)) => drop(fs::remove_file(backup)),
            (Err(_), None) => {}
        }
        match written {
            // Another process was faster, or removed our new file as a leftover.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Written::Changed),
            written => Ok(written.map(|()| Written::Done { backup })?),
        }
    }

    /// Of the folder that the file is really in; made if there is none.
    fn lock(&self) -> Result<Option<File>, OpenError> {
        let target = Trusted::find_to_edit(&self.path)?;
        let Some(folder) = target.path().parent() else { return Ok(None) };
        if target.found().is_none() {
            target.check_creation()?;
            create_private_folder(folder)?;
        }
        Ok(lock_folder(folder, LOCK_WAIT))
    }

    /// Whether the file says what it said when it was read.
    fn is_same(&self, target: &Trusted) -> Result<bool, OpenError> {
        Ok(target.read(LONGEST)?.as_deref() == self.content.as_deref().map(str::as_bytes))
    }

    fn put(&self, target: &Trusted, content: &[u8]) -> io::Result<()> {
        // Clients take no lock: it must still be the file of the last look.
        let known = self.content.as_deref().map(str::as_bytes);
        let is_known = || Trusted::find_to_edit(&self.path).and_then(|now| self.is_same(&now)).unwrap_or(false);
        match replace_known(target.path(), known, &is_known, content, target.found()) {
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

/// A folder may be read-only, or a file be mounted alone (EBUSY, EXDEV), or have attributes that a new one can't get: then
/// it is changed in place.
fn is_in_place_only(error: &io::Error) -> bool {
    use ErrorKind::{CrossesDevices, ResourceBusy, Unsupported};
    is_denied(error) || matches!(error.kind(), ResourceBusy | CrossesDevices | Unsupported)
}
