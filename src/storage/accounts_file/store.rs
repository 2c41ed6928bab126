//! The file `device.json` on disk: read without a lock, changed under one.

use std::cell::{Cell, OnceCell};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::content::{broken, find_file, read};
use super::error::not_created;
use super::locked::Locked;
use super::names::{FILE, LOCK};
use super::reader::{self, Wanted};
use super::{Document, Error};
use crate::domain::{Registries, RegistryUrl};
use crate::platform::fs::{OpenError, Trusted};
use crate::platform::fs::{create_private_folder, lock, probe_replace};

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
            self.lock()?.place_for(MORE)?
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
        Locked::read(path, &folder, lock)
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
