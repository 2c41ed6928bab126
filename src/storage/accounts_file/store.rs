//! The file `device.json` on disk: read without a lock, changed under one.

use std::cell::{Cell, OnceCell};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::backup::{Rest, after_logout, gone, holds_accounts};
use super::content::{Content, LONGEST, backup, broken, find_file, read};
use super::error::not_created;
use super::names::{FILE, LOCK};
#[cfg(unix)]
use super::permissions::restrict;
use super::reader::{self, Wanted};
use super::{Document, Error};
use crate::domain::{Registries, RegistryUrl};
use crate::platform::fs::{OpenError, Trusted};
use crate::platform::fs::{
    create_private_folder, is_no_room, lock, probe_replace, refuse_hard_links, remove_leftovers, replace_private,
    too_large,
};

/// Dozens of writers on a slow disk are done by then, and a stopped one is not.
const LOCK_WAIT: Duration = Duration::from_secs(20);

/// The folder that holds `device.json`.
#[derive(Debug, Clone)]
pub struct AccountsFile {
    folder: Option<PathBuf>,
    /// The folder, once it was found.
    trusted: OnceCell<Trusted>,
    is_outdated: Cell<bool>,
}

impl AccountsFile {
    /// The folder need not be there yet. `None`: there is no home, so nobody is logged in.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, trusted: OnceCell::new(), is_outdated: Cell::new(false) }
    }

    /// The folder for files beside `device.json`. `None` also for one that is refused.
    pub fn folder(&self) -> Option<&Path> {
        self.checked_folder().ok().flatten()
    }

    /// `None`: there is no home.
    fn checked_folder(&self) -> Result<Option<&Path>, Error> {
        match self.folder.as_deref() {
            Some(path) if path.is_relative() => Err(Error::Relative { path: path.to_owned() }),
            folder => Ok(folder),
        }
    }

    /// The same, with the files in it that nobody else may have put there. `None`: there is none, or it is not trusted.
    pub(crate) fn trusted_folder(&self) -> Option<Trusted> {
        self.find_folder(self.folder()?).ok()
    }

    /// Every step to the folder is checked once in a run.
    fn find_folder(&self, folder: &Path) -> Result<Trusted, OpenError> {
        if let Some(trusted) = self.trusted.get() {
            return Ok(trusted.clone());
        }
        let trusted = Trusted::find(folder)?;
        if trusted.found().is_some() {
            let _ = self.trusted.set(trusted.clone());
        }
        Ok(trusted)
    }

    /// All accounts, whatever the file's format. Takes no lock, because a change replaces the file as a whole.
    pub fn load(&self) -> Result<Registries, Error> {
        self.load_some(Wanted::All)
    }

    /// The accounts of the `wanted` registries. What is wrong with another is no error.
    pub fn load_only(&self, wanted: &[RegistryUrl]) -> Result<Registries, Error> {
        self.load_some(Wanted::Only(wanted))
    }

    fn load_some(&self, wanted: Wanted<'_>) -> Result<Registries, Error> {
        let Some(folder) = self.checked_folder()? else { return Ok(Registries::default()) };
        let path = folder.join(FILE);
        let read = self.find_folder(folder).and_then(|folder| read(&find_file(&folder)?));
        let content = read.map_err(|error| Error::unreadable(&path, error))?;
        let Some(content) = content else { return Ok(Registries::default()) };
        if let Some(registries) = reader::read(&content.0, wanted).map_err(|error| broken(&path, error))? {
            return Ok(registries);
        }
        let document = Document::parse(&content.0).map_err(|error| broken(&path, error))?;
        self.is_outdated.set(document.is_migrated());
        Ok(document.registries().clone())
    }

    /// When the file was written. `None`: there is none.
    pub(crate) fn modified(&self) -> Option<SystemTime> {
        fs::metadata(self.folder()?.join(FILE)).ok()?.modified().ok()
    }

    /// Whether [`Self::migrate_if_outdated`] has something to do.
    pub(crate) fn is_outdated(&self) -> bool {
        self.is_outdated.get()
    }

    /// Rewrites the file if it was found in an older format. If that can't be done, every command goes on reading the
    /// old one.
    pub fn migrate_if_outdated(&self) {
        if self.is_outdated.take()
            && let Ok(mut file) = self.lock_within(Duration::ZERO)
        {
            let registries = file.registries().clone();
            let _ = file.save(&registries, None);
        }
    }

    /// Locks the file for a change, so that concurrent processes lose nothing.
    pub fn lock(&self) -> Result<Locked, Error> {
        self.lock_within(LOCK_WAIT)
    }

    /// Fails where a change could not be saved, before anything is done that would be lost then. Leaves nothing behind.
    pub fn check_writable(&self) -> Result<(), Error> {
        /// One account more, and how long that can be.
        const MORE: usize = 4096;
        let folder = self.checked_folder()?.ok_or(Error::NoHome)?;
        let path = folder.join(FILE);
        let target = if folder.exists() {
            let locked = self.lock()?;
            let content = Zeroizing::new(locked.document.to_bytes());
            if content.len().saturating_add(MORE) as u64 > LONGEST {
                return Err(locked.unwritable(too_large(LONGEST)));
            }
            locked.file.path().to_owned()
        } else {
            // A new folder is not made yet, nor a lock in it.
            self.folder_to_create_in(folder).map_err(|error| not_created(folder, error))?;
            path.clone()
        };
        // A file in an older format stays beside the new one.
        let present = fs::metadata(&target).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
        let probed = probe_replace(&target, present.saturating_mul(2).saturating_add(MORE));
        probed.map_err(|source| Error::Unwritable { path, source })
    }

    /// Fails where the folder is not trusted any more, as it may be after somebody was waited for.
    pub fn check_again(&self) -> Result<(), Error> {
        let folder = self.checked_folder()?.ok_or(Error::NoHome)?;
        Trusted::find(folder).map(drop).map_err(|error| not_created(folder, error))
    }

    fn lock_within(&self, patience: Duration) -> Result<Locked, Error> {
        let folder = self.checked_folder()?.ok_or(Error::NoHome)?;
        let path = folder.join(FILE);
        let (folder, lock) = self.lock_folder(folder, patience).map_err(|error| not_created(folder, error))?;
        let file = find_file(&folder).and_then(|file| file.check_creation().map(|()| file));
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
        Ok(Locked { path, in_folder, file, document, _lock: lock })
    }

    /// Makes the folder if there is none.
    fn lock_folder(&self, folder: &Path, patience: Duration) -> Result<(Trusted, File), OpenError> {
        let folder = self.folder_to_create_in(folder)?;
        create_private_folder(folder.path())?;
        let file = folder.child(LOCK)?;
        Ok((folder, lock(file.path(), patience)?))
    }

    fn folder_to_create_in(&self, folder: &Path) -> Result<Trusted, OpenError> {
        let folder = self.find_folder(folder)?;
        folder.check_creation()?;
        Ok(folder)
    }
}

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
