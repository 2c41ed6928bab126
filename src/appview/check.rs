//! Whether a credential is valid.

use std::time::Duration;

use anyhow::{Result, anyhow};
use reqwest::Client;

use super::AppView;
use super::connection::{Failure, Peer};
use super::http::{Answer, block_on, request_all, within};
use super::no_atcr::NoAtcr;
use crate::domain::{Credential, RegistryUrl};
use crate::platform::web_page::own_url;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    Valid,
    /// The device secret is good, but the AppView's session with the account's PDS must be renewed in a browser.
    Expired {
        /// Where to renew it, if the AppView sent a URL that may be opened.
        login_url: Option<String>,
    },
    /// Revoked, or never valid.
    Rejected,
    /// Its certificate is not valid, so that the secret is for nobody there, Docker included.
    Untrusted(Failure),
    /// There was no answer, or one that does not say.
    Unknown(Failure),
}

impl AppView {
    /// Takes at most `limit`.
    pub fn check(&self, credential: &Credential, limit: Duration) -> CheckOutcome {
        if let [first, others @ ..] = &self.at_each_address()[..]
            && !others.is_empty()
        {
            let none = || first.no_answer(&anyhow!("the check did not run"));
            return check_all(vec![(self.clone(), credential.clone())], limit).pop().unwrap_or_else(none);
        }
        let answer =
            block_on(within(limit, async { self.request_token(&self.client().await?, credential, None).await }));
        self.outcome(answer)
    }

    fn outcome(&self, answer: Result<Answer>) -> CheckOutcome {
        match answer {
            Ok(answer) => judge(&answer, &self.base),
            Err(error) => self.no_answer(&error),
        }
    }

    pub(super) fn no_answer(&self, error: &anyhow::Error) -> CheckOutcome {
        match self.failure(error) {
            failure if failure.peer == Peer::Untrusted => CheckOutcome::Untrusted(failure),
            failure => CheckOutcome::Unknown(failure),
        }
    }

    /// The call that Docker makes itself; the check has no scope. The service of an AppView is the host name of its base
    /// URL.
    pub(super) async fn request_token(
        &self,
        client: &Client,
        credential: &Credential,
        scope: Option<&str>,
    ) -> Result<Answer> {
        let request = client.get(self.address("/auth/token")).query(&[("service", self.base.host_name())]);
        let request = request.query(&scope.map(|scope| [("scope", scope)]));
        let secret = credential.secret.expose();
        let answer = self.send(request.basic_auth(credential.handle.as_str(), Some(secret))).await?;
        Ok(answer.without(&credential.into()))
    }
}

/// Checks many at the same time, each for at most `limit`. The outcomes are in the order of `questions`.
pub(crate) fn check_all(questions: Vec<(AppView, Credential)>, limit: Duration) -> Vec<CheckOutcome> {
    let mut addressed = Vec::new();
    let mut counts = Vec::new();
    for (appview, credential) in questions {
        let each = appview.at_each_address();
        counts.push(each.len());
        addressed.extend(each.into_iter().map(|appview| (appview, credential.clone())));
    }
    let appviews: Vec<AppView> = addressed.iter().map(|(appview, _)| appview.clone()).collect();
    let answers = request_all(addressed, limit, |appview, client, credential| async move {
        appview.request_token(&client, &credential, None).await
    });
    let mut outcomes = appviews.iter().zip(answers).map(|(appview, answer)| appview.outcome(answer));
    let of_one = |count| outcomes.by_ref().take(count).reduce(more_doubtful);
    counts.into_iter().filter_map(of_one).collect()
}

/// Of two addresses of one registry the one that says more against it.
fn more_doubtful(one: CheckOutcome, other: CheckOutcome) -> CheckOutcome {
    let doubt = |outcome: &CheckOutcome| match outcome {
        CheckOutcome::Unknown(failure) if failure.peer == Peer::Nobody => 0,
        CheckOutcome::Unknown(failure) if failure.peer == Peer::Registry => 1,
        CheckOutcome::Valid => 2,
        CheckOutcome::Rejected | CheckOutcome::Expired { .. } => 3,
        CheckOutcome::Unknown(_) => 4,
        CheckOutcome::Untrusted(_) => 5,
    };
    if doubt(&other) > doubt(&one) { other } else { one }
}

/// An error object may come with status 200, and then the credential is not valid.
pub(super) fn judge(answer: &Answer, base: &RegistryUrl) -> CheckOutcome {
    let error = answer.text("error");
    let has_token = answer.text("token").or_else(|| answer.text("access_token")).is_some();
    match answer.status {
        200 | 401 if error == Some("oauth_session_expired") => {
            CheckOutcome::Expired { login_url: answer.text("login_url").and_then(|url| own_url(url, base)) }
        }
        401 | 403 => CheckOutcome::Rejected,
        200 if error.is_none() && has_token => CheckOutcome::Valid,
        status => {
            let what = match error {
                _ if !has_token => " without a token",
                Some(_) => " with an error",
                None => "",
            };
            let failure = Failure::new(format!("it returned {status}{what}"));
            CheckOutcome::Unknown(Failure { is_no_atcr: NoAtcr::lacks(answer.status), peer: Peer::Registry, ..failure })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_answer_has_its_outcome() {
        let answer = |reason| Failure { peer: Peer::Registry, ..Failure::new(reason) };
        let with_token = |reason: &str| CheckOutcome::Unknown(answer(reason.to_owned()));
        let unknown = |status| with_token(&format!("it returned {status} without a token"));
        let no_atcr = |status| match unknown(status) {
            CheckOutcome::Unknown(failure) => CheckOutcome::Unknown(Failure { is_no_atcr: true, ..failure }),
            other => other,
        };
        let expired = |url: Option<&str>| CheckOutcome::Expired { login_url: url.map(str::to_owned) };
        let session = |url: &str| json!({"error": "oauth_session_expired", "login_url": url});
        for (status, body, expected) in [
            (200, json!({"token": "t"}), CheckOutcome::Valid),
            (200, json!({"access_token": "t", "expires_in": 300.0}), CheckOutcome::Valid),
            (200, session("https://atcr.io/login"), expired(Some("https://atcr.io/login"))),
            (200, json!({"error": "server_error", "token": "t"}), with_token("it returned 200 with an error")),
            (201, json!({"token": "t"}), with_token("it returned 201")),
            (200, json!({}), unknown(200)),
            (200, Value::Null, unknown(200)),
            (401, session("https://atcr.io/login"), expired(Some("https://atcr.io/login"))),
            (401, session("javascript:alert(1)"), expired(None)),
            (401, session("http://atcr.io/login"), expired(None)),
            (401, session("https://evil.example/login"), expired(None)),
            (401, json!({"error": "oauth_session_expired"}), expired(None)),
            (401, json!({"error": "invalid_credentials"}), CheckOutcome::Rejected),
            (401, Value::Null, CheckOutcome::Rejected),
            (403, session("https://atcr.io/login"), CheckOutcome::Rejected),
            (403, Value::Null, CheckOutcome::Rejected),
            (302, Value::Null, unknown(302)),
            (404, Value::Null, no_atcr(404)),
            (429, Value::Null, unknown(429)),
            (500, json!({"token": "t"}), with_token("it returned 500")),
        ] {
            let answer = Answer { status, body };
            assert_eq!(judge(&answer, &"https://atcr.io".parse().unwrap()), expected, "{answer:?}");
        }
    }
}
