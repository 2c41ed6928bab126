//! Confirmation of what can't be undone: `--yes`, or the user's answer.

use crate::error::Error;
use crate::terminal::{confirm, is_interactive};

/// Fails where there is no terminal to prompt on. `action` is what is refused.
pub(super) fn require_terminal(action: &str) -> Result<(), Error> {
    if is_interactive() {
        return Ok(());
    }
    Err(Error::usage(format_args!("refusing to {action} without confirmation")).hint("pass --yes to confirm"))
}

/// Fails unless the user agrees.
pub(super) fn require(question: &str, default: bool) -> Result<(), Error> {
    if confirm(question, default)? { Ok(()) } else { Err(Error::cancelled()) }
}
