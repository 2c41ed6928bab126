//! Whether a credential is valid: by the cache, by the check of another process, or by one of our own.

use std::time::{Duration, Instant, SystemTime};

use super::{App, AskingClient, Resolved};
use crate::appview::{CHECK_LIMIT, CheckOutcome, Failure, Peer, untrusted_elsewhere};
use crate::domain::{Credential, Handle, Reason, RegistryUrl};
use crate::error::{Error, Hint, Kind};
use crate::platform::privileges;
use crate::platform::web_page::own_url;
use crate::storage::check_lock::CheckLock;
use crate::storage::validation_cache::Validation;
use crate::text::shell_word;

/// For a check that only explains what has happened already.
const QUICK_LIMIT: Duration = Duration::from_secs(2);

impl App {
    /// Fails if the registry rejects the credential. An unreachable registry is no error: Docker may still reach it,
    /// and shows its answer.
    pub(crate) fn verify(
        &self,
        resolved: &Resolved,
        credential: &Credential,
        client: Option<&AskingClient>,
    ) -> Result<CheckOutcome, Error> {
        // What is remembered says nothing about who has the port now.
        let needs_tls = self.is_cleartext_to_docker(&resolved.registry);
        let outcome = if needs_tls {
            let outcome = self.check(&resolved.registry, credential, client, CHECK_LIMIT);
            self.record(&resolved.registry, credential, &outcome);
            outcome
        } else {
            self.check_once(&resolved.registry, credential, client)
        };
        let handle = &resolved.account.handle;
        match refusal(&outcome, resolved).or_else(|| self.unproven(&resolved.registry, handle, &outcome)) {
            Some(error) => Err(error),
            None => Ok(outcome),
        }
    }

    /// The error for a registry over TLS that nothing proved to be there, where Docker itself verifies no certificate and tries
    /// http too.
    pub(super) fn unproven(&self, registry: &RegistryUrl, handle: &Handle, outcome: &CheckOutcome) -> Option<Error> {
        let CheckOutcome::Unknown(failure) = outcome else { return None };
        if !may_be_another(failure.peer, registry) || !self.is_cleartext_to_docker(registry) {
            return None;
        }
        let reason =
            format!("Docker would send it to {} without TLS, too, and the check over TLS failed", registry.host());
        let error = Error::new(format_args!("the secret of {handle} is not handed out: {reason}: {failure}"));
        Some(Error { kind: Kind::NoUsableAccount, hint: failure.hint.clone(), ..error })
    }

    /// Takes at most [`CHECK_LIMIT`]. Concurrent processes share one check.
    fn check_once(
        &self,
        registry: &RegistryUrl,
        credential: &Credential,
        client: Option<&AskingClient>,
    ) -> CheckOutcome {
        let started = Instant::now();
        let Some(validation) = self.validation_cache().of(registry, credential) else {
            return self.check(registry, credential, client, CHECK_LIMIT);
        };
        if validation.is_fresh(self.now()) {
            self.debug(|| format!("{registry}: valid by the cache, not checked again"));
            return CheckOutcome::Valid;
        }
        if self.environment.debug
            && let Some(problem) = self.validation_cache().problem()
        {
            self.debug(|| problem.line());
        }
        let mut lock = validation.lock_check(CHECK_LIMIT);
        if let Some(outcome) = self.received(registry, &validation, lock.as_mut()) {
            self.debug(|| format!("{registry}: another process has just checked: {outcome:?}"));
            return outcome;
        }
        let left = CHECK_LIMIT.saturating_sub(started.elapsed());
        if left.is_zero() {
            return CheckOutcome::Unknown(Failure::new("timed out waiting for another check"));
        }
        let outcome = self.check(registry, credential, client, left);
        match (&outcome, lock) {
            (CheckOutcome::Valid, _) => validation.record(self.now()),
            (_, Some(mut lock)) => lock.publish(&to_message(&outcome), self.now()),
            (_, None) => {}
        }
        outcome
    }

