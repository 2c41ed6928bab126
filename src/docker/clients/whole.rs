//! A file of somebody else's, read to its end or not at all.

use std::io;
use std::path::Path;

use crate::platform::fs::{OpenError, Trusted, read_at_most, too_large};

/// In bytes.
const LONGEST: u64 = 1 << 20;

/// The whole of a trusted regular file that does not change meanwhile. One of the kernel's, such as `/proc/kmsg`, looks
/// regular, but to open it can take something away or wait. Wherever its file system is mounted, it has no size; those of
/// `/sys` have one.
pub(super) fn read_whole(path: &Path) -> Result<Vec<u8>, OpenError> {
    let place = Trusted::find(path)?.closed_to_others()?;
    if ["/proc", "/sys"].iter().any(|folder| place.path().starts_with(folder)) {
        return Err(io::Error::other("it is a file of the kernel's").into());
    }
    match place.found() {
        Some(found) if found.is_file() && found.len() == 0 => return Ok(Vec::new()),
        Some(found) if found.is_file() && found.len() > LONGEST => return Err(too_large(LONGEST).into()),
        _ => {}
    }
    let (file, before) = place.open()?;
    let bytes = read_at_most(&file, before.len(), LONGEST)?;
    let after = file.metadata()?;
    if after.len() != bytes.len() as u64 || after.modified().ok() != before.modified().ok() {
        return Err(io::Error::other("it changed while it was read").into());
    }
    Ok(bytes)
}
