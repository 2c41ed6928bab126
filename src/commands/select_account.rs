//! Which account a command means.

use crate::app::App;
use crate::domain::{Account, Identity, Registries, RegistryUrl};
use crate::error::Error;
use crate::terminal::{is_interactive, select};
use crate::text::sanitize;

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

/// The accounts that `identity`, or anybody, has at the registry that is meant; at every registry, where several are
/// known and none is named. Never empty.
pub(super) fn candidates<'a>(
    named: Option<&str>,
    identity: Option<&Identity>,
    app: &App,
    registries: &'a Registries,
) -> Result<Vec<Candidate<'a>>, Error> {
    let meant = app.named_registry(named, registries)?;
    let is_at_meant = |candidate: &Candidate<'_>| *candidate.registry == meant;
    let mut candidates = all(registries);
    let is_ambiguous = named.or(app.environment.registry()).is_none() && !candidates.iter().all(is_at_meant);
    // Without a terminal the default registry is meant if it is one of them.
    let takes_default = identity.is_none() && !is_interactive() && candidates.iter().any(is_at_meant);
    if !is_ambiguous || takes_default {
        candidates.retain(is_at_meant);
    }
    let Some(first) = candidates.first() else {
        return Err(Error::not_logged_in(&meant.host()));
    };
    let Some(identity) = identity else {
        return Ok(candidates);
    };
    let error = not_among(identity, &candidates, first);
    candidates.retain(|candidate| candidate.account.is(identity));
    if candidates.is_empty() { Err(error) } else { Ok(candidates) }
}

fn not_among(identity: &Identity, candidates: &[Candidate<'_>], first: &Candidate<'_>) -> Error {
    let place =
        if is_one_registry(candidates) { format!("to {}", first.registry.host()) } else { "anywhere".to_owned() };
    Error::new(format_args!("{identity} is not logged in {place} (logged in: {})", names(candidates)))
}

/// The only one, or the one that the person picks. Without a terminal the hint names the flags: `command`, given a
/// registry.
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
            Err(Error::usage(format_args!("several accounts{place}: {}", names(candidates)))
                .hint(format_args!("name one: docker-credential-atcr {}", command(&host))))
        }
        _ => {
            let mut items = Vec::new();
            for one in candidates {
                let mark = if one.is_active { " (active)" } else { "" };
                items.push(format!("{}{mark}", name(one, candidates)));
            }
            Ok(candidates[select(question, &items)?])
        }
    }
}

fn is_one_registry(candidates: &[Candidate<'_>]) -> bool {
    candidates.iter().all(|candidate| candidate.registry == candidates[0].registry)
}

/// With its registry where there are several.
fn name(candidate: &Candidate<'_>, among: &[Candidate<'_>]) -> String {
    let handle = &candidate.account.handle;
    if is_one_registry(among) { handle.to_string() } else { format!("{handle} at {}", candidate.registry.host()) }
}

fn names(candidates: &[Candidate<'_>]) -> String {
    let names: Vec<String> = candidates.iter().map(|candidate| name(candidate, candidates)).collect();
    names.join(", ")
}

/// The identity that an argument names.
pub(super) fn identity(text: &str) -> Result<Identity, Error> {
    text.parse().map_err(|error| Error::usage(format_args!("{:?} is {error}", sanitize(text))))
}
