//! `switch`: makes another account the active one.

use super::{handles, identity, unknown};
use crate::app::App;
use crate::cli::Switch;
use crate::domain::{Accounts, Identity};
use crate::failure::Failure;
use crate::terminal::{Mark, say};

pub(super) fn run(arguments: &Switch, app: &App) -> Result<(), Failure> {
    let registries = app.store.load()?;
    let server = app.server(arguments.registry.as_deref(), &registries)?;
    let registry = app.registry_among(&server, &registries)?;
    let host = registry.host();
    let named = arguments.handle.as_deref().map(identity).transpose()?;
    let handle = app.store.update(|registries| {
        let accounts = registries.at(&registry);
        let identity = candidate(accounts, named, &host)?;
        let account = accounts.find(&identity).ok_or_else(|| unknown(&identity, &host, accounts))?;
        let handle = account.handle.clone();
        accounts.switch(&identity);
        Ok::<_, Failure>(handle)
    })?;
    say(format!("{} {handle} is the active account for {host} now.", Mark::Good));
    Ok(())
}

/// The account that is meant: the one that was named, the only one, or the other one of two.
fn candidate(accounts: &Accounts, named: Option<Identity>, host: &str) -> Result<Identity, Failure> {
    if accounts.is_empty() {
        return Err(Failure::not_logged_in(host));
    }
    if let Some(identity) = named {
        return Ok(identity);
    }
    let active = accounts.active();
    let others: Vec<_> =
        accounts.iter().filter(|account| accounts.sole().is_some() || Some(*account) != active).collect();
    match others[..] {
        [account] => Ok(Identity::Handle(account.handle.clone())),
        _ => Err(Failure::usage(format_args!("several accounts for {host}: {}", handles(accounts)))
            .hint(format_args!("name one: docker-credential-atcr switch HANDLE --registry {host}"))),
    }
}
