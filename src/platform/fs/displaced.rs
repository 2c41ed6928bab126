//! What another program wrote, and one more wrote over while this one gave it its name back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use crate::text::display_path;

/// The file of the first, which would be gone, is kept beside the one that it was.
#[derive(Debug, thiserror::Error)]
#[error("other programs wrote it at the same moment; what one of them wrote is in {}", display_path(kept))]
pub(crate) struct Displaced {
    kept: PathBuf,
}

impl Displaced {
    pub(crate) fn is(error: &io::Error) -> bool {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).is_some()
    }

    /// Gives `displaced` a name beside `path` that nobody takes for a leftover, and says so. Without one it stays where it is.
    pub(super) fn keep(displaced: &Path, path: &Path) -> io::Error {
        let name = path.with_added_extension(format!("atcr-kept-{}", process::id()));
        let kept = if fs::rename(displaced, &name).is_ok() { name } else { displaced.to_owned() };
        io::Error::other(Self { kept })
    }
}
