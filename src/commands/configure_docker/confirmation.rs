//! Confirmation before changing entries we did not write: `--yes`, or the user's answer.

use crate::cli::Configure;
use crate::docker::config::State;
use crate::error::Error;
use crate::terminal::{confirm, is_interactive};
use crate::text::display_path;

/// Whether to replace the helper that is configured for the registry alone.
pub(super) fn replaces_helper(arguments: &Configure, state: &State) -> Result<bool, Error> {
    // With --dry-run nothing changes.
    if arguments.yes || arguments.dry_run {
        return Ok(arguments.yes);
    }
    if !is_interactive() {
        let error = Error::usage(format_args!("{} ({})", state.usage(), display_path(&state.file)));
        return Err(error.run(state.configure_command()));
    }
    confirm(&format!("{}. Use docker-credential-atcr instead?", state.usage()), false)
}

/// Whether to remove secrets in plain text.
pub(super) fn removes_secrets(arguments: &Configure, state: &State) -> Result<bool, Error> {
    match state.password_warning() {
        Some(_) if arguments.yes => Ok(true),
        Some(warning) if !arguments.dry_run && is_interactive() => confirm(&format!("{warning}. Remove it?"), true),
        _ => Ok(false),
    }
}
