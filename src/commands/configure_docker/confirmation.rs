//! What is not ours is changed only with its owner's word.

use std::path::Path;

use super::report::{Reader, helper_named};
use crate::cli::Configure;
use crate::error::Error;
use crate::terminal::{confirm, is_interactive};

/// Who may say yes.
pub(super) enum Confirmation {
    /// `--yes` said it.
    Given,
    /// There is somebody to ask.
    Asked,
    /// There is nobody.
    Missing,
    /// Nothing will be changed, so nothing is asked.
    DryRun,
}

impl Confirmation {
    pub(super) fn new(arguments: &Configure) -> Self {
        match arguments {
            Configure { yes: true, .. } => Self::Given,
            Configure { dry_run: true, .. } => Self::DryRun,
            _ if is_interactive() => Self::Asked,
            _ => Self::Missing,
        }
    }

    /// Whether we take the place of another helper.
    pub(super) fn replaces(&self, name: &str, host: &str, reader: Reader, path: &Path) -> Result<bool, Error> {
        let present = format!("{reader} asks {} for {host}", helper_named(name));
        match self {
            Self::Given => Ok(true),
            Self::Asked => confirm(&format!("{present}. Have it ask docker-credential-atcr instead?"), false),
            Self::Missing => Err(Error::usage(format_args!("{present} ({})", path.display())).hint(format_args!(
                "to replace it: docker-credential-atcr configure-docker {host} --yes{}",
                reader.flag()
            ))),
            Self::DryRun => Ok(false),
        }
    }

    /// Whether a secret in plain text is removed.
    pub(super) fn removes_secrets(&self, host: &str, path: &Path) -> Result<bool, Error> {
        match self {
            Self::Given => Ok(true),
            Self::Asked => {
                let place = path.display();
                confirm(&format!("{place} holds a password for {host} that may be used instead. Remove it?"), true)
            }
            Self::Missing | Self::DryRun => Ok(false),
        }
    }
}
