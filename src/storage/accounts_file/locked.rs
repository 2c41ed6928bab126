//! `device.json` under its lock: read once, and written as a whole.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::backup::{Rest, after_logout, gone, holds_accounts};
use super::content::{Content, LONGEST, backup, broken, find_file, read};
use super::names::FILE;
#[cfg(unix)]
use super::permissions::restrict;
use super::{Document, Error};
use crate::domain::Registries;
use crate::platform::fs::{Trusted, is_no_room, refuse_hard_links, remove_leftovers, replace_private, too_large};

/// `device.json`, locked until this is dropped.
pub struct Locked {
    /// As it was named.
    path: PathBuf,
    /// In its folder, where it may be a link.
    in_folder: PathBuf,
    /// Where it really is.
    file: Trusted,
    document: Document,
    _lock: File,
}

impl Locked {
    /// Reads the file in this folder, under its lock. `path` is how it is named.
    pub(super) fn read(path: PathBuf, folder: &Trusted, lock: File) -> Result<Self, Error> {
        let file = find_file(folder).and_then(|file| file.check_creation().map(|()| file));
        let file = file.map_err(|error| Error::unreadable(&path, error))?;
        if let Some(found) = file.found() {
            refuse_hard_links(found).map_err(|source| Error::Unwritable { path: path.clone(), source })?;
        }
        let document = match read(&file).map_err(|error| Error::unreadable(&path, error))? {
            Some(content) => Document::parse(&content.0).map_err(|error| broken(&path, error))?,
            None => Document::default(),
        };
        let in_folder = folder.path().join(FILE);
        remove_leftovers(&[file.path(), &backup(&in_folder)]);
        Ok(Self { path, in_folder, file, document, _lock: lock })
    }

    /// Where the file really is, if its accounts and so many bytes more can be read again.
    pub(super) fn place_for(&self, more: usize) -> Result<PathBuf, Error> {
        let content = Zeroizing::new(self.document.to_bytes());
        if content.len().saturating_add(more) as u64 > LONGEST {
            return Err(self.unwritable(too_large(LONGEST)));
        }
        Ok(self.file.path().to_owned())
    }

    /// What the file said when it was locked.
    pub fn registries(&self) -> &Registries {
        self.document.registries()
    }

    /// When the file was written, as it was found. `None`: there was none.
    pub fn last_change(&self) -> Option<SystemTime> {
        self.file.found()?.modified().ok()
    }

    /// The host of the `docker logout` that the last change was a part of, if it was.
    pub fn docker_logout(&self) -> Option<&str> {
        self.document.docker_logout()
    }

    /// Makes `now` the time of the last change: one `docker logout` goes on from erase to erase, however long all of them take.
    /// Where that can't be set, it counts from the first.
    pub fn prolong_logout(&self, now: SystemTime) {
        if let Ok(file) = File::options().write(true).open(self.file.path()) {
            let _ = file.set_modified(now);
        }
    }

    /// Writes the accounts, or nothing if they are the same, and which `docker logout` this is. A file of an older format is
    /// kept as a backup.
    pub fn save(&mut self, registries: &Registries, docker_logout: Option<&str>) -> Result<(), Error> {
        #[cfg(unix)]
        restrict(&self.in_folder);
        if !self.document.is_migrated() && registries == self.document.registries() {
            return Ok(());
        }
        // Nothing of a backup would be left when the last account goes.
        let is_last = registries.in_use().next().is_none() && self.registries().in_use().next().is_some();
        if self.document.is_migrated() && !is_last {
            self.back_up_once().map_err(|error| self.unwritable(error))?;
        }
        // First, because after a crash in between the account is there to be logged out again.
        self.clear_backup(registries)?;
        self.document.apply(registries);
        self.document.set_docker_logout(docker_logout);
        let content = Zeroizing::new(self.document.to_bytes());
        if content.len() as u64 > LONGEST {
            // It could not be read again.
            return Err(self.unwritable(too_large(LONGEST)));
        }
        match replace_private(self.file.path(), &content, self.file.found()) {
            // Where there is no room for a file without a secret, none is needed: a logout must not need any.
            Err(error) if is_no_room(&error) && is_last => {
                fs::remove_file(self.file.path()).map_err(|_| self.unwritable(error))
            }
            written => written.map_err(|error| self.unwritable(error)),
        }
    }

    /// Only the first time: a later file could hold less.
    fn back_up_once(&self) -> io::Result<()> {
        let backup = backup(&self.in_folder);
        if backup.try_exists()? {
            return Ok(());
        }
        match read(&self.file) {
            Ok(Some(content)) => replace_private(&backup, &content.0, self.file.found()),
            Ok(None) => Ok(()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// Takes the secrets of accounts that are logged out from the backup.
    fn clear_backup(&self, registries: &Registries) -> Result<(), Error> {
        let gone = gone(self.registries(), registries);
        if gone.is_empty() {
            return Ok(());
        }
        let Some((backup, file, content)) = self.own_backup()? else { return Ok(()) };
        let written = match after_logout(&content.0, &gone, registries) {
            Rest::Same => Ok(()),
            Rest::Changed(rest) => replace_private(file.path(), &Zeroizing::new(rest), file.found()),
            Rest::Nothing => fs::remove_file(file.path()),
        };
        written.map_err(|source| Error::Unwritable { path: backup.clone(), source })
    }

    /// Removes the backup, because its secrets were moved to where no file holds them.
    pub fn remove_backup(&self) -> Result<(), Error> {
        let Some((backup, file, content)) = self.own_backup()? else { return Ok(()) };
        if !holds_accounts(&content.0) {
            return Ok(());
        }
        fs::remove_file(file.path()).map_err(|source| Error::Unwritable { path: backup, source })
    }

    /// Its path, the file and what it says. A link or a folder of its name is somebody's own. `None`: there is none.
    fn own_backup(&self) -> Result<Option<(PathBuf, Trusted, Content)>, Error> {
        let backup = backup(&self.in_folder);
        if !fs::symlink_metadata(&backup).is_ok_and(|found| found.is_file()) {
            return Ok(None);
        }
        let file = Trusted::find(&backup).map_err(|error| Error::unreadable(&backup, error))?;
        let content = read(&file).map_err(|error| Error::unreadable(&backup, error))?;
        Ok(content.map(|content| (backup, file, content)))
    }

    fn unwritable(&self, source: io::Error) -> Error {
        Error::Unwritable { path: self.path.clone(), source }
    }
}
