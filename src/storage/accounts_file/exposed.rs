//! What is open to others about the accounts, in words.

use crate::storage::accounts_file::PermissionIssue;
use crate::text::{display_path, shell_quote};

/// What is wrong, and the command that mends it.
#[must_use]
pub(crate) fn in_words(exposure: &PermissionIssue) -> (String, String) {
    match exposure {
        PermissionIssue::Loose { path, mode, wanted } => {
            let message = format!("{} is open to other users (mode {mode:04o})", display_path(path));
            (message, format!("chmod {wanted:o} {}", shell_quote(path)))
        }
        PermissionIssue::Foreign { path, owner, wanted } => {
            let whose = format!("belongs to user {owner}, not to user {wanted} whose home this is");
            let message = format!("{} {whose}", display_path(path));
            (message, format!("sudo chown {wanted} {}", shell_quote(path)))
        }
    }
}
