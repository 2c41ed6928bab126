//! A registry token for one image, and what to make of a refusal.

use std::time::Instant;

use super::verify::refusal;
use super::{App, Resolved};
use crate::appview::{CHECK_LIMIT, CheckOutcome, RegistryToken, TokenAnswer};
use crate::domain::Credential;
use crate::error::Error;
use crate::terminal::waiting;
use crate::text::shell_word;

/// What a registry answers to who wants to use an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Permission {
    Token(RegistryToken),
    /// It refuses a token for these actions, although the credential is good.
    Denied,
}

impl Permission {
    /// For a token to pull, where one to push was denied: one that does not say what it allows certainly allows no more.
    pub(crate) fn without_push(self) -> Self {
        match self {
            Self::Token(RegistryToken { granted: None, token, expires }) => {
                Self::Token(RegistryToken { granted: Some(vec!["pull".to_owned()]), token, expires })
            }
            other => other,
        }
    }
}

impl App {
    /// Asks the registry for a token, with `pull` or `pull,push`. Fails if the credential is not good, or if there is no
    /// answer.
    pub(crate) fn registry_token(
        &self,
        resolved: &Resolved,
        credential: &Credential,
        repository: &str,
        actions: &str,
    ) -> Result<Permission, Error> {
        let started = Instant::now();
        let appview = self.appview(&resolved.registry);
        let asking = format!("Asking {} for a token", resolved.registry.host());
        let answer = waiting(&asking, || appview.token(credential, repository, actions, self.now(), CHECK_LIMIT));
        let outcome = match answer {
            TokenAnswer::Issued(token) => return Ok(Permission::Token(token)),
            TokenAnswer::Refused(outcome) => outcome,
        };
        self.debug(|| format!("{}: no token for {repository}: {outcome:?}", resolved.registry));
        // An AppView refuses with the same status who may not push there.
        let left = CHECK_LIMIT.saturating_sub(started.elapsed());
        let outcome = if outcome == CheckOutcome::Rejected { appview.check(credential, left) } else { outcome };
        if outcome == CheckOutcome::Valid {
            return Ok(Permission::Denied);
        }
        Err(refusal(&outcome, resolved).unwrap_or_else(|| no_token(&outcome, resolved)))
    }
}

fn no_token(outcome: &CheckOutcome, resolved: &Resolved) -> Error {
    let (registry, host) = (&resolved.registry, resolved.registry.host());
    let failure = if let CheckOutcome::Unknown(failure) = outcome { Some(failure) } else { None };
    let reason = failure.map_or("it gave no answer", |failure| &failure.reason);
    let error = Error::new(format_args!("no token from {host}: {reason}"));
    match failure.and_then(|failure| failure.hint.clone()) {
        Some(hint) => Error { hint: Some(hint), ..error },
        None => error.run(format_args!("curl -v {}", shell_word(&format!("{registry}/auth/token")))),
    }
}
