//! The file `device.json` on disk: read without a lock, changed under one.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::backup::{Rest, after_logout, gone};
use super::ownership::{self, OpenError, Untrusted};
#[cfg(unix)]
use super::permissions::restrict;
use super::{Document, FormatError, reader};
use crate::domain::{Registries, RegistryUrl};
use crate::error::Hint;
use crate::platform::fs::{
    create_private_folder, hard_links_fix, lock, refuse_hard_links, remove_leftovers, replace, resolve_links,
};

const FILE: &str = "device.json";

/// Dozens of writers on a slow disk are done by then, and a stopped one is not.
const LOCK_WAIT: Duration = Duration::from_secs(20);

/// Why the accounts could not be read or changed. Each names the file, which is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no home folder to store accounts in; set HOME or ATCR_CONFIG_DIR")]
    NoHome,
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Untrusted(Untrusted),
    #[error("{}: {error}", path.display())]
    Format { path: PathBuf, error: FormatError },
    /// Also where its folder or its lock can't be.
    #[error("{}: can't be written: {source}", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
}

impl Error {
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Untrusted(untrusted) => Some(untrusted.hint()),
            Self::Format { error: FormatError::Newer(_), .. } => {
                Some("install the newest docker-credential-atcr".into())
            }
            Self::Format { .. } => {
                Some("fix the file, or move it aside and log in again: docker-credential-atcr login".into())
            }
            Self::Unwritable { path, source } => hard_links_fix(path, source),
            Self::NoHome | Self::Unreadable { .. } => None,
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
    is_outdated: Cell<bool>,
}

impl AccountsFile {
    /// The folder need not be there yet. `None`: there is no home, so nobody is logged in.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, is_outdated: Cell::new(false) }
    }

    /// The folder for files beside `device.json`.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// All accounts, whatever the file's format. Takes no lock, because a change replaces the file as a whole.
    pub fn load(&self) -> Result<Registries, Error> {
        self.load_some(None)
    }

    /// The accounts of the `wanted` registries. What is wrong with another is no error.
    pub fn load_only(&self, wanted: &[RegistryUrl]) -> Result<Registries, Error> {
        self.load_some(Some(wanted))
    }

    fn load_some(&self, wanted: Option<&[RegistryUrl]>) -> Result<Registries, Error> {
        let Some(folder) = &self.folder else { return Ok(Registries::default()) };
        let path = folder.join(FILE);
        let Some(content) = read(folder, &path)? else { return Ok(Registries::default()) };
        if let Some(registries) = reader::read(&content.0, wanted).map_err(|error| format_error(&path, error))? {
            return Ok(registries);
        }
        self.is_outdated.set(true);
        let document = Document::parse(&content.0).map_err(|error| format_error(&path, error))?;
        Ok(document.registries().clone())
    }

    /// Rewrites the file if it was found in an older format. If that can't be done, every command goes on reading the
    /// old one.
    pub fn migrate_if_outdated(&self) {
        if self.is_outdated.take()
            && let Ok(mut file) = self.lock_within(Duration::ZERO)
        {
            let registries = file.registries().clone();
            let _ = file.save(&registries);
        }
    }

    /// Locks the file for a change, so that concurrent processes lose nothing.
    pub fn lock(&self) -> Result<Locked, Error> {
        self.lock_within(LOCK_WAIT)
    }

    fn lock_within(&self, patience: Duration) -> Result<Locked, Error> {
        let folder = self.folder.as_deref().ok_or(Error::NoHome)?;
        let path = folder.join(FILE);
        let unwritable = |source| Error::Unwritable { path: path.clone(), source };
        create_private_folder(folder).map_err(unwritable)?;
        ownership::check_folder(folder).map_err(|error| open_error(folder, error))?;
        let lock = lock(&folder.join("device.json.lock"), patience).map_err(unwritable)?;
        if let Ok(found) = fs::metadata(&path) {
            refuse_hard_links(&found).map_err(unwritable)?;
        }
        let document = match read(folder, &path)? {
            Some(content) => Document::parse(&content.0).map_err(|error| format_error(&path, error))?,
            None => Document::default(),
        };
        // Not before the folder is trusted: root would remove files that a link leads to.
        let target = behind_links(&path);
        remove_leftovers(&target);
        remove_leftovers(&backup(&path));
        Ok(Locked { path, target, document, _lock: lock })
    }
}

