//! Flags that bring a credential, or say that there is none.

use super::command::{Command, is_true};
use super::tokens::Flag;
use crate::domain::Access;

/// Whether no helper is asked for the images of this access, because the words hold a credential for them. An empty one, as of
/// a variable that is not set, is none.
pub fn has_credential(command: &Command<'_>, access: Access) -> bool {
    command.flags.iter().any(|(flag, value)| match command.tokens.flag(flag) {
        Some(Flag::Value(role)) => !value.is_empty() && is_own(role, access),
        Some(Flag::Marks(role)) => is_true(value) && is_own(role, access),
        _ => false,
    })
}

/// Whether a flag of this role brings it.
fn is_own(role: &str, access: Access) -> bool {
    match role {
        "own" => true,
        "own-read" => access == Access::Read,
        "own-written" => access == Access::Written,
        _ => false,
    }
}
