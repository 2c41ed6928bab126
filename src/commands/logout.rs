//! `logout`: forgets accounts on this machine.

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
        return every_one.iter().try_for_each(|candidate| log_out(candidate, app).map(drop));
    }
    let named = arguments.account.as_deref().map(identity).transpose()?;
    let candidates = candidates(arguments.registry.as_deref(), named.as_ref(), app, &registries)?;
    let command = |host: &str| format!("logout {host} --account HANDLE");
    let chosen = pick(&candidates, "Which account do you want to log out?", command)?;
    let left = log_out(&chosen, app)?;
    say_what_is_used(&chosen, &left);
    Ok(())
}

/// The accounts of `--all`: of the registry that is named, else of every one. Made sure of by `--yes`, or by asking.
fn every_one<'a>(arguments: &Logout, app: &App, registries: &'a Registries) -> Result<Vec<Candidate<'a>>, Error> {
    let candidates = match arguments.registry.as_deref() {
        named @ Some(_) => candidates(named, None, app, registries)?,
        None => all(registries),
    };
    if candidates.is_empty() {
        return Err(Error::new("nobody is logged in").run("docker-credential-atcr login"));
    }
    if arguments.yes {
        return Ok(candidates);
    }
    if !is_interactive() {
        return Err(Error::usage("--all logs out every account, and nobody can be asked here")
            .hint("if that is meant, add --yes"));
    }
    for candidate in &candidates {
        print_status(format!("{} at {}", candidate.account.handle, candidate.registry.host()));
    }
    let count = candidates.len();
    let accounts = if count == 1 { "this account".to_owned() } else { format!("these {count} accounts") };
    if confirm(&format!("Log out {accounts}?"), false)? { Ok(candidates) } else { Err(Error::cancelled()) }
}

/// Forgets one account, and that its secret was accepted. Returns those that are left at its registry.
fn log_out(candidate: &Candidate<'_>, app: &App) -> Result<Accounts, Error> {
    let (registry, handle) = (candidate.registry, &candidate.account.handle);
    let host = registry.host();
    let (removed, left) = app.accounts.update(|registries| {
        let accounts = registries.at(registry);
        let removed = accounts.log_out(&candidate.identity());
        let removed = removed.ok_or_else(|| Error::new(format_args!("{handle} is not logged in to {host} any more")));
        Ok::<_, Error>((removed?, accounts.clone()))
    })?;
    app.forget_validation(registry, &removed);
    print_status(format!("{} Logged out of {host} as {handle}.", Mark::Good));
    Ok(left)
}

fn say_what_is_used(gone: &Candidate<'_>, left: &Accounts) {
    match (left.active(), left.sole()) {
        (Some(account), _) => print_status(format!("{} stays the active account.", account.handle)),
        (None, Some(account)) => print_status(format!("Docker uses {} from now on.", account.handle)),
        (None, None) if left.is_empty() => {}
        (None, None) => {
            let command = format!("docker-credential-atcr switch --registry {}", gone.registry.host());
            print_status(format!(
                "No account is active now: Docker uses the one that an image names. Choose one: {command}"
            ));
        }
    }
}
