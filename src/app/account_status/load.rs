//! Which accounts there are, and which of them is used.

use super::{AccountStatus, RegistryStatus};
use crate::app::App;
use crate::domain::{Accounts, Registries, RegistryUrl, ServerString};
use crate::error::Error;

/// Every registry, or the one that is wanted. Nothing is checked yet. Fails when `ATCR_REGISTRY` names no registry, and
/// the environment has an account for it.
pub(crate) fn load(
    app: &App,
    registries: &Registries,
    wanted: Option<&RegistryUrl>,
) -> Result<Vec<RegistryStatus>, Error> {
    let of_environment = app.environment_registry()?;
    let mut all: Vec<&RegistryUrl> = of_environment.iter().collect();
    for (registry, accounts) in registries.iter() {
        if !accounts.is_empty() && of_environment.as_ref() != Some(registry) {
            all.push(registry);
        }
    }
    all.retain(|registry| wanted.is_none_or(|wanted| wanted == *registry));
    let status = |registry: &RegistryUrl| {
        let is_overridden = of_environment.as_ref() == Some(registry);
        registry_status(app, registry, registries.get(registry), is_overridden)
    };
    Ok(all.into_iter().map(status).collect())
}

fn registry_status(
    app: &App,
    registry: &RegistryUrl,
    in_file: Option<&Accounts>,
    is_overridden: bool,
) -> RegistryStatus {
    let mut accounts = Vec::new();
    let mut is_incomplete = false;
    if is_overridden && let Some(account) = app.environment.credential().transpose() {
        is_incomplete = account.is_err();
        accounts.push(AccountStatus::of_environment(account));
    }
    for account in in_file.into_iter().flat_map(Accounts::iter) {
        accounts.push(AccountStatus::of_file(account, is_overridden));
    }
    let mut select_error = None;
    match server(registry).and_then(|server| app.resolve(&server, |_| Vec::new())) {
        Ok(used) => {
            let selectable = accounts.iter_mut().filter(|one| !one.is_overridden && !one.is_from_environment);
            for status in selectable {
                if status.account.as_ref() == Some(&used.account) {
                    status.reason = Some(used.reason);
                }
            }
        }
        // The incomplete account says it already.
        Err(_) if is_incomplete => {}
        Err(error) => select_error = Some(error),
    }
    let is_blocked = select_error.is_some() && !matches!(app.environment.account(), Ok(None));
    RegistryStatus { registry: registry.clone(), accounts, select_error, is_blocked }
}

pub(super) fn server(registry: &RegistryUrl) -> Result<ServerString, Error> {
    registry.to_string().parse().map_err(|error| Error::new(format_args!("{registry} is {error}")))
}
