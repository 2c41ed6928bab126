//! `device.json`: its formats (pure), and the file on disk.

mod backup;
mod content;
mod document;
mod error;
mod format;
mod locked;
mod migrate;
mod names;
pub mod permissions;
mod reader;
mod store;

pub use document::Document;
pub use error::Error;
pub use format::FormatError;
pub use locked::Locked;
pub use store::AccountsFile;
