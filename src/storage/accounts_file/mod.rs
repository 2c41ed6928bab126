//! `device.json`: its shapes and their migration (pure), and the store that reads and replaces it.

mod document;
mod ends;
pub(crate) mod exposed;
mod migrate;
mod ownership;
mod permissions;
mod places;
#[cfg(unix)]
mod restrict;
mod sieve;
mod store;

pub use document::{Document, FormatError};
pub use ownership::Untrusted;
pub use permissions::{PermissionIssue, exposures};
pub use store::{AccountsFile, Error};
