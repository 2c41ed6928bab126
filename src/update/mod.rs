//! A newer version of this program: the notification, and what verifies and installs it.

mod archive;
mod install;
mod notice;
mod package_manager;
mod signature;

use semver::Version;

use crate::platform::executable::running;

pub use archive::unpack;
pub use install::{Staging, verify_binary};
pub use notice::Notice;
pub use package_manager::PackageManager;
pub use signature::{RELEASE_KEY, verify_release};

pub fn this_version() -> Version {
    env!("CARGO_PKG_VERSION").parse().unwrap_or(Version::new(0, 0, 0))
}

/// Removes what an update that was killed left behind, or on Windows the replaced program.
pub fn remove_leftovers() {
    if let Ok(program) = running() {
        // The next run tries again.
        let _ = install::remove_leftovers(&program);
    }
}
