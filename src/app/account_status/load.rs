//! Which accounts there are, and which of them is used.

use super::{AccountStatus, CheckResult, RegistryStatus};
use crate::app::App;
use crate::domain::{Accounts, Registries, RegistryUrl};
use crate::error::Error;

/// Every registry, or the wanted one. Nothing is checked yet. Fails if the environment has an account and its
/// `ATCR_REGISTRY` is invalid.
pub(crate) fn load(
    app: &App,
    registries: &Registries,
    wanted: Option<&RegistryUrl>,
) -> Result<Vec<RegistryStatus>, Error> {
    let of_environment = app.environment_registry()?;
    let is_overridden = |registry: &RegistryUrl| of_environment.as_ref() == Some(registry);
    let others = registries.in_use().map(|(registry, _)| registry).filter(|registry| !is_overridden(registry));
    let mut all = Vec::new();
    for registry in of_environment.iter().chain(others) {
        if wanted.is_none_or(|wanted| wanted == registry) {
            all.push(registry_status(app, registry, registries, is_overridden(registry)));
        }
    }
    Ok(all)
}

fn registry_status(app: &App, registry: &RegistryUrl, registries: &Registries, is_overridden: bool) -> RegistryStatus {
    let mut accounts = Vec::new();
    let mut is_incomplete = false;
    if is_overridden && let Some(account) = app.environment.credential.account().transpose() {
        is_incomplete = account.is_err();
        accounts.push(AccountStatus::of_environment(account));
    }
    for account in registries.get(registry).into_iter().flat_map(Accounts::iter) {
        accounts.push(AccountStatus::of_file(account, is_overridden));
    }
    if let Some(error) = app.unused(registry, registries) {
        for status in &mut accounts {
            status.result = CheckResult::NotChecked("it is not used".to_owned());
        }
        return RegistryStatus { is_unused: true, ..RegistryStatus::new(registry, accounts, Some(error)) };
    }
    let mut select_error = None;
    match app.resolve(&registry.into(), None) {
        Ok(used) => {
            for status in &mut accounts {
                let is_selectable = !status.is_overridden && !status.is_from_environment;
                if is_selectable && status.account.as_ref() == Some(&used.account) {
                    status.reason = Some(used.reason.clone());
                }
            }
        }
        // Reported with the incomplete account.
        Err(_) if is_incomplete => {}
        Err(error) => select_error = Some(error),
    }
    let is_blocked = select_error.is_some() && !matches!(app.environment.account(), Ok(None));
    RegistryStatus { is_blocked, ..RegistryStatus::new(registry, accounts, select_error) }
}
