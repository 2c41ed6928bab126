use std::fs::{self, DirEntry};
use std::path::Path;

use super::{OpenError, Trusted, Untrusted};

/// What is in a folder: nothing where it can't be read, or where a link of somebody's leads root to a folder of root's.
pub(crate) fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> {
    let listed = (!is_foreign(folder)).then(|| fs::read_dir(folder).ok());
    listed.flatten().into_iter().flatten().flatten()
}

/// Whether somebody else's files, or a link of theirs, are on the way. That others can write to a folder is another matter.
pub(crate) fn is_foreign(path: &Path) -> bool {
    matches!(Trusted::find_to_edit(path), Err(OpenError::Untrusted(Untrusted::Foreign { .. })))
}
