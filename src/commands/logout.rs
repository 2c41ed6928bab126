//! `logout`: forgets an account on this machine.

use super::{handles, identity, unknown};
use crate::app::App;
use crate::cli::Logout;
use crate::domain::{Accounts, Identity};
use crate::failure::Failure;
use crate::terminal::{Mark, say};

pub(super) fn run(arguments: &Logout, app: &App) -> Result<(), Failure> {
    let registries = app.store.load()?;
    let server = app.server(arguments.registry.as_deref(), &registries)?;
    let registry = app.registry_among(&server, &registries)?;
    let host = registry.host();
    let named = arguments.account.as_deref().map(identity).transpose()?;
    let (removed, left) = app.store.update(|registries| {
        let accounts = registries.at(&registry);
        let identity = candidate(accounts, named, &host)?;
        let removed = accounts.log_out(&identity).ok_or_else(|| unknown(&identity, &host, accounts))?;
        Ok::<_, Failure>((removed, accounts.clone()))
    })?;
    if let Some(stamp) = app.stamps().of(&registry, &removed) {
        stamp.forget();
    }
    say(format!("{} Logged out of {host} as {}.", Mark::Good, removed.handle));
    match (left.active(), left.sole()) {
        (Some(account), _) => say(format!("{} stays the active account.", account.handle)),
        (None, Some(account)) => say(format!("{} is used from now on.", account.handle)),
        (None, None) if left.is_empty() => {}
        (None, None) => {
            say(format!(
                "No account is active now; choose one: docker-credential-atcr switch HANDLE --registry {host}"
            ));
        }
    }
    Ok(())
}

/// The account that is meant: the one that was named, or the only one.
fn candidate(accounts: &Accounts, named: Option<Identity>, host: &str) -> Result<Identity, Failure> {
    let sole = || accounts.sole().map(|account| Identity::Handle(account.handle.clone()));
    match named.or_else(sole) {
        _ if accounts.is_empty() => Err(Failure::not_logged_in(host)),
        Some(identity) => Ok(identity),
        None => Err(Failure::usage(format_args!("several accounts for {host}: {}", handles(accounts)))
            .hint(format_args!("name one: docker-credential-atcr logout {host} --account HANDLE"))),
    }
}
