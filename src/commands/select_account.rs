//! Which account a command means.

use super::{environment_credential, registry_argument};
use crate::app::{App, did_you_mean};
use crate::domain::{Account, Handle, Identity, InvalidIdentity, Registries, RegistryUrl};
use crate::error::{Error, Kind};
use crate::terminal::{is_interactive, select};
use crate::text::{listed, shell_word};

/// One account at one registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate<'a> {
    pub(super) registry: &'a RegistryUrl,
    pub(super) account: &'a Account,
    pub(super) is_active: bool,
}

impl Candidate<'_> {
    pub(super) fn identity(&self) -> Identity {
        Identity::Handle(self.account.handle.clone())
    }

    /// Another process has logged it out.
    pub(super) fn gone(&self) -> Error {
        Error::new(format_args!("{} is no longer logged in to {}", self.account.handle, self.registry.host()))
    }
}

/// Every account there is.
pub(super) fn all(registries: &Registries) -> Vec<Candidate<'_>> {
    let mut candidates = Vec::new();
    for (registry, accounts) in registries.iter() {
        let active = accounts.active();
        for account in accounts.iter() {
            candidates.push(Candidate { registry, account, is_active: active == Some(account) });
        }
    }
    candidates
}

/// The accounts, of `identity` if there is one, at the target registry; at every registry, where several have accounts
/// and none is named. Never empty.
pub(super) fn candidates<'a>(
    named: Option<&str>,
    identity: Option<&Identity>,
    app: &App,
    registries: &'a Registries,
) -> Result<Vec<Candidate<'a>>, Error> {
    let target = app.named_registry(named, registries)?;
    let is_at_target = |candidate: &Candidate<'_>| *candidate.registry == target;
    let mut candidates = all(registries);
    let is_ambiguous = named.or(app.environment.registry()).is_none() && !candidates.iter().all(is_at_target);
    // Without a terminal there is no prompt: the default registry is the target if it is one of them.
    let takes_default = identity.is_none() && !is_interactive() && candidates.iter().any(is_at_target);
    if !is_ambiguous || takes_default {
        candidates.retain(is_at_target);
    }
    let Some(first) = candidates.first() else {
        environment_credential::refuse(&target, "use another account", app)?;
        return Err(registry_argument::not_logged_in(&target.host(), registries, app));
    };
    let Some(identity) = identity else {
        return Ok(candidates);
    };
    let place =
        if is_one_registry(&candidates) { format!("to {}", first.registry.host()) } else { "anywhere".to_owned() };
    let known = listed(names(&candidates));
    let handles: Vec<Handle> = candidates.iter().map(|candidate| candidate.account.handle.clone()).collect();
    candidates.retain(|candidate| candidate.account.is(identity));
    if candidates.is_empty() {
        let error = Error::new(format_args!("{identity} is not logged in {place} (logged in: {known})"));
        return Err(did_you_mean(error, &identity.to_string(), &handles));
    }
    Ok(candidates)
}

/// The only one, or the one that the user selects. Without a terminal the hint is `command`, with its REGISTRY filled in
/// where that is known.
pub(super) fn pick<'a>(candidates: &[Candidate<'a>], question: &str, command: &str) -> Result<Candidate<'a>, Error> {
    let names = names(candidates);
    match candidates {
        [only] => Ok(*only),
        [first, ..] if !is_interactive() => {
            let (mut place, mut command) = (String::new(), command.to_owned());
            if is_one_registry(candidates) {
                place = format!(" for {}", first.registry.host());
                command = command.replace("REGISTRY", &shell_word(&first.registry.host()));
            }
            let error = Error::usage(format_args!("several accounts{place}: {}", listed(names)));
            Err(error.hint(format_args!("name one: {command}")))
        }
        _ => {
            let mut items = names;
            for (item, candidate) in items.iter_mut().zip(candidates) {
                if candidate.is_active {
                    item.push_str(" (active)");
                }
            }
            let active = candidates.iter().position(|candidate| candidate.is_active);
            Ok(candidates[select(question, &items, active.unwrap_or_default())?])
        }
    }
}

pub(super) fn is_one_registry(candidates: &[Candidate<'_>]) -> bool {
    candidates.iter().all(|candidate| candidate.registry == candidates[0].registry)
}

/// The handles, with their registries where there are several.
fn names(candidates: &[Candidate<'_>]) -> Vec<String> {
    let is_one_registry = is_one_registry(candidates);
    let name = |Candidate { registry, account, .. }: &Candidate<'_>| {
        let handle = &account.handle;
        if is_one_registry { handle.to_string() } else { format!("{handle} at {}", registry.host()) }
    };
    candidates.iter().map(name).collect()
}

/// The identity that an argument names, of an account that is logged in. `flag` is what it was given with, empty for a word
/// by itself.
pub(super) fn identity(flag: &str, text: &str, registries: &Registries, app: &App) -> Result<Identity, Error> {
    let known = |handles: &[Handle]| {
        (!handles.is_empty()).then(|| format!("logged in: {}", listed(handles.iter().map(Handle::as_str))))
    };
    text.parse().map_err(|error| no_account(Error::invalid(flag, text, error), text, error, registries, app, known))
}

/// The same of an account that may be new.
pub(super) fn new_identity(flag: &str, text: &str, registries: &Registries, app: &App) -> Result<Identity, Error> {
    text.parse().map_err(|error| no_account(Error::invalid(flag, text, error), text, error, registries, app, |_| None))
}

/// The usage error of a text that names no account: with the one that was probably meant, else with what `known` says of
/// those that are logged in, or with where a handle is found.
fn no_account(
    error: Error,
    text: &str,
    reason: InvalidIdentity,
    registries: &Registries,
    app: &App,
    known: impl FnOnce(&[Handle]) -> Option<String>,
) -> Error {
    let error = Error { kind: Kind::Usage, ..error };
    if reason != InvalidIdentity::Handle {
        return error;
    }
    let all = app.handles(registries);
    if all.iter().any(|(registry, _)| registry.is_at(text)) {
        return error.hint(format_args!("did you mean --registry {}?", shell_word(text)));
    }
    let mut handles: Vec<Handle> = all.into_iter().map(|(_, handle)| handle).collect();
    let error = did_you_mean(error, text, &handles);
    if error.hint.is_some() {
        return error;
    }
    handles.sort();
    handles.dedup();
    match (known(&handles), likely_handle(text)) {
        (Some(hint), _) => error.hint(format_args!("{hint}")),
        (None, Some(handle)) => error.hint(format_args!("did you mean {handle}?")),
        (None, None) => error.hint("your profile on Bluesky shows your handle"),
    }
}

/// The one that most people of this name would have.
pub(super) fn likely_handle(name: &str) -> Option<Handle> {
    if name.contains('.') { None } else { format!("{name}.bsky.social").parse().ok() }
}
