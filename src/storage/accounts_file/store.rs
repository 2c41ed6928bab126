//! The file `device.json` on disk: read without a lock, changed under one.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::ownership::{self, OpenError, Untrusted};
use super::places::{self, Places};
#[cfg(unix)]
use super::restrict::restrict;
use super::sieve::{pick, sieve};
use super::{Document, FormatError};
use crate::credential_store::{self, CredentialStores};
use crate::domain::{Registries, RegistryUrl};
use crate::error::Hint;
use crate::platform::fs::{create_private_folder, lock, remove_leftovers, replace, resolve_links};

const FILE: &str = "device.json";

/// How much of a file is in memory at a time, in bytes, where not all of it is wanted. What is no larger, as nearly every
/// file, is parsed as a whole.
const CHUNK: u64 = 8 * 1024;

/// How long a change waits for others: dozens of writers on a slow disk are done by then, and a stopped one is not.
const LOCK_WAIT: Duration = Duration::from_secs(20);

/// Why the accounts could not be read or changed. Each names the file; the file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no home folder.
    #[error("there is no home folder to keep accounts in; set HOME or ATCR_CONFIG_DIR")]
    NoHome,
    /// The file can't be read.
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Somebody else could have put it there.
    #[error("{0}")]
    Distrusted(Untrusted),
    /// The file is not what it should be.
    #[error("{}: {fault}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: FormatError,
    },
    /// The file, its folder or its lock can't be written.
    #[error("{}: can't be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The credential store that holds the secrets failed.
    #[error(transparent)]
    CredentialStore(#[from] credential_store::Error),
}

impl Error {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::CredentialStore(error) => Some(error.hint()),
            Self::Distrusted(distrust) => Some(distrust.hint()),
            Self::Broken { fault: FormatError::Newer(_), .. } => {
                Some("install the newest docker-credential-atcr".into())
            }
            Self::Broken { .. } => {
                Some("fix the file, or move it aside and log in again: docker-credential-atcr login".into())
            }
            Self::NoHome | Self::Unreadable { .. } | Self::Unwritable { .. } => None,
        }
    }
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint();
        Self { hint, ..Self::new(error) }
    }
}

/// The folder that holds `device.json`.
#[derive(Debug, Clone)]
pub struct AccountsFile {
    folder: Option<PathBuf>,
    stores: CredentialStores,
}

impl AccountsFile {
    /// A store in `folder`, which need not be there yet. `None`: there is no home, so nobody is logged in.
    /// `keepers` hold the secrets that the file does not.
    #[must_use]
    pub fn new(folder: Option<PathBuf>, stores: CredentialStores) -> Self {
        Self { folder, stores }
    }

    /// The folder for files beside `device.json`.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// All accounts. Takes no lock, because a change replaces the file as a whole. A file of an older shape is
    /// rewritten on the way; where that can't be done, what is in memory is good enough.
    ///
    /// # Errors
    /// When the file is there and can't be read or understood.
    pub fn load(&self) -> Result<Registries, Error> {
        self.load_by(|_, file| read_all(file))
    }

    /// As [`AccountsFile::load`], but certain only of those registries that are `wanted`: of a large file no more is understood.
    ///
    /// # Errors
    /// When the file is there and can't be read, or those registries can't be understood.
    pub fn load_only(&self, wanted: &[RegistryUrl]) -> Result<Registries, Error> {
        match self.load_by(|folder, file| read_only(file, folder, wanted)) {
            // The fault may be in what was left out, and its place is to be told in the whole file.
            Err(Error::Broken { .. }) => self.load(),
            loaded => loaded,
        }
    }

    fn load_by(
        &self,
        read_content: impl FnOnce(&Path, &File) -> io::Result<Zeroizing<Vec<u8>>>,
    ) -> Result<Registries, Error> {
        let Some(folder) = &self.folder else {
            return Ok(Registries::default());
        };
        let path = folder.join(FILE);
        let document = read(folder, &path, |file| read_content(folder, file))?;
        let registries = document.registries().map_err(|fault| broken(&path, fault))?;
        if document.is_migrated() {
            drop(self.update_within(Duration::ZERO, |_| Ok::<_, Error>(())));
        }
        // Not taken apart: that takes as long as building it, and whoever only reads ends in a moment.
        std::mem::forget(document);
        Ok(registries)
    }

    /// Reads the accounts, lets `change` change them, and writes them back, all under a lock, so that processes at
    /// the same time lose nothing. A change that fails or changes nothing writes nothing. Secrets go to, and come from,
    /// the credential store that the accounts name.
    ///
    /// # Errors
    /// Those of `change`, when the file can't be locked, read, understood or written, and when a credential store
    /// fails. The file stays as it was, but where a store can't forget what is no longer used.
    pub fn update<T, E: From<Error>>(&self, change: impl FnOnce(&mut Registries) -> Result<T, E>) -> Result<T, E> {
        self.update_within(LOCK_WAIT, change)
    }

