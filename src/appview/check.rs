//! Whether a registry accepts a credential.

use std::time::{Duration, Instant};

use anyhow::Result;
use reqwest::Client;

use super::http::{Answer, Clients, all_at_once, block_on, in_words, send, within};
use super::{AppView, CHECK_LIMIT};
use crate::app::{App, Resolved};
use crate::browse::browsable;
use crate::domain::{Account, RegistryUrl};

/// What the AppView says of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
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

impl Verdict {
    /// What a person does about it, where there is something: the environment's own account can't be logged in again.
    #[must_use]
    pub fn remedy(&self, host: &str, is_from_environment: bool) -> Option<String> {
        match self {
            Self::Accepted | Self::Unknown(_) => None,
            Self::SessionExpired { login_url: Some(url) } => Some(format!("renew it in a browser: {url}")),
            Self::SessionExpired { login_url: None } => Some(format!("run: docker-credential-atcr login {host}")),
            Self::Rejected if is_from_environment => {
                Some("check ATCR_HANDLE and the secret that is set beside it".to_owned())
            }
            Self::Rejected => Some(format!("log in again: docker-credential-atcr login {host}")),
        }
    }
}

impl AppView {
    /// Asks the AppView whether it accepts the account's secret, for at most `limit`.
    #[must_use]
    pub fn check(&self, account: &Account, limit: Duration) -> Verdict {
        let answer = block_on(within(limit, async { self.ask(&self.client()?, account).await }));
        self.conclude(answer)
    }

    fn conclude(&self, answer: Result<Answer>) -> Verdict {
        answer.map_or_else(|error| Verdict::Unknown(in_words(&error)), |answer| judge(&answer, &self.base))
    }

    /// The call that Docker makes itself, without a scope.
    async fn ask(&self, client: &Client, account: &Account) -> Result<Answer> {
        let request = client.get(self.address("/auth/token"));
        let request = request.query(&[("service", self.base.host())]);
        send(request.basic_auth(account.handle.as_str(), Some(account.secret.expose()))).await
    }
}

/// Asks about many accounts at the same time, each for at most `limit`. The verdicts are in the order of the questions.
#[must_use]
pub fn check_all(questions: Vec<(AppView, Account)>, limit: Duration) -> Vec<Verdict> {
    let mut clients = Clients::default();
    let asked = questions.into_iter().map(|(appview, account)| {
        let client = clients.of(&appview);
        async move {
            let answer = match client {
                Ok(client) => within(limit, appview.ask(&client, &account)).await,
                Err(error) => Err(error),
            };
            appview.conclude(answer)
        }
    });
    let asked: Vec<_> = asked.collect();
    let unanswered = || Verdict::Unknown("it could not be asked".to_owned());
    all_at_once(asked).into_iter().map(|verdict| verdict.unwrap_or_else(unanswered)).collect()
}

/// The table of answers. An error object may come with status 200, and then it is no acceptance.
fn judge(answer: &Answer, base: &RegistryUrl) -> Verdict {
    let is_expired = answer.text("error") == Some("oauth_session_expired");
    match answer.status {
        200 | 401 if is_expired => {
            Verdict::SessionExpired { login_url: answer.text("login_url").and_then(|url| browsable(url, base)) }
        }
        401 | 403 => Verdict::Rejected,
        200 if answer.text("error").is_none()
            && answer.text("token").or_else(|| answer.text("access_token")).is_some() =>
        {
            Verdict::Accepted
        }
        status => Verdict::Unknown(format!("it answered with status {status} and no token")),
    }
}

/// Whether the registry accepts the account, by a fresh stamp or by asking, within [`CHECK_LIMIT`]. Of many processes
/// at once one asks, and the others wait for what it hears.
#[must_use]
pub fn verify(app: &App, resolved: &Resolved) -> Verdict {
    let Resolved { registry, account, .. } = resolved;
    let started = Instant::now();
    let stamps = app.stamps();
    let stamp = stamps.of(registry, account);
    let is_fresh = || stamp.as_ref().is_some_and(|stamp| stamp.is_fresh(app.now()));
    if is_fresh() {
        app.debug(|| format!("{registry} accepted this credential in the last minutes, not asking again"));
        return Verdict::Accepted;
    }
    let _turn = stamp.as_ref().and_then(|stamp| stamp.wait_for_turn(CHECK_LIMIT));
    if is_fresh() {
        app.debug(|| format!("another process has just heard that {registry} accepts this credential"));
        return Verdict::Accepted;
    }
    let verdict = app.appview(registry).check(account, CHECK_LIMIT.saturating_sub(started.elapsed()));
    app.debug(|| format!("{registry} says of the credential: {verdict:?}"));
    if let (Verdict::Accepted, Some(stamp)) = (&verdict, &stamp) {
        stamp.accept(app.now());
    }
    verdict
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_answer_has_its_verdict() {
        let unknown = |status| Verdict::Unknown(format!("it answered with status {status} and no token"));
        let expired = |url: Option<&str>| Verdict::SessionExpired { login_url: url.map(str::to_owned) };
        let session = |url: &str| json!({"error": "oauth_session_expired", "login_url": url});
        for (status, body, expected) in [
            (200, json!({"token": "t"}), Verdict::Accepted),
            (200, json!({"access_token": "t", "expires_in": 300.0}), Verdict::Accepted),
            (200, session("https://atcr.io/login"), expired(Some("https://atcr.io/login"))),
            (200, json!({"error": "server_error", "token": "t"}), unknown(200)),
            (200, json!({}), unknown(200)),
            (200, Value::Null, unknown(200)),
            (401, session("https://atcr.io/login"), expired(Some("https://atcr.io/login"))),
            (401, session("javascript:alert(1)"), expired(None)),
            (401, session("http://atcr.io/login"), expired(None)),
            (401, json!({"error": "oauth_session_expired"}), expired(None)),
            (401, json!({"error": "invalid_credentials"}), Verdict::Rejected),
            (401, Value::Null, Verdict::Rejected),
            (403, session("https://atcr.io/login"), Verdict::Rejected),
            (403, Value::Null, Verdict::Rejected),
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
