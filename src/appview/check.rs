//! Whether a registry accepts a credential.

use std::time::{Duration, Instant};

use anyhow::Result;
use reqwest::Client;

use super::http::{Answer, Clients, all_at_once, block_on, in_words, send, within};
use super::{AppView, CHECK_LIMIT};
use crate::app::{App, Resolved};
use crate::domain::{Credential, Reason, RegistryUrl};
use crate::error::{Error, Hint};
use crate::platform::browser::allowed_url;
use crate::storage::check_lock::CheckLock;

/// What the AppView says of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    /// It is good.
    Accepted,
    /// The device secret is good, but the AppView's session with the account's PDS must be renewed in a browser.
    SessionExpired {
        /// Where that is done, if the AppView gave a URL that may be shown.
        login_url: Option<String>,
    },
    /// It was revoked, or never was valid.
    Rejected,
    /// Not known, and why: Docker will find out.
    Unknown(String),
}

impl CheckOutcome {
    /// What a person does about it, where there is something: the environment's own account can't be logged in again.
    #[must_use]
    pub fn remedy(&self, host: &str, is_from_environment: bool) -> Option<Hint> {
        match self {
            Self::Accepted | Self::Unknown(_) => None,
            Self::SessionExpired { login_url: Some(url) } => {
                Some(Hint::text(format_args!("renew it in a browser: {url}")))
            }
            Self::SessionExpired { login_url: None } => {
                Some(Hint::run(format_args!("docker-credential-atcr login {host}")))
            }
            Self::Rejected if is_from_environment => {
                Some("check ATCR_HANDLE and the secret that is set beside it".into())
            }
            Self::Rejected => Some(Hint::run(format_args!("docker-credential-atcr login {host}"))),
        }
    }

    /// Why the account's credential is not handed out, if that is what the verdict means.
    #[must_use]
    pub fn refusal(&self, resolved: &Resolved) -> Option<Error> {
        let (handle, host) = (&resolved.account.handle, resolved.registry.host());
        let failure = match self {
            Self::Accepted | Self::Unknown(_) => return None,
            Self::SessionExpired { .. } => Error::new(format_args!("the login of {handle} at {host} has expired")),
            Self::Rejected => Error::new(format_args!("{host} rejected the credential of {handle}")),
        };
        Some(match self.remedy(&host, resolved.why == Reason::Environment) {
            Some(remedy) => failure.hint(remedy),
            None => failure,
        })
    }
}

impl AppView {
    /// Asks the AppView whether it accepts the user's secret, for at most `limit`.
    #[must_use]
    pub fn check(&self, user: &Credential, limit: Duration) -> CheckOutcome {
        let answer = block_on(within(limit, async { self.ask(&self.client()?, user).await }));
        self.conclude(answer)
    }

    fn conclude(&self, answer: Result<Answer>) -> CheckOutcome {
        answer.map_or_else(|error| CheckOutcome::Unknown(in_words(&error)), |answer| judge(&answer, &self.base))
    }

    /// The call that Docker makes itself, without a scope.
    async fn ask(&self, client: &Client, user: &Credential) -> Result<Answer> {
        let request = client.get(self.address("/auth/token"));
        let request = request.query(&[("service", self.base.host())]);
        send(request.basic_auth(user.handle.as_str(), Some(user.secret.expose()))).await
    }
}

/// Asks about many users at the same time, each for at most `limit`. The verdicts are in the order of the questions.
#[must_use]
pub fn check_all(questions: Vec<(AppView, Credential)>, limit: Duration) -> Vec<CheckOutcome> {
    let mut clients = Clients::default();
    let asked = questions.into_iter().map(|(appview, user)| {
        let client = clients.of(&appview);
        async move {
            let answer = match client {
                Ok(client) => within(limit, appview.ask(&client, &user)).await,
                Err(error) => Err(error),
            };
            appview.conclude(answer)
        }
    });
    let asked: Vec<_> = asked.collect();
    let unanswered = || CheckOutcome::Unknown("it could not be asked".to_owned());
    all_at_once(asked).into_iter().map(|verdict| verdict.unwrap_or_else(unanswered)).collect()
}

/// The table of answers. An error object may come with status 200, and then it is no acceptance.
fn judge(answer: &Answer, base: &RegistryUrl) -> CheckOutcome {
    let is_expired = answer.text("error") == Some("oauth_session_expired");
    match answer.status {
        200 | 401 if is_expired => {
            CheckOutcome::SessionExpired { login_url: answer.text("login_url").and_then(|url| allowed_url(url, base)) }
        }
        401 | 403 => CheckOutcome::Rejected,
        200 if answer.text("error").is_none()
            && answer.text("token").or_else(|| answer.text("access_token")).is_some() =>
        {
            CheckOutcome::Accepted
        }
        status => CheckOutcome::Unknown(format!("it answered with status {status} and no token")),
    }
}

