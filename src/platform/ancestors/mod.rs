//! The processes above this one: Docker's protocol names the registry, only the client's own words name the image.

mod limits;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod sysinfo;

#[cfg(target_os = "linux")]
pub use linux::Ancestor;
#[cfg(not(target_os = "linux"))]
pub use sysinfo::Ancestor;

#[cfg(target_os = "linux")]
use linux::all;
#[cfg(not(target_os = "linux"))]
use sysinfo::all;

/// How far up to look: client, plugin, shell, `sudo`, `make`, and one more.
const MOST_ANCESTORS: usize = 6;

/// The nearest first. Each is read when it is asked for. One that is gone, unreadable or not permitted is the end.
pub fn ancestors() -> impl Iterator<Item = Ancestor> {
    all().take(MOST_ANCESTORS)
}

// Under wine nobody is above.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn who_started_a_process_is_older() {
        let ages: Vec<_> = ancestors().map_while(|ancestor| ancestor.age()).collect();
        assert!(!ages.is_empty() && ages.is_sorted(), "{ages:?}");
    }
}
