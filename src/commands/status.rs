//! `status`: every registry and account.

use std::io::Write;

use super::written;
use crate::app::App;
use crate::cli::Status;
use crate::domain::{Account, Accounts, RegistryUrl};
use crate::failure::Failure;

pub(super) fn run(arguments: &Status, app: &App, data: &mut dyn Write) -> Result<(), Failure> {
    let registries = app.store.load()?;
    let only = match arguments.registry.as_deref() {
        Some(_) => Some(app.registry_among(&app.server(arguments.registry.as_deref(), &registries)?, &registries)?),
        None => None,
    };
    let environment = app.environment_credential()?;
    let is_wanted = |registry: &RegistryUrl| only.as_ref().is_none_or(|only| only == registry);
    let mut text = String::new();
    for (registry, account) in environment.iter().filter(|(registry, _)| is_wanted(registry)) {
        text += &section(registry, &Accounts::default(), Some(account));
    }
    let in_force = |registry: &RegistryUrl| environment.as_ref().is_some_and(|(known, _)| known == registry);
    for (registry, accounts) in
        registries.iter().filter(|(registry, accounts)| is_wanted(registry) && !accounts.is_empty())
    {
        text += &section(registry, accounts, None);
        if in_force(registry) {
            text += "  not used while ATCR_HANDLE is set\n";
        }
    }
    if text.is_empty() {
        let default = only.map_or_else(|| app.environment.registry_or_default().to_owned(), |only| only.host());
        return Err(Failure::not_logged_in(&default));
    }
    written(data.write_all(text.as_bytes()))
}

/// A registry and its accounts, the active one marked.
fn section(registry: &RegistryUrl, accounts: &Accounts, environment: Option<&Account>) -> String {
    let mut text = format!("{}\n", registry.host());
    if let Some(account) = environment {
        text += &line('*', account, " (from ATCR_HANDLE)");
    }
    for account in accounts.iter() {
        let is_active = accounts.active() == Some(account);
        text += &line(if is_active { '*' } else { '-' }, account, if is_active { " (active)" } else { "" });
    }
    text
}

fn line(mark: char, account: &Account, remark: &str) -> String {
    let did = account.did.as_ref().map(|did| format!("  {did}")).unwrap_or_default();
    format!("  {mark} {}{remark}{did}\n", account.handle)
}