    fn update_within<T, E: From<Error>>(
        &self,
        patience: Duration,
        change: impl FnOnce(&mut Registries) -> Result<T, E>,
    ) -> Result<T, E> {
        let folder = self.folder.as_deref().ok_or(Error::NoHome)?;
        let path = folder.join(FILE);
        let unwritable = |source| Error::Unwritable { path: path.clone(), source };
        create_private_folder(folder).map_err(unwritable)?;
        ownership::check_folder(folder).map_err(|barred| barred_at(folder, barred))?;
        let _lock = lock(&folder.join("device.json.lock"), patience).map_err(unwritable)?;
        let mut document = read(folder, &path, read_all)?;
        // Not before it is known whose folder this is: root would take files away that a link leads to.
        for written in [behind_links(&path), backup(&path)] {
            remove_leftovers(&written);
        }
        let before = document.registries().map_err(|fault| broken(&path, fault))?;
        let mut registries = before.clone();
        let result = change(&mut registries)?;
        if document.is_migrated() || registries != before {
            #[cfg(unix)]
            restrict(folder);
            if document.is_migrated() {
                keep_once(&path).map_err(unwritable)?;
            }
            let copies = self.stores.settle(&mut registries, &before).map_err(Error::from)?;
            let is_handed_over = !copies.is_empty();
            document.apply(&registries);
            if let Err(error) = replace(&behind_links(&path), &Zeroizing::new(document.to_bytes()), None) {
                self.stores.take_back(copies);
                return Err(unwritable(error).into());
            }
            places::forget(folder);
            if is_handed_over {
                forget_backup(&path)?;
            }
            self.stores.forget_others(&before, &registries).map_err(Error::from)?;
        }
        Ok(result)
    }
}

/// Where the file really is: people keep it as a link into another folder, and replacing the link would part the two. A
/// link that leads nowhere is replaced: root must not be led to create a file.
fn behind_links(path: &Path) -> PathBuf {
    let target = resolve_links(path, |_, _| Ok::<_, io::Error>(()));
    target.ok().filter(|target| target.exists()).unwrap_or_else(|| path.to_owned())
}

fn read(
    folder: &Path,
    path: &Path,
    content: impl FnOnce(&File) -> io::Result<Zeroizing<Vec<u8>>>,
) -> Result<Document, Error> {
    match ownership::open(folder, path).and_then(|file| Ok(content(&file)?)) {
        Ok(content) => Document::parse(&content).map_err(|fault| broken(path, fault)),
        Err(OpenError::Failed(error)) if error.kind() == io::ErrorKind::NotFound => Ok(Document::default()),
        Err(barred) => Err(barred_at(path, barred)),
    }
}

fn read_all(file: &File) -> io::Result<Zeroizing<Vec<u8>>> {
    read_up_to(u64::MAX, file)
}

/// A file's own `read_to_end` would ask for the size and the place first, at every `get`.
fn read_up_to(most: u64, file: &File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(2 * 1024));
    file.take(most).read_to_end(&mut content)?;
    Ok(content)
}

/// What a large file says of the registries that are `wanted`, and all of a small one.
fn read_only(mut file: &File, folder: &Path, wanted: &[RegistryUrl]) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut start = read_up_to(CHUNK, file)?;
    if start.len() as u64 != CHUNK {
        return Ok(start);
    }
    let parsed = |key: &[u8]| str::from_utf8(key).ok()?.parse::<RegistryUrl>().ok();
    let is_wanted = |key: &[u8]| {
        let may_be_wanted = wanted.iter().any(|registry| registry.may_be_named(key));
        // A key that is no URL is for the parser to complain of.
        may_be_wanted && parsed(key).is_none_or(|registry| wanted.contains(&registry))
    };
    let places = Places::of(file, folder)?;
    let known = places.find(is_wanted);
    // What is remembered may be only half written: that a registry is missing there says nothing.
    if let Some(known) = known.as_ref().filter(|known| known.len() == wanted.len()) {
        if let Some(content) = pick(start, file, known, is_wanted)? {
            return Ok(content);
        }
        file.rewind()?;
        start = read_up_to(CHUNK, file)?;
    }
    let mut keys = Vec::new();
    let content = sieve(start, file, |key, place| {
        keys.push((key.to_vec(), place));
        is_wanted(key)
    })?;
    if let Some(content) = content {
        if known.is_none() {
            places.remember(&keys);
        }
        return Ok(content);
    }
    file.rewind()?;
    read_all(file)
}

fn barred_at(path: &Path, barred: OpenError) -> Error {
    match barred {
        OpenError::Distrusted(distrust) => Error::Distrusted(distrust),
        OpenError::Failed(source) => Error::Unreadable { path: path.to_owned(), source },
    }
}

fn broken(path: &Path, fault: FormatError) -> Error {
    Error::Broken { path: path.to_owned(), fault }
}

/// Keeps the file of an older shape as `device.json.bak`, the first time only: a later one could hold less.
fn keep_once(path: &Path) -> io::Result<()> {
    let backup = backup(path);
    if backup.try_exists()? { Ok(()) } else { replace(&backup, &fs::read(path)?, None) }
}

/// Removes the old file that was kept: its secrets are in a credential store, so that no file holds them.
fn forget_backup(path: &Path) -> Result<(), Error> {
    let backup = backup(path);
    match fs::remove_file(&backup) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::Unwritable { path: backup, source: error }),
        _ => Ok(()),
    }
}

fn backup(path: &Path) -> PathBuf {
    path.with_added_extension("bak")
}
