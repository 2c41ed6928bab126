//! Command lines of our ancestors: Docker's protocol names the registry, only the client's own arguments name the image.

mod limits;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod sysinfo;

use crate::domain::{ImageOwner, RegistryUrl, find_owners};

#[cfg(target_os = "linux")]
use linux::command_lines;
#[cfg(not(target_os = "linux"))]
use sysinfo::command_lines;

/// How far up to look: client, plugin, shell, `sudo`, `make`, and one more.
const MOST_ANCESTORS: usize = 6;

/// The owners of the images of `registry` that the nearest ancestor names. A process that is gone, unreadable or not
/// permitted ends the search with nothing found, and the active account is used.
pub fn nearest_owners(registry: &RegistryUrl) -> Vec<ImageOwner> {
    for arguments in command_lines().take(MOST_ANCESTORS) {
        if let Some(owners) = find_owners(&arguments, registry) {
            return owners;
        }
    }
    Vec::new()
}
