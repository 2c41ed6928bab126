//! A newer version of this program: the notification, and what verifies and installs it.

mod archive;
mod notice;
mod package_manager;
mod staging;
mod verify_binary;

use semver::Version;

use crate::platform::executable::running;

pub use archive::unpack;
pub use notice::Notice;
pub use package_manager::PackageManager;
pub use staging::Staging;
pub use verify_binary::verify_binary;

pub fn this_version() -> Version {
    env!("CARGO_PKG_VERSION").parse().unwrap_or(Version::new(0, 0, 0))
}

/// Removes what an update that was killed left behind, or on Windows the replaced program.
pub fn remove_leftovers() {
    if let Ok(program) = running() {
        staging::remove_leftovers(&program);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_packages() {
        assert_eq!(this_version().to_string(), env!("CARGO_PKG_VERSION"));
    }
}
