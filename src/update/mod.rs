//! A newer version of this program: looked for, downloaded, verified, and put in the place of the running one.

mod archive;
mod notice;
mod package_manager;
mod staging;
mod trial;

use semver::Version;

use crate::app::App;
use crate::domain::RegistryUrl;
use crate::error::Error;

pub use archive::unpack;
pub use notice::{LOOK, after_command, look};
pub use package_manager::{Owner, owner};
pub use staging::{Staging, remove_leftovers};
pub use trial::verify_binary;

/// The version of this program.
#[must_use]
pub fn this_version() -> Version {
    let number = |text: &str| text.parse().unwrap_or_default();
    let pre = env!("CARGO_PKG_VERSION_PRE").parse().unwrap_or_default();
    Version {
        pre,
        ..Version::new(
            number(env!("CARGO_PKG_VERSION_MAJOR")),
            number(env!("CARGO_PKG_VERSION_MINOR")),
            number(env!("CARGO_PKG_VERSION_PATCH")),
        )
    }
}

/// The registry whose AppView is asked for newer versions: the default one.
///
/// # Errors
/// When `ATCR_REGISTRY` names none, or one that is spoken to over http: a program must not come that way.
pub fn registry(app: &App) -> Result<RegistryUrl, Error> {
    // A device.json that is broken is no reason to stay with a version that may be the cause.
    let registries = app.accounts.load().unwrap_or_default();
    let registry = app.registry(&app.server(None, &registries)?)?;
    if registry.is_https() || registry.is_loopback() {
        return Ok(registry);
    }
    Err(Error::new(format_args!("{registry} is not spoken to over https, so that anybody could change what it sends"))
        .hint("ask another registry: ATCR_REGISTRY=atcr.io docker-credential-atcr update"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_packages() {
        assert_eq!(this_version().to_string(), env!("CARGO_PKG_VERSION"));
    }
}
