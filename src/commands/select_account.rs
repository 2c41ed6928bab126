//! The accounts that a command could mean, and which one it does.

use crate::app::App;
use crate::domain::{Account, Accounts, Identity, Registries, RegistryUrl};
use crate::error::Error;
use crate::terminal::{is_interactive, select};

/// One account at one registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate<'a> {
    pub(super) registry: &'a RegistryUrl,
    pub(super) account: &'a Account,
    pub(super) is_active: bool,
}

impl Candidate<'_> {
    /// What names the account wherever it is looked up again.
    pub(super) fn identity(&self) -> Identity {
        Identity::Handle(self.account.handle.clone())
    }
}

/// Every account there is.
pub(super) fn all<'a>(registries: &'a Registries) -> Vec<Candidate<'a>> {
    let of_one = |(registry, accounts): (_, &'a Accounts)| {
        let active = accounts.active();
        accounts.iter().map(move |account| Candidate { registry, account, is_active: active == Some(account) })
    };
    registries.iter().flat_map(of_one).collect()
}

/// The accounts that `identity`, or anybody, has at the registry that is meant; at every registry, where several are
/// known and none is named. Never empty.
///
/// # Errors
/// When there are none, or `named` is no registry.
pub(super) fn candidates<'a>(
    named: Option<&str>,
    identity: Option<&Identity>,
    app: &App,
    registries: &'a Registries,
) -> Result<Vec<Candidate<'a>>, Error> {
    let meant = app.registry_among(&app.server(named, registries)?, registries)?;
    let is_at_meant = |candidate: &Candidate<'_>| *candidate.registry == meant;
    let mut candidates = all(registries);
    let is_open = named.or(app.environment.registry()).is_none() && !candidates.iter().all(is_at_meant);
    // Where nobody can be asked, the default registry is meant if it is one of them.
    let takes_default = identity.is_none() && !is_interactive() && candidates.iter().any(is_at_meant);
    if !is_open || takes_default {
        candidates.retain(is_at_meant);
    }
    let Some(first) = candidates.first() else {
        return Err(Error::not_logged_in(&meant.host()));
    };
    let Some(identity) = identity else {
        return Ok(candidates);
    };
    let nobody = unknown(identity, &candidates, first);
    candidates.retain(|candidate| candidate.account.is(identity));
    if candidates.is_empty() { Err(nobody) } else { Ok(candidates) }
}

/// Nobody of this name is logged in, but others are.
fn unknown(identity: &Identity, candidates: &[Candidate<'_>], first: &Candidate<'_>) -> Error {
    let place =
        if is_one_registry(candidates) { format!("to {}", first.registry.host()) } else { "anywhere".to_owned() };
    Error::new(format_args!("{identity} is not logged in {place} (logged in: {})", in_words(candidates)))
}

/// The one that is meant: the only one, or the one that the person picks.
///
/// # Errors
/// When the person cancels, or nobody can be asked: then `command` is what names one, given a registry.
pub(super) fn pick<'a>(
    candidates: &[Candidate<'a>],
    question: &str,
    command: impl FnOnce(&str) -> String,
) -> Result<Candidate<'a>, Error> {
    match candidates {
        [only] => Ok(*only),
        [first, ..] if !is_interactive() => {
            let (place, host) = if is_one_registry(candidates) {
                (format!(" for {}", first.registry.host()), first.registry.host())
            } else {
                (String::new(), "REGISTRY".to_owned())
            };
            Err(Error::usage(format_args!("several accounts{place}: {}", in_words(candidates)))
                .hint(format_args!("name one: docker-credential-atcr {}", command(&host))))
        }
        _ => {
            let mark = |one: &Candidate<'_>| if one.is_active { " (active)" } else { "" };
            let items: Vec<String> =
                candidates.iter().map(|one| format!("{}{}", name(one, candidates), mark(one))).collect();
            Ok(candidates[select(question, &items)?])
        }
    }
}

fn is_one_registry(candidates: &[Candidate<'_>]) -> bool {
    candidates.iter().all(|candidate| candidate.registry == candidates[0].registry)
}

/// An account's name, with its registry where that is not plain from the others.
fn name(candidate: &Candidate<'_>, among: &[Candidate<'_>]) -> String {
    let handle = &candidate.account.handle;
    if is_one_registry(among) { handle.to_string() } else { format!("{handle} at {}", candidate.registry.host()) }
}

fn in_words(candidates: &[Candidate<'_>]) -> String {
    let names: Vec<String> = candidates.iter().map(|candidate| name(candidate, candidates)).collect();
    names.join(", ")
}