/// Whether the registry accepts the user, by a fresh stamp or by asking, within [`CHECK_LIMIT`]. Of many processes
/// at once one asks, and those that wait for it take what it hears.
#[must_use]
pub fn verify(app: &App, registry: &RegistryUrl, user: &Credential) -> CheckOutcome {
    let started = Instant::now();
    let stamp = app.stamps().of(registry, user);
    let is_fresh = || stamp.as_ref().is_some_and(|stamp| stamp.is_fresh(app.now()));
    if is_fresh() {
        app.debug(|| format!("{registry} accepted this credential in the last minutes, not asking again"));
        return CheckOutcome::Accepted;
    }
    let mut turn = stamp.as_ref().and_then(|stamp| stamp.lock_check(CHECK_LIMIT));
    let heard = |turn: &mut CheckLock| from_word(&turn.received()?, registry);
    let heard = if is_fresh() { Some(CheckOutcome::Accepted) } else { turn.as_mut().and_then(heard) };
    if let Some(verdict) = heard {
        app.debug(|| format!("another process has just asked {registry} of the credential: {verdict:?}"));
        return verdict;
    }
    let left = CHECK_LIMIT.saturating_sub(started.elapsed());
    if left.is_zero() {
        return CheckOutcome::Unknown("other processes have been asking it all the time".to_owned());
    }
    let verdict = app.appview(registry).check(user, left);
    app.debug(|| format!("{registry} says of the credential: {verdict:?}"));
    match (&verdict, stamp, turn) {
        (CheckOutcome::Accepted, Some(stamp), _) => stamp.record(app.now()),
        (_, _, Some(mut turn)) => turn.publish(&word(&verdict), app.now()),
        _ => {}
    }
    verdict
}

/// A verdict as one process leaves it for others: no secret, and nothing of the server's but a URL in its normal form.
fn word(verdict: &CheckOutcome) -> String {
    match verdict {
        CheckOutcome::Accepted => "accepted".to_owned(),
        CheckOutcome::Rejected => "rejected".to_owned(),
        CheckOutcome::SessionExpired { login_url } => format!("expired {}", login_url.as_deref().unwrap_or_default()),
        CheckOutcome::Unknown(_) => "unknown".to_owned(),
    }
}

/// The verdict that was left. An acceptance is in the stamp, and nowhere else.
fn from_word(word: &str, base: &RegistryUrl) -> Option<CheckOutcome> {
    match word.split_once(' ').unwrap_or((word, "")) {
        ("rejected", "") => Some(CheckOutcome::Rejected),
        ("expired", url) => Some(CheckOutcome::SessionExpired { login_url: allowed_url(url, base) }),
        ("unknown", "") => Some(CheckOutcome::Unknown("another process has just asked in vain".to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_verdict_is_left_for_others_without_what_the_server_said() {
        let base = "https://atcr.io".parse().unwrap();
        let unknown = |reason: &str| CheckOutcome::Unknown(reason.to_owned());
        let expired = |url: Option<&str>| CheckOutcome::SessionExpired { login_url: url.map(str::to_owned) };
        for (verdict, left, taken) in [
            (CheckOutcome::Rejected, "rejected", Some(CheckOutcome::Rejected)),
            (expired(None), "expired ", Some(expired(None))),
            (
                expired(Some("https://atcr.io/login")),
                "expired https://atcr.io/login",
                Some(expired(Some("https://atcr.io/login"))),
            ),
            (
                unknown("the server's \u{1b}[31m words"),
                "unknown",
                Some(unknown("another process has just asked in vain")),
            ),
            (CheckOutcome::Accepted, "accepted", None),
        ] {
            assert_eq!(word(&verdict), left);
            assert_eq!(from_word(left, &base), taken, "{left}");
        }
        assert_eq!(from_word("expired javascript:alert(1)", &base), Some(expired(None)));
        for nonsense in ["", "rejected by me", "Rejected", "gone"] {
            assert_eq!(from_word(nonsense, &base), None, "{nonsense}");
        }
    }

    #[test]
    fn every_answer_has_its_verdict() {
        let unknown = |status| CheckOutcome::Unknown(format!("it answered with status {status} and no token"));
        let expired = |url: Option<&str>| CheckOutcome::SessionExpired { login_url: url.map(str::to_owned) };
        let session = |url: &str| json!({"error": "oauth_session_expired", "login_url": url});
        for (status, body, expected) in [
            (200, json!({"token": "t"}), CheckOutcome::Accepted),
            (200, json!({"access_token": "t", "expires_in": 300.0}), CheckOutcome::Accepted),
            (200, session("https://atcr.io/login"), expired(Some("https://atcr.io/login"))),
            (200, json!({"error": "server_error", "token": "t"}), unknown(200)),
            (200, json!({}), unknown(200)),
            (200, Value::Null, unknown(200)),
            (401, session("https://atcr.io/login"), expired(Some("https://atcr.io/login"))),
            (401, session("javascript:alert(1)"), expired(None)),
            (401, session("http://atcr.io/login"), expired(None)),
            (401, json!({"error": "oauth_session_expired"}), expired(None)),
            (401, json!({"error": "invalid_credentials"}), CheckOutcome::Rejected),
            (401, Value::Null, CheckOutcome::Rejected),
            (403, session("https://atcr.io/login"), CheckOutcome::Rejected),
            (403, Value::Null, CheckOutcome::Rejected),
            (302, Value::Null, unknown(302)),
            (404, Value::Null, unknown(404)),
            (429, Value::Null, unknown(429)),
            (500, json!({"token": "t"}), unknown(500)),
        ] {
            let answer = Answer { status, body };
            assert_eq!(judge(&answer, &"https://atcr.io".parse().unwrap()), expected, "{answer:?}");
        }
    }
}
