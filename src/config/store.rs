//! The file `device.json` on disk: read without a lock, changed under one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Document, Fault};
use crate::domain::Registries;
use crate::private_file::{create_private_folder, lock, replace};

const FILE: &str = "device.json";

/// How long a change waits for others: dozens of writers on a slow disk are done by then, and a stopped one is not.
const LOCK_WAIT: Duration = Duration::from_secs(20);

/// Why the accounts could not be read or changed. Each names the file; the file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
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
    /// The file is not what it should be.
    #[error("{}: {fault}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The file, its folder or its lock can't be written.
    #[error("{}: can't be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl ConfigError {
    /// What a person can do about it, with a command to type where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Broken { fault: Fault::Newer(_), .. } => Some("install the newest docker-credential-atcr"),
            Self::Broken { .. } => {
                Some("mend the file, or move it away and log in again: docker-credential-atcr login")
            }
            _ => None,
        }
    }
}

/// The folder that holds `device.json`.
#[derive(Debug, Clone)]
pub struct Store {
    folder: Option<PathBuf>,
}

impl Store {
    /// A store in `folder`, which need not be there yet. `None`: there is no home, so nobody is logged in.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
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
    pub fn load(&self) -> Result<Registries, ConfigError> {
        let Some(folder) = &self.folder else {
            return Ok(Registries::default());
        };
        let path = folder.join(FILE);
        let document = read(&path)?;
        let registries = document.registries().map_err(|fault| broken(&path, fault))?;
        if document.is_migrated() {
            drop(self.update_within(Duration::ZERO, |_| Ok::<_, ConfigError>(())));
        }
        Ok(registries)
    }

    /// Reads the accounts, lets `change` change them, and writes them back, all under a lock, so that processes at
    /// the same time lose nothing. A change that fails or changes nothing writes nothing.
    ///
    /// # Errors
    /// Those of `change`, and when the file can't be locked, read, understood or written. It stays as it was.
    pub fn update<T, E: From<ConfigError>>(
        &self,
        change: impl FnOnce(&mut Registries) -> Result<T, E>,
    ) -> Result<T, E> {
        self.update_within(LOCK_WAIT, change)
    }

    fn update_within<T, E: From<ConfigError>>(
        &self,
        patience: Duration,
        change: impl FnOnce(&mut Registries) -> Result<T, E>,
    ) -> Result<T, E> {
        let folder = self.folder.as_deref().ok_or(ConfigError::NoHome)?;
        let path = folder.join(FILE);
        let unwritable = |source| ConfigError::Unwritable { path: path.clone(), source };
        create_private_folder(folder).map_err(unwritable)?;
        let _lock = lock(&folder.join("device.json.lock"), patience).map_err(unwritable)?;
        let mut document = read(&path)?;
        let before = document.registries().map_err(|fault| broken(&path, fault))?;
        let mut registries = before.clone();
        let result = change(&mut registries)?;
        if document.is_migrated() {
            keep_once(&path).map_err(unwritable)?;
        }
        if document.is_migrated() || registries != before {
            document.apply(&registries);
            replace(&behind_links(&path), &document.to_bytes()).map_err(unwritable)?;
        }
        Ok(result)
    }
}

/// Where the file really is: people keep it as a link into another folder, and replacing the link would part the two.
fn behind_links(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn read(path: &Path) -> Result<Document, ConfigError> {
    match fs::read(path) {
        Ok(content) => Document::parse(&content).map_err(|fault| broken(path, fault)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Document::default()),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

fn broken(path: &Path, fault: Fault) -> ConfigError {
    ConfigError::Broken { path: path.to_owned(), fault }
}

/// Keeps the file of an older shape as `device.json.bak`, the first time only: a later one could hold less.
fn keep_once(path: &Path) -> io::Result<()> {
    let backup = path.with_added_extension("bak");
    if backup.try_exists()? { Ok(()) } else { replace(&backup, &fs::read(path)?) }
}
