//! `device.json`: its formats (pure), and the file on disk.

mod backup;
mod content;
mod document;
mod error;
mod format;
mod migrate;
mod names;
pub mod permissions;
mod reader;
mod store;

pub use document::Document;
pub use error::Error;
pub use format::FormatError;
pub use store::{AccountsFile, Locked};
