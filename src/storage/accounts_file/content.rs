//! Reading `device.json` and the backup beside it.

use std::path::{Path, PathBuf};

use super::names::FILE;
use super::{Document, Error, FormatError};
use crate::platform::fs::{OpenError, Trusted};

/// In bytes: some ten thousand accounts. What a parser makes of a larger one could fill the memory.
pub(super) const LONGEST: u64 = 8 * 1024 * 1024;

/// People keep the file as a link into another folder, and replacing the link would part the two. A link that leads
/// nowhere is replaced: nobody must be led to create a file elsewhere.
pub(super) fn find_file(folder: &Trusted) -> Result<Trusted, OpenError> {
    let file = folder.join(FILE)?;
    if file.found().is_some() { Ok(file) } else { Ok(folder.place(FILE)) }
}

/// Cleared when it is dropped, as `Zeroizing` would, which takes a fifth of the time of reading a large file: it writes
/// every byte by itself.
pub(super) struct Content(pub(super) Vec<u8>);

impl Drop for Content {
    fn drop(&mut self) {
        self.0.fill(0);
        std::hint::black_box(&mut self.0);
    }
}

pub(super) fn read(file: &Trusted) -> Result<Option<Content>, OpenError> {
    Ok(file.clone().closed_to_others()?.read(LONGEST)?.map(Content))
}

pub(super) fn broken(path: &Path, error: FormatError) -> Error {
    let backup = Trusted::find(&backup(path)).and_then(|backup| read(&backup)).ok().flatten();
    let has_accounts =
        |backup: &Content| Document::parse(&backup.0).is_ok_and(|read| read.registries().in_use().next().is_some());
    Error::Format { path: path.to_owned(), error, has_backup: backup.as_ref().is_some_and(has_accounts) }
}

pub(super) fn backup(path: &Path) -> PathBuf {
    path.with_added_extension("bak")
}
