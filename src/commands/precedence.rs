//! Variables that decide before the active account does, and before an image's owner.

use crate::app::App;
use crate::domain::{Registries, RegistryUrl};
use crate::error::Error;
use crate::terminal::{Mark, print_status};

/// The one that does at `registry`. Fails where it is invalid.
pub(super) fn variable(
    registry: &RegistryUrl,
    registries: &Registries,
    app: &App,
) -> Result<Option<&'static str>, Error> {
    if app.environment_registry()?.as_ref() == Some(registry) {
        return Ok(app.environment.credential.names().first().copied());
    }
    let accounts = registries.get(registry).cloned().unwrap_or_default();
    Ok(app.account_variable(&accounts)?.map(|_| "ATCR_ACCOUNT"))
}

pub(super) fn warn(variable: &str) {
    print_status(format!("{} {variable} is set and takes precedence over the active account.", Mark::Warning));
}
