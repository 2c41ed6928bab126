//! Confirmation before changing entries we did not write.

use crate::cli::Configure;
use crate::docker::config::State;
use crate::error::{Error, Hint};
use crate::terminal::{confirm, is_interactive};
use crate::text::display_path;

pub(super) enum Confirmation {
    /// `--yes`
    Given,
    Prompt,
    /// There is no terminal to prompt on.
    Unavailable,
    /// Nothing will be changed.
    DryRun,
}

impl Confirmation {
    pub(super) fn new(arguments: &Configure) -> Self {
        match arguments {
            Configure { yes: true, .. } => Self::Given,
            Configure { dry_run: true, .. } => Self::DryRun,
            _ if is_interactive() => Self::Prompt,
            _ => Self::Unavailable,
        }
    }

    /// Whether to replace the helper that is configured for the registry alone.
    pub(super) fn replaces_helper(&self, state: &State) -> Result<bool, Error> {
        match self {
            Self::Given => Ok(true),
            Self::Prompt => confirm(&format!("{}. Use docker-credential-atcr instead?", state.usage()), false),
            Self::Unavailable => {
                let error = Error::usage(format_args!("{} ({})", state.usage(), display_path(&state.file)));
                Err(error.hint(Hint::run(state.configure_command())))
            }
            Self::DryRun => Ok(false),
        }
    }

    /// Whether to remove secrets in plain text.
    pub(super) fn removes_secrets(&self, state: &State) -> Result<bool, Error> {
        match (self, state.password_warning()) {
            (Self::Given, _) => Ok(true),
            (Self::Prompt, Some(warning)) => confirm(&format!("{warning}. Remove it?"), true),
            _ => Ok(false),
        }
    }
}