    /// Gives up what is not needed any more, before what others send is read. A file of an older format is still to be
    /// rewritten, and may be a link.
    fn check(
        &self,
        registry: &RegistryUrl,
        credential: &Credential,
        client: Option<&AskingClient>,
        limit: Duration,
    ) -> CheckOutcome {
        if let Some(client) = client {
            // A refusal of theirs depends on whose images the client means.
            client.find_readers(registry);
        }
        if !self.accounts.is_outdated() {
            privileges::give_up_all_but(self.accounts.folder());
        }
        let outcome = self.appview(registry).check(credential, limit);
        self.debug(|| format!("{registry}: checked: {outcome:?}"));
        outcome
    }

    /// Remembers what a check found, for `get` and for who asks without the network. A login that was approved counts.
    pub(crate) fn record(&self, registry: &RegistryUrl, credential: &Credential, outcome: &CheckOutcome) {
        if matches!(outcome, CheckOutcome::Unknown(_)) {
            return;
        }
        let Some(validation) = self.validation_cache().of(registry, credential) else { return };
        // Makes the folder too. Another process that holds the lock will find the same.
        let lock = validation.lock_check(Duration::ZERO);
        match outcome {
            CheckOutcome::Valid => validation.record(self.now()),
            refused => {
                if !matches!(refused, CheckOutcome::Untrusted(_)) {
                    validation.forget();
                }
                if let Some(mut lock) = lock {
                    lock.publish(&to_message(refused), self.now());
                }
            }
        }
    }

    /// What the last check found, and when.
    pub(crate) fn last_outcome(
        &self,
        registry: &RegistryUrl,
        credential: &Credential,
    ) -> Option<(CheckOutcome, SystemTime)> {
        let validation = self.validation_cache().of(registry, credential)?;
        let validated = validation.validated_at();
        let refused = validation.last_message().and_then(|(message, published)| {
            // No answer is no knowledge.
            let outcome = from_message(&message, registry)?;
            (!matches!(outcome, CheckOutcome::Unknown(_))).then_some((outcome, published))
        });
        match (validated, refused) {
            (Some(validated), Some((_, published))) if validated >= published => Some((CheckOutcome::Valid, validated)),
            (_, Some(refused)) => Some(refused),
            (validated, None) => Some((CheckOutcome::Valid, validated?)),
        }
    }

    /// Why a client was not handed this credential, if the last check is the reason.
    pub(crate) fn known_refusal(&self, resolved: &Resolved, credential: &Credential) -> Option<(CheckOutcome, Error)> {
        let (outcome, _) = self.last_outcome(&resolved.registry, credential)?;
        refusal(&outcome, resolved).map(|error| (outcome, error))
    }

    /// Why the registry refuses this credential now, whatever the last check found.
    pub(crate) fn refusal_now(&self, resolved: &Resolved, credential: &Credential) -> Option<(CheckOutcome, Error)> {
        let outcome = self.check(&resolved.registry, credential, None, QUICK_LIMIT);
        refusal(&outcome, resolved).map(|error| (outcome, error))
    }

    /// What another process found out while this one waited.
    fn received(
        &self,
        registry: &RegistryUrl,
        validation: &Validation,
        lock: Option<&mut CheckLock>,
    ) -> Option<CheckOutcome> {
        if validation.is_fresh(self.now()) {
            return Some(CheckOutcome::Valid);
        }
        from_message(&lock?.received()?, registry)
    }
}

/// The error for a credential that is not good. `None`: it is, or that is not known.
pub(super) fn refusal(outcome: &CheckOutcome, resolved: &Resolved) -> Option<Error> {
    let (handle, host) = (&resolved.account.handle, resolved.registry.host());
    let error = match outcome {
        CheckOutcome::Valid | CheckOutcome::Unknown(_) => return None,
        CheckOutcome::Expired { .. } => Error::new(format_args!("the login of {handle} at {host} has expired")),
        CheckOutcome::Rejected => Error::new(format_args!("{host} rejected the credential of {handle}")),
        CheckOutcome::Untrusted(failure) => {
            Error::new(format_args!("the secret of {handle} is not for {host}: {failure}"))
        }
    };
    let hint = remedy(outcome, &host, handle.as_str(), resolved.reason == Reason::Environment);
    Some(Error { kind: Kind::NoUsableAccount, hint, ..error })
}

