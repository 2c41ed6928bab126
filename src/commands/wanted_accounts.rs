//! The registries and accounts that a command is to show or check: all, or those that `--registry` and `--account` name.

use super::registry_argument;
use super::select_account::{candidates, identity};
use crate::app::App;
use crate::app::account_status::{self, RegistryStatus};
use crate::domain::Registries;
use crate::error::Error;

/// Nothing is checked yet. Fails where no such account is logged in.
pub(super) fn load(
    registry: Option<&str>,
    account: Option<&str>,
    command: &str,
    registries: &Registries,
    app: &App,
) -> Result<Vec<RegistryStatus>, Error> {
    registry_argument::check(registry, command, registries, app)?;
    let wanted = registry.map(|named| app.named_registry(Some(named), registries)).transpose()?;
    let mut statuses = account_status::load(app, registries, wanted.as_ref())?;
    let Some(account) = account else { return Ok(statuses) };
    let identity = identity("--account", account, registries, app)?;
    for status in &mut statuses {
        status.accounts.retain(|status| status.account.as_ref().is_some_and(|account| account.is(&identity)));
    }
    statuses.retain(|status| !status.accounts.is_empty());
    if statuses.is_empty() {
        // For its error, and what was probably meant.
        candidates(registry, Some(&identity), app, registries)?;
    }
    Ok(statuses)
}
