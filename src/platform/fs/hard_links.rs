//! Files with several names, which replacing one of the names would part.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use super::aside::free_name;
use crate::error::Hint;
use crate::text::shell_quote;

/// Why a file is not replaced.
#[derive(Debug, thiserror::Error)]
#[error("it has {0} hard links, and replacing it would part them")]
struct HardLinked(u64);

/// Writing in place would keep the links, and leave half a file after a crash.
pub(crate) fn refuse_hard_links(found: &Metadata) -> io::Result<()> {
    match links(found) {
        0 | 1 => Ok(()),
        several => Err(io::Error::other(HardLinked(several))),
    }
}

/// The command that gives `path` a file of its own, if that is what was refused.
pub(crate) fn hard_links_fix(path: &Path, error: &io::Error) -> Option<Hint> {
    // The file itself, where a symbolic link leads to it.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (path, copy) = (shell_quote(&path), shell_quote(&free_name(&path, "copy")));
    let is_refused = error.get_ref().is_some_and(|cause| cause.downcast_ref::<HardLinked>().is_some());
    is_refused.then(|| Hint::run(format_args!("cp -p {path} {copy} && mv {copy} {path}")))
}

#[cfg(unix)]
fn links(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

/// The standard library can't tell.
#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}