/// Whether Docker, where it insists on no TLS, would send the secret to somebody who is not the registry. On a loopback port
/// that nobody has, there is no one.
fn may_be_another(peer: Peer, registry: &RegistryUrl) -> bool {
    match peer {
        Peer::Registry => false,
        // Without a port, Docker goes on to port 80.
        Peer::Nobody => !registry.is_loopback() || !registry.has_port(),
        Peer::Unknown | Peer::Untrusted => true,
    }
}

/// What the user can do about it. A login does not replace the environment's account, and only one of the same account helps.
pub(super) fn remedy(outcome: &CheckOutcome, host: &str, handle: &str, is_from_environment: bool) -> Option<Hint> {
    match outcome {
        CheckOutcome::Valid => None,
        CheckOutcome::Unknown(failure) | CheckOutcome::Untrusted(failure) => failure.hint.clone(),
        CheckOutcome::Expired { login_url: Some(url) } => {
            Some(Hint::text(format_args!("renew it in a browser: {url}")))
        }
        CheckOutcome::Rejected if is_from_environment => Some("check ATCR_HANDLE and the secret set with it".into()),
        CheckOutcome::Expired { login_url: None } | CheckOutcome::Rejected => {
            let host = shell_word(host);
            Some(Hint::run(format_args!("docker-credential-atcr login {host} --account {handle}")))
        }
    }
}

/// For the processes that wait. It holds no secret, and no text of the server but a URL in its normal form.
fn to_message(outcome: &CheckOutcome) -> String {
    match outcome {
        CheckOutcome::Valid => "valid".to_owned(),
        CheckOutcome::Rejected => "rejected".to_owned(),
        CheckOutcome::Expired { login_url } => format!("expired {}", login_url.as_deref().unwrap_or_default()),
        CheckOutcome::Untrusted(_) => "untrusted".to_owned(),
        CheckOutcome::Unknown(_) => "unknown".to_owned(),
    }
}

/// Never valid: that is only in the validation cache.
fn from_message(message: &str, registry: &RegistryUrl) -> Option<CheckOutcome> {
    match message.split_once(' ').unwrap_or((message, "")) {
        ("rejected", "") => Some(CheckOutcome::Rejected),
        ("expired", url) => Some(CheckOutcome::Expired { login_url: own_url(url, registry) }),
        ("untrusted", "") => Some(CheckOutcome::Untrusted(untrusted_elsewhere())),
        ("unknown", "") => Some(CheckOutcome::Unknown(Failure::new("another process could not reach it"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_holds_nothing_that_the_server_said() {
        let base = "https://atcr.io".parse().unwrap();
        let unknown = |reason: &str| CheckOutcome::Unknown(Failure::new(reason));
        let expired = |url: Option<&str>| CheckOutcome::Expired { login_url: url.map(str::to_owned) };
        for (outcome, message, received) in [
            (CheckOutcome::Rejected, "rejected", Some(CheckOutcome::Rejected)),
            (expired(None), "expired ", Some(expired(None))),
            (
                expired(Some("https://atcr.io/login")),
                "expired https://atcr.io/login",
                Some(expired(Some("https://atcr.io/login"))),
            ),
            (unknown("the server's \u{1b}[31m words"), "unknown", Some(unknown("another process could not reach it"))),
            (CheckOutcome::Valid, "valid", None),
        ] {
            assert_eq!(to_message(&outcome), message);
            assert_eq!(from_message(message, &base), received, "{message}");
        }
        for url in ["javascript:alert(1)", "https://evil.example/login", "https://atcr.io@evil.example/"] {
            assert_eq!(from_message(&format!("expired {url}"), &base), Some(expired(None)), "{url}");
        }
        for nonsense in ["", "rejected by me", "Rejected", "gone"] {
            assert_eq!(from_message(nonsense, &base), None, "{nonsense}");
        }
    }
}
