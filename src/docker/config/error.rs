//! Why a config file can't be read or changed.

use std::io;
use std::path::PathBuf;

use super::FormatError;
use crate::error::Hint;
use crate::platform::fs::{OpenError, Untrusted, access_fix, set_aside_broken};
use crate::text::{display_path, without_os_code};

/// The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no home folder to look for Docker's config.json in")]
    NoHome,
    #[error("{}: can't be read: {}", display_path(path), without_os_code(&source.to_string()))]
    Unreadable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Untrusted(Untrusted),
    #[error("{}: {error}", display_path(path))]
    Broken { path: PathBuf, error: FormatError },
    #[error("{}: can't be written: {}", display_path(path), without_os_code(&source.to_string()))]
    Unwritable { path: PathBuf, source: io::Error },
    /// Another program wrote the file after it was read.
    #[error("{}: another program changed it just now", display_path(path))]
    Changed { path: PathBuf },
}

impl Error {
    pub(super) fn unreadable(path: PathBuf, error: OpenError) -> Self {
        match error {
            OpenError::Untrusted(untrusted) => Self::Untrusted(untrusted),
            OpenError::Failed(source) => Self::Unreadable { path, source },
        }
    }

    pub(super) fn unwritable(path: PathBuf, error: OpenError) -> Self {
        match error {
            OpenError::Untrusted(untrusted) => Self::Untrusted(untrusted),
            OpenError::Failed(source) => Self::Unwritable { path, source },
        }
    }

    pub fn hint(&self) -> Option<Hint> {
        let podman = if self.is_podmans() { " --podman" } else { "" };
        self.hint_before(&format!("docker-credential-atcr configure-docker{podman}"))
    }

    /// With the command that writes a file in the place of a broken one. Empty: none does.
    pub fn hint_before(&self, command: &str) -> Option<Hint> {
        match self {
            Self::Untrusted(untrusted) => Some(untrusted.hint()),
            Self::NoHome => Some("set HOME or DOCKER_CONFIG".into()),
            Self::Unreadable { path, source } | Self::Unwritable { path, source } => {
                access_fix(path, source, if self.is_podmans() { "REGISTRY_AUTH_FILE" } else { "DOCKER_CONFIG" })
            }
            Self::Broken { path, .. } => Some(set_aside_broken(path, command)),
            Self::Changed { .. } => Some("run the command again".into()),
        }
    }

    /// The same error for a person, with that hint.
    pub fn before(self, command: &str) -> crate::error::Error {
        let hint = self.hint_before(command);
        crate::error::Error { hint, ..self.into() }
    }

    /// `REGISTRY_AUTH_FILE` may name any file.
    fn is_podmans(&self) -> bool {
        match self {
            Self::NoHome | Self::Untrusted(_) => false,
            Self::Unreadable { path, .. }
            | Self::Broken { path, .. }
            | Self::Unwritable { path, .. }
            | Self::Changed { path } => !path.ends_with("config.json"),
        }
    }
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint();
        Self { hint, ..Self::new(error) }
    }
}
