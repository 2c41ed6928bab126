use std::io;
use std::path::{Path, PathBuf};

use super::FormatError;
use super::names::{FILE, LOCK};
use crate::error::Hint;
use crate::platform::fs::{OpenError, Untrusted, access_fix, set_aside_broken};
use crate::text::{display_path, shell_quote, without_os_code};

/// Why the accounts could not be read or changed. Each names the file, which is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no home folder to store accounts in; set HOME or ATCR_CONFIG_DIR")]
    NoHome,
    /// Secrets would be in whichever folder a command is run in.
    #[error("refusing to use {}: it is relative to the current folder", display_path(path))]
    Relative { path: PathBuf },
    #[error("{}: can't be read: {}", display_path(path), without_os_code(&source.to_string()))]
    Unreadable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Untrusted(Untrusted),
    /// `has_backup`: the accounts are also in a file beside it.
    #[error("{}: {error}", display_path(path))]
    Format { path: PathBuf, error: FormatError, has_backup: bool },
    /// Also where its folder or its lock can't be.
    #[error("{}: can't be written: {}", display_path(path), without_os_code(&source.to_string()))]
    Unwritable { path: PathBuf, source: io::Error },
}

impl Error {
    pub(super) fn unreadable(path: &Path, error: OpenError) -> Self {
        match error {
            OpenError::Untrusted(untrusted) => Self::Untrusted(untrusted),
            OpenError::Failed(source) => Self::Unreadable { path: path.to_owned(), source },
        }
    }

    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Untrusted(untrusted) => Some(untrusted.hint()),
            Self::Format { error: FormatError::Newer(_), .. } => {
                Some("install the newest docker-credential-atcr".into())
            }
            Self::Format { error: FormatError::Twice { .. }, .. } => Some("remove one of the two by hand".into()),
            Self::Format { path, has_backup, .. } => Some(new_start(path, *has_backup)),
            // Another folder would have other accounts.
            Self::Unwritable { source, .. } if source.kind() == io::ErrorKind::TimedOut => {
                Some("try again when that program has ended".into())
            }
            Self::Unreadable { path, source } | Self::Unwritable { path, source } => {
                access_fix(path, source, "ATCR_CONFIG_DIR")
            }
            Self::Relative { path } if path.starts_with("~") => {
                Some("set ATCR_CONFIG_DIR to an absolute path, with $HOME: the shell did not expand ~".into())
            }
            Self::Relative { .. } => Some("set ATCR_CONFIG_DIR to an absolute path".into()),
            Self::NoHome => None,
        }
    }
}

/// The command that sets a broken file aside, and what comes in its place.
fn new_start(file: &Path, has_backup: bool) -> Hint {
    if !has_backup {
        return set_aside_broken(file, "docker-credential-atcr login");
    }
    let cp = if cfg!(windows) { "copy" } else { "cp" };
    let backup = shell_quote(&file.with_added_extension("bak"));
    set_aside_broken(file, &format!("{cp} {backup} {}", shell_quote(file)))
}

pub(super) fn not_created(folder: &Path, error: OpenError) -> Error {
    match error {
        OpenError::Untrusted(untrusted) => Error::Untrusted(untrusted),
        OpenError::Failed(source) => Error::Unwritable { path: blamed(folder, &source), source },
    }
}

/// What could not be written where there was no lock: the lock itself, if it is there and only has to be had.
fn blamed(folder: &Path, error: &io::Error) -> PathBuf {
    let lock = folder.join(LOCK);
    let is_lock = error.kind() != io::ErrorKind::TimedOut && lock.symlink_metadata().is_ok();
    if is_lock { lock } else { folder.join(FILE) }
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint();
        Self { hint, ..Self::new(error) }
    }
}
