//! `switch`: makes another account the active one.

use super::identity;
use super::select_account::{Candidate, candidates, pick};
use crate::app::App;
use crate::cli::Switch;
use crate::domain::RegistryUrl;
use crate::error::Error;
use crate::terminal::{Mark, print_status};

pub(super) fn run(arguments: &Switch, app: &App) -> Result<(), Error> {
    let registries = app.accounts.load()?;
    let named = arguments.handle.as_deref().map(identity).transpose()?;
    let mut candidates = candidates(arguments.registry.as_deref(), named.as_ref(), app, &registries)?;
    if named.is_none() {
        candidates = worth_asking(candidates);
    }
    let command = |host: &str| format!("switch HANDLE --registry {host}");
    let chosen = pick(&candidates, "Which account should be the active one?", command)?;
    let (host, handle) = (chosen.registry.host(), &chosen.account.handle);
    app.update(|change| {
        if change.registries.at(chosen.registry).switch(&chosen.identity()) {
            Ok(())
        } else {
            Err(Error::new(format_args!("{handle} is not logged in to {host} any more")))
        }
    })?;
    print_status(format!("{} {handle} is the active account for {host} now.", Mark::Good));
    if let Some(overrider) = overrider(chosen.registry, app)? {
        print_status(format!("{} {overrider} is set, and decides before the active account does.", Mark::Warning));
    }
    Ok(())
}

/// Those that a switch makes a difference for: where a registry has one account there is no choice, and of two the
/// active one is not meant.
fn worth_asking(candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let accounts = |registry: &RegistryUrl| candidates.iter().filter(|one| one.registry == registry).count();
    let several: Vec<_> = candidates.iter().filter(|one| accounts(one.registry) > 1).copied().collect();
    let others: Vec<_> = several.iter().filter(|one| !one.is_active).copied().collect();
    match (&several[..], &others[..]) {
        ([], _) => candidates,
        ([_, _], [_]) => others,
        _ => several,
    }
}

/// The variable by which the environment decides over the active account of `registry`.
fn overrider(registry: &RegistryUrl, app: &App) -> Result<Option<&'static str>, Error> {
    if app.environment_registry()?.as_ref() == Some(registry) {
        return Ok(app.environment.credential_variables().first().copied());
    }
    Ok(app.environment.account()?.map(|_| "ATCR_ACCOUNT"))
}
