//! `logout`: removes accounts from this machine.

use super::select_account::{Candidate, all, candidates, identity, pick};
use crate::app::App;
use crate::cli::Logout;
use crate::domain::{Accounts, Registries};
use crate::error::Error;
use crate::terminal::{Mark, confirm, is_interactive, print_status};

pub(super) fn run(arguments: &Logout, app: &App) -> Result<(), Error> {
    let registries = app.accounts.load()?;
    if arguments.all {
        let every_one = every_one(arguments, app, &registries)?;
        for candidate in &every_one {
            log_out(candidate, app)?;
        }
        return Ok(());
    }
    let named = arguments.account.as_deref().map(identity).transpose()?;
    let candidates = candidates(arguments.registry.as_deref(), named.as_ref(), app, &registries)?;
    let command = |host: &str| format!("logout {host} --account HANDLE");
    let chosen = pick(&candidates, "Which account do you want to log out?", command)?;
    let left = log_out(&chosen, app)?;
    report(&chosen, &left);
    Ok(())
}

/// The accounts of `--all`, of the named registry or of every one, confirmed by `--yes` or by asking.
fn every_one<'a>(arguments: &Logout, app: &App, registries: &'a Registries) -> Result<Vec<Candidate<'a>>, Error> {
    let candidates = match arguments.registry.as_deref() {
        named @ Some(_) => candidates(named, None, app, registries)?,
        None => all(registries),
    };
    if candidates.is_empty() {
        return Err(Error::nobody_logged_in());
    }
    if arguments.yes {
        return Ok(candidates);
    }
    if !is_interactive() {
        return Err(
            Error::usage("refusing to log out of all accounts without confirmation").hint("pass --yes to confirm")
        );
    }
    for candidate in &candidates {
        print_status(format!("{} at {}", candidate.account.handle, candidate.registry.host()));
    }
    let count = candidates.len();
    let accounts = if count == 1 { "this account".to_owned() } else { format!("these {count} accounts") };
    if confirm(&format!("Log out {accounts}?"), false)? { Ok(candidates) } else { Err(Error::cancelled()) }
}

/// Returns the accounts that are left at the registry.
fn log_out(candidate: &Candidate<'_>, app: &App) -> Result<Accounts, Error> {
    let (registry, handle) = (candidate.registry, &candidate.account.handle);
    let host = registry.host();
    let (removed, left) = app.update(|change| {
        let accounts = change.registries.at(registry);
        match accounts.log_out(&candidate.identity()) {
            Some(removed) => Ok((removed, accounts.clone())),
            None => Err(Error::new(format_args!("{handle} is not logged in to {host} any more"))),
        }
    })?;
    app.forget_validation(registry, &removed);
    print_status(format!("{} Logged out of {host} as {handle}.", Mark::Good));
    Ok(left)
}

fn report(gone: &Candidate<'_>, left: &Accounts) {
    match (left.active(), left.sole()) {
        (Some(account), _) => print_status(format!("{} stays the active account.", account.handle)),
        (None, Some(account)) => print_status(format!("Docker uses {} from now on.", account.handle)),
        (None, None) if left.is_empty() => {}
        (None, None) => {
            let command = format!("docker-credential-atcr switch --registry {}", gone.registry.host());
            print_status(format!("No active account. Choose one with: {command}"));
        }
    }
}
