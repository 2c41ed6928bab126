//! What came of saving a config file.

use std::path::{Path, PathBuf};

use crate::text::display_path;

/// What saving did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// There was nothing to change.
    Nothing,
    /// With a backup of what the file said before, if one was needed.
    Written(Option<PathBuf>),
    /// Where one would have been made if it could be.
    WithoutBackup,
    /// Nothing but our entries was in the file.
    Removed,
}

impl Saved {
    /// What is not as it should be with `file`, for a person.
    pub(crate) fn warning(&self, file: &Path) -> Option<String> {
        let folder = file.parent().map_or_else(String::new, display_path);
        (*self == Self::WithoutBackup)
            .then(|| format!("No backup of {} was made: {folder} can't be written to", display_path(file)))
    }
}
