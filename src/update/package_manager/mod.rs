//! The package manager that installed this program, which is left to update it.

mod by_folder;
mod by_list;
mod by_query;
mod manager;

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;

pub use manager::PackageManager;

impl PackageManager {
    /// The owner of `program`, a path without links: known by its folder, by a manager's list, or from a manager on
    /// `search_path`. Fails if one of those does not answer.
    pub fn of(program: &Path, search_path: Option<&OsStr>) -> Result<Option<Self>> {
        match by_folder::owner(&program.to_string_lossy()).or_else(|| by_list::owner(program)) {
            None => by_query::owner(program, search_path),
            found => Ok(found),
        }
    }
}
