//! `switch`: makes another account the active one.

use super::select_account::{Candidate, candidates, identity, is_one_registry, pick};
use super::{precedence, registry_argument};
use crate::app::App;
use crate::cli::Switch;
use crate::domain::RegistryUrl;
use crate::error::Error;
use crate::terminal::{Mark, print_status};

pub(super) fn run(arguments: &Switch, app: &App) -> Result<(), Error> {
    let registries = app.accounts.load()?;
    registry_argument::check(arguments.registry.as_deref(), "switch", &registries, app)?;
    let flag = if arguments.account.is_some() { "--account" } else { "" };
    let named = arguments.account().map(|account| identity(flag, account, &registries, app)).transpose()?;
    let mut candidates = candidates(arguments.registry.as_deref(), named.as_ref(), app, &registries)?;
    if named.is_none() {
        if candidates.len() > 1 && candidates.iter().all(|one| one.is_active) {
            print_status("Each registry has one account, which is active: there is nothing to switch.");
            return Ok(());
        }
        candidates = switchable(candidates);
    }
    let command = "docker-credential-atcr switch HANDLE --registry REGISTRY";
    let selected = pick(&candidates, &question(&candidates), command)?;
    let (host, handle) = (selected.registry.host(), &selected.account.handle);
    // It may be invalid, and then nothing is changed.
    let overriding = precedence::variable(selected.registry, &registries, app)?;
    app.update(|change| {
        if change.registries.at(selected.registry).switch(&selected.identity()) { Ok(()) } else { Err(selected.gone()) }
    })?;
    print_status(format!("{} {handle} is now the active account for {host}.", Mark::Good));
    if let Some(variable) = overriding {
        precedence::warn(variable);
    }
    Ok(())
}

/// The items name the registry of each account where there are several.
fn question(candidates: &[Candidate<'_>]) -> String {
    match candidates.first() {
        Some(first) if is_one_registry(candidates) => {
            format!("Which account should be active for {}?", first.registry.host())
        }
        _ => "Which account should be active?".to_owned(),
    }
}

/// Those that a switch makes a difference for: not a registry's only account, nor the active one of two.
fn switchable(candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let accounts = |registry: &RegistryUrl| candidates.iter().filter(|one| one.registry == registry).count();
    let several: Vec<_> = candidates.iter().filter(|one| accounts(one.registry) > 1).copied().collect();
    let others: Vec<_> = several.iter().filter(|one| !one.is_active).copied().collect();
    match (&several[..], &others[..]) {
        ([], _) => candidates,
        ([_, _], [_]) => others,
        _ => several,
    }
}
