//! What is open to others about the accounts, in words.

use crate::storage::accounts_file::Exposure;
use crate::terminal::{quoted, shown};

/// What is wrong, and the command that mends it.
#[must_use]
pub(crate) fn in_words(exposure: &Exposure) -> (String, String) {
    match exposure {
        Exposure::Loose { path, mode, wanted } => {
            let message = format!("{} is open to other users (mode {mode:04o})", shown(path));
            (message, format!("chmod {wanted:o} {}", quoted(path)))
        }
        Exposure::Foreign { path, owner, wanted } => {
            let whose = format!("belongs to user {owner}, not to user {wanted} whose home this is");
            let message = format!("{} {whose}", shown(path));
            (message, format!("sudo chown {wanted} {}", quoted(path)))
        }
    }
}
