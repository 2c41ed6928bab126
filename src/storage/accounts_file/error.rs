use std::io;
use std::path::{Path, PathBuf};

use super::FormatError;
use crate::error::Hint;
use crate::platform::fs::{OpenError, Untrusted, access_fix};

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
    pub(super) fn unreadable(path: &Path, error: OpenError) -> Self {
        match error {
            OpenError::Untrusted(untrusted) => Self::Untrusted(untrusted),
            OpenError::Failed(source) => Self::Unreadable { path: path.to_owned(), source },
        }
    }

    pub(super) fn format(path: &Path, error: FormatError) -> Self {
        Self::Format { path: path.to_owned(), error }
    }

    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Untrusted(untrusted) => Some(untrusted.hint()),
            Self::Format { error: FormatError::Newer(_), .. } => {
                Some("install the newest docker-credential-atcr".into())
            }
            Self::Format { .. } => {
                Some("fix the file, or move it aside and log in again: docker-credential-atcr login".into())
            }
            Self::Unreadable { path, source } | Self::Unwritable { path, source } => {
                access_fix(path, source, "ATCR_CONFIG_DIR")
            }
            Self::NoHome => None,
        }
    }
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint();
        Self { hint, ..Self::new(error) }
    }
}
