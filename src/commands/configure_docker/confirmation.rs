//! Confirmation before changing entries we did not write: `--yes`, or the user's answer.

use std::path::Path;

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

/// Whether to remove secrets in plain text. `None`: there are none, or nobody could be asked.
pub(super) fn removes_secrets(arguments: &Configure, state: &State) -> Result<Option<bool>, Error> {
    match state.password_warning() {
        Some(_) if arguments.yes => Ok(Some(true)),
        Some(warning) if !arguments.dry_run && is_interactive() => {
            confirm(&format!("{warning}. Remove it?"), true).map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether to remove the byte order mark, with which the client reads nothing of the file.
pub(super) fn removes_mark(arguments: &Configure, state: &State) -> Result<bool, Error> {
    if !state.has_byte_order_mark || arguments.yes || arguments.dry_run || !is_interactive() {
        return Ok(state.has_byte_order_mark && arguments.yes);
    }
    confirm(&format!("{}. Remove it?", state.warning().unwrap_or_default()), true)
}

/// Whether to turn on the hooks that somebody turned off, also for other plugins.
pub(super) fn turns_hooks_on(arguments: &Configure, config: &Path) -> Result<bool, Error> {
    if arguments.yes || arguments.dry_run || !is_interactive() {
        return Ok(arguments.yes);
    }
    confirm(&format!("features.hooks is off in {}. Turn hooks on, for all plugins?", display_path(config)), true)
}

/// Whether to configure a registry of others; `problem` is what comes of it.
pub(super) fn takes_stranger(arguments: &Configure, problem: &str) -> Result<bool, Error> {
    if arguments.yes || arguments.dry_run {
        return Ok(true);
    }
    if !is_interactive() {
        return Err(Error::usage(problem).hint("pass --yes to configure it all the same"));
    }
    confirm(&format!("{problem}. Configure it all the same?"), false)
}
