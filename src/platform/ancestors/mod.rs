//! The command lines above us: Docker's protocol says which registry, only the client's own words say which image.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod sysinfo;

use crate::domain::{ImageOwner, RegistryUrl, find_owners};

#[cfg(target_os = "linux")]
use linux::Ancestors;
#[cfg(not(target_os = "linux"))]
use sysinfo::Ancestors;

/// How far up to look: client, plugin, shell, `sudo`, `make`, and one more.
const MOST_ANCESTORS: usize = 6;

/// Command lines longer than this, in bytes, are not searched: a client that names an image is far below.
const LONGEST: usize = 256 * 1024;

/// The identities that the nearest ancestor naming an image of `registry` names. Any doubt (a process that is gone,
/// unreadable or not permitted) ends the search with nothing found: then the active account is used, as without it.
#[must_use]
pub fn nearest_owners(registry: &RegistryUrl) -> Vec<ImageOwner> {
    let mut found = Ancestors::of_this_process().take(MOST_ANCESTORS).map(|words| find_owners(&words, registry));
    found.find(|mentions| !mentions.is_empty()).unwrap_or_default()
}
