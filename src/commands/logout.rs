//! `logout`: removes accounts from this machine.

use super::confirmation;
use super::select_account::{Candidate, all, candidates, identity, pick};
use crate::app::App;
use crate::cli::Logout;
use crate::domain::{Accounts, RegistryUrl};
use crate::error::Error;
use crate::terminal::{Mark, print_status};

pub(super) fn run(arguments: &Logout, app: &App) -> Result<(), Error> {
    let registries = app.accounts.load()?;
    let named = arguments.registry.as_deref();
    if arguments.all {
        let candidates = if named.is_some() { candidates(named, None, app, &registries)? } else { all(&registries) };
        if candidates.is_empty() {
            return Err(Error::nobody_logged_in());
        }
        if !arguments.yes {
            confirm_all(&candidates)?;
        }
        for candidate in &candidates {
            log_out(candidate, app)?;
        }
        return Ok(());
    }
    let account = arguments.account.as_deref().map(identity).transpose()?;
    let candidates = candidates(named, account.as_ref(), app, &registries)?;
    let command = "docker-credential-atcr logout REGISTRY --account HANDLE";
    let selected = pick(&candidates, "Which account do you want to log out?", command)?;
    let left = log_out(&selected, app)?;
    report(selected.registry, &left);
    Ok(())
}

fn confirm_all(candidates: &[Candidate<'_>]) -> Result<(), Error> {
    confirmation::require_terminal("log out of all accounts")?;
    for candidate in candidates {
        print_status(format!("{} at {}", candidate.account.handle, candidate.registry.host()));
    }
    let accounts = match candidates.len() {
        1 => "this account".to_owned(),
        count => format!("these {count} accounts"),
    };
    confirmation::require(&format!("Log out {accounts}?"), false)
}

/// Returns the accounts that are left at the registry.
fn log_out(candidate: &Candidate<'_>, app: &App) -> Result<Accounts, Error> {
    let registry = candidate.registry;
    let (removed, left) = app.update(|change| {
        let accounts = change.registries.at(registry);
        match accounts.log_out(&candidate.identity()) {
            Some(removed) => Ok((removed, accounts.clone())),
            None => Err(candidate.gone()),
        }
    })?;
    app.forget_validation(registry, &removed);
    print_status(format!("{} Logged out of {} as {}.", Mark::Good, registry.host(), candidate.account.handle));
    Ok(left)
}

fn report(registry: &RegistryUrl, left: &Accounts) {
    match (left.active(), left.sole()) {
        (Some(account), _) => print_status(format!("{} stays the active account.", account.handle)),
        (None, Some(account)) => print_status(format!("Docker uses {} from now on.", account.handle)),
        (None, None) if left.is_empty() => {}
        (None, None) => {
            let host = registry.host();
            print_status(format!(
                "No active account. Choose one with: docker-credential-atcr switch --registry {host}"
            ));
        }
    }
}