/// `device.json`, locked until this is dropped.
pub struct Locked {
    path: PathBuf,
    /// Where the file really is.
    target: PathBuf,
    document: Document,
    _lock: File,
}

impl Locked {
    /// What the file said when it was locked.
    pub fn registries(&self) -> &Registries {
        self.document.registries()
    }

    /// Writes the accounts, or nothing if they are the same. A file of an older format is kept as a backup.
    pub fn save(&mut self, registries: &Registries) -> Result<(), Error> {
        if !self.document.is_migrated() && registries == self.document.registries() {
            return Ok(());
        }
        #[cfg(unix)]
        restrict(&self.path);
        if self.document.is_migrated() {
            back_up_once(&self.path).map_err(|error| self.unwritable(error))?;
        }
        // First, because after a crash in between the account is there to be logged out again.
        self.clear_backup(registries)?;
        self.document.apply(registries);
        let content = Zeroizing::new(self.document.to_bytes());
        replace(&self.target, &content, None).map_err(|error| self.unwritable(error))
    }

    /// Takes the secrets of accounts that are logged out from the backup.
    fn clear_backup(&self, registries: &Registries) -> Result<(), Error> {
        let (gone, backup) = (gone(self.registries(), registries), backup(&self.path));
        let Some(folder) = backup.parent().filter(|_| !gone.is_empty() && backup.is_file()) else { return Ok(()) };
        let Some(content) = read(folder, &backup)? else { return Ok(()) };
        let target = behind_links(&backup);
        let written = match after_logout(&content.0, &gone, registries) {
            Rest::Same => Ok(()),
            Rest::Changed(rest) => replace(&target, &Zeroizing::new(rest), None),
            Rest::Nothing => fs::remove_file(&target),
        };
        written.map_err(|source| Error::Unwritable { path: backup.clone(), source })
    }

    /// Removes the backup, because its secrets were moved to where no file holds them.
    pub fn remove_backup(&self) -> Result<(), Error> {
        let backup = backup(&self.path);
        match fs::remove_file(&backup) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Unwritable { path: backup, source }),
            _ => Ok(()),
        }
    }

    fn unwritable(&self, source: io::Error) -> Error {
        Error::Unwritable { path: self.path.clone(), source }
    }
}

/// Where the file really is: people keep it as a link into another folder, and replacing the link would part the two. A
/// link that leads nowhere is replaced: root must not be led to create a file.
fn behind_links(path: &Path) -> PathBuf {
    let target = resolve_links(path, |_, _| Ok::<_, io::Error>(()));
    target.ok().filter(|target| target.exists()).unwrap_or_else(|| path.to_owned())
}

/// Cleared when it is dropped, as `Zeroizing` would, which takes a fifth of the time of reading a large file: it writes
/// every byte by itself.
struct Content(Vec<u8>);

impl Drop for Content {
    fn drop(&mut self) {
        self.0.fill(0);
        std::hint::black_box(&mut self.0);
    }
}

fn read(folder: &Path, path: &Path) -> Result<Option<Content>, Error> {
    match ownership::open(folder, path).and_then(|(file, found)| Ok(read_to_end(&file, found.len())?)) {
        Ok(content) => Ok(Some(content)),
        Err(OpenError::Failed(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(open_error(path, error)),
    }
}

/// Into one piece of memory: growing would leave copies behind. Through `take`, because a file's own `read_to_end` would
/// query its size and position first, at every `get`.
fn read_to_end(file: &File, size: u64) -> io::Result<Content> {
    const SPARE: usize = 64;
    let mut content = Content(Vec::new());
    content.0.try_reserve_exact(usize::try_from(size).unwrap_or(usize::MAX).saturating_add(SPARE))?;
    file.take(u64::MAX).read_to_end(&mut content.0)?;
    Ok(content)
}

fn open_error(path: &Path, error: OpenError) -> Error {
    match error {
        OpenError::Untrusted(untrusted) => Error::Untrusted(untrusted),
        OpenError::Failed(source) => Error::Unreadable { path: path.to_owned(), source },
    }
}

fn format_error(path: &Path, error: FormatError) -> Error {
    Error::Format { path: path.to_owned(), error }
}

/// Only the first time: a later file could hold less.
fn back_up_once(path: &Path) -> io::Result<()> {
    let backup = backup(path);
    if backup.try_exists()? { Ok(()) } else { replace(&backup, &Zeroizing::new(fs::read(path)?), None) }
}

fn backup(path: &Path) -> PathBuf {
    path.with_added_extension("bak")
}
