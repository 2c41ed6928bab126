//! The credential of the environment, beside which the accounts of the file don't count.

use crate::app::App;
use crate::domain::RegistryUrl;
use crate::error::Error;

/// Fails where the environment has a credential for this registry. `purpose` is what the user wants: `log in`.
pub(super) fn refuse(registry: &RegistryUrl, purpose: &str, app: &App) -> Result<(), Error> {
    if app.environment_registry()?.is_none_or(|of_environment| of_environment.host() != registry.host()) {
        return Ok(());
    }
    let (variables, host) = (app.environment.credential.names(), registry.host());
    let (are, take, them) = if variables.len() == 1 { ("is", "takes", "it") } else { ("are", "take", "them") };
    Err(Error::new(format_args!("{} {are} set and {take} precedence for {host}", variables.join(" and ")))
        .hint(format_args!("to {purpose}, first unset {them}: unset {}", variables.join(" "))))
}
