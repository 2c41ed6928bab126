//! `logout`: removes accounts from this machine.

use super::confirmation;
use super::select_account::{Candidate, all, candidates, identity, pick};
use super::{precedence, print_error, registry_argument};
use crate::app::App;
use crate::app::secrets::Updated;
use crate::cli::Logout;
use crate::credential_store;
use crate::docker::config;
use crate::domain::{Accounts, Identity, Registries, RegistryUrl};
use crate::error::{Error, Hint, Kind};
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, listed, shell_word};

pub(super) fn run(arguments: &Logout, app: &App) -> Result<(), Error> {
    let registries = app.accounts.load()?;
    let named = arguments.registry();
    registry_argument::check(named, "logout", &registries, app)?;
    if registries.in_use().next().is_none() && named.is_none() {
        return Err(Error::new("nobody is logged in"));
    }
    if arguments.all {
        let candidates = if named.is_some() { at(named, None, app, &registries)? } else { all(&registries) };
        if !arguments.yes {
            confirm_all(&candidates, named.is_some())?;
        }
        return log_out_all(&candidates, app);
    }
    let account = arguments.account.as_deref();
    let account = account.map(|account| identity("--account", account, &registries, app)).transpose()?;
    let candidates = at(named, account.as_ref(), app, &registries)?;
    let command = "docker-credential-atcr logout REGISTRY --account HANDLE";
    let selected = pick(&candidates, "Which account do you want to log out of?", command)?;
    let leftovers = log_out(&[selected], app)?;
    let left = app.accounts.load()?.into_accounts(selected.registry);
    report(selected.registry, &left, app);
    failed(leftovers)
}

/// The accounts of a registry, or those that `identity` has.
fn at<'a>(
    named: Option<&str>,
    identity: Option<&Identity>,
    app: &App,
    registries: &'a Registries,
) -> Result<Vec<Candidate<'a>>, Error> {
    let target = app.named_registry(named, registries)?;
    candidates(named, identity, app, registries).map_err(|error| match error.kind {
        Kind::NotLoggedIn => registry_argument::nothing_to_log_out(&target.host(), registries, app),
        _ => error,
    })
}

fn log_out_all(candidates: &[Candidate<'_>], app: &App) -> Result<(), Error> {
    let leftovers = log_out(candidates, app)?;
    let mut registries: Vec<&RegistryUrl> = candidates.iter().map(|candidate| candidate.registry).collect();
    registries.dedup();
    for registry in registries {
        report_rest(registry, true, app);
    }
    failed(leftovers)
}

/// What stores still hold, the last as the error of the command.
fn failed(mut leftovers: Vec<credential_store::Error>) -> Result<(), Error> {
    let last = leftovers.pop();
    for error in leftovers {
        print_error(&error.into());
    }
    last.map_or(Ok(()), |error| Err(error.into()))
}

fn confirm_all(candidates: &[Candidate<'_>], is_registry_named: bool) -> Result<(), Error> {
    let place = match candidates.first() {
        Some(first) if is_registry_named => format!(" at {}", first.registry.host()),
        _ => String::new(),
    };
    confirmation::require_terminal(&format!("log out of all accounts{place}"))?;
    for candidate in candidates {
        print_status(format!("{} at {}", candidate.account.handle, candidate.registry.host()));
    }
    let accounts = match candidates.len() {
        1 => "this account".to_owned(),
        count => format!("these {count} accounts"),
    };
    confirmation::require(&format!("Log out of {accounts}?"), false)
}

/// All at once: where the disk is full, there is no room for a device.json with those that are left. A credential store that
/// can't erase one secret does not keep the other accounts logged in. Returns what stores still hold.
fn log_out(candidates: &[Candidate<'_>], app: &App) -> Result<Vec<credential_store::Error>, Error> {
    let updated = app.update_with_leftovers(|change| {
        let mut removed = Vec::new();
        for candidate in candidates {
            let account = change.registries.at(candidate.registry).log_out(&candidate.identity());
            removed.push(account.ok_or_else(|| candidate.gone())?);
        }
        Ok(removed)
    });
    let Updated { value: removed, leftovers } = updated.map_err(or_revoke)?;
    for (Candidate { registry, account, .. }, removed) in candidates.iter().zip(&removed) {
        app.forget_validation(registry, removed);
        print_status(format!("{} Logged out of {} as {}.", Mark::Good, registry.host(), account.handle));
    }
    Ok(leftovers)
}

/// What can be done about a secret that can't be removed from here.
fn or_revoke(error: Error) -> Error {
    match error.hint.clone() {
        Some(Hint::Text(fix)) if error.kind == Kind::Failed => {
            error.hint(format_args!("revoke this device at the registry meanwhile; {fix}"))
        }
        _ => error,
    }
}

/// What no logout ends: the registry's list of devices, and after the last account Docker's configuration.
fn report_rest(registry: &RegistryUrl, is_last: bool, app: &App) {
    let host = registry.host();
    print_status(format!("{registry} still lists this device; you can revoke it there."));
    for file in config::files_with_password(&app.environment, &host) {
        print_status(format!(
            "{} {} contains a password for {host}, which a logout does not remove.",
            Mark::Warning,
            display_path(&file)
        ));
    }
    if is_last && config::state(&app.environment, &host).is_ok_and(|state| state.uses_atcr()) {
        // Where nobody is left anywhere, everything else goes too.
        let is_used_elsewhere = app.accounts.load().is_ok_and(|all| all.in_use().next().is_some());
        let of_host = if is_used_elsewhere { format!(" {}", shell_word(&host)) } else { String::new() };
        print_status(format!(
            "Docker still uses docker-credential-atcr for {host}; to stop that, run: docker-credential-atcr \
             configure-docker --remove{of_host}"
        ));
    }
}

fn report(registry: &RegistryUrl, left: &Accounts, app: &App) {
    report_rest(registry, left.is_empty(), app);
    let registries = app.accounts.load().unwrap_or_default();
    // What is invalid is for the commands that use it to say.
    if let Ok(Some(variable)) = precedence::variable(registry, &registries, app)
        && !left.is_empty()
    {
        precedence::warn(variable);
        return;
    }
    match (left.active(), left.sole()) {
        (Some(account), _) => print_status(format!("{} stays the active account.", account.handle)),
        (None, Some(account)) => print_status(format!("{} is the only account there now.", account.handle)),
        (None, None) if left.is_empty() => {}
        (None, None) => {
            let (host, handles) = (shell_word(&registry.host()), listed(left.iter().map(|one| one.handle.as_str())));
            print_status(format!(
                "No active account (logged in: {handles}). Choose one with: docker-credential-atcr switch --registry {host}"
            ));
        }
    }
}
