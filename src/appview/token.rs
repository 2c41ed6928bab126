//! Registry tokens: what Docker gets for one image, and with it pulls and pushes.

use std::time::{Duration, SystemTime};

use super::check::judge;
use super::connection::Failure;
use super::grants::{claims, granted};
use super::http::{Answer, block_on, within};
use super::{AppView, CheckOutcome};
use crate::domain::{Credential, Secret};

/// Where the registry does not say how long, by the Docker registry token specification.
const DEFAULT_LIFE: Duration = Duration::from_mins(1);

/// A registry that says more has made a mistake.
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 366);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RegistryToken {
    pub(crate) token: Secret,
    pub(crate) expires: SystemTime,
    /// What is allowed with the repository that was asked for. `None`: the token does not say.
    pub(crate) granted: Option<Vec<String>>,
}

impl RegistryToken {
    /// False too if it does not say.
    pub(crate) fn certainly_lacks(&self, action: &str) -> bool {
        self.granted.as_ref().is_some_and(|granted| !granted.iter().any(|found| found == action))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenAnswer {
    Issued(RegistryToken),
    /// Never `Valid`.
    Refused(CheckOutcome),
}

impl AppView {
    /// Asks as Docker does, for at most `limit`. `actions` are those of a scope: `pull,push`.
    pub(crate) fn token(
        &self,
        credential: &Credential,
        repository: &str,
        actions: &str,
        now: SystemTime,
        limit: Duration,
    ) -> TokenAnswer {
        let scope = format!("repository:{repository}:{actions}");
        let answer = block_on(within(limit, async {
            self.request_token(&self.client().await?, credential, Some(&scope)).await
        }));
        match answer.map_err(|error| self.no_answer(&error)) {
            Err(outcome) => TokenAnswer::Refused(outcome),
            Ok(answer) => match judge(&answer, &self.base) {
                CheckOutcome::Valid => issued(&answer, repository, now),
                outcome => TokenAnswer::Refused(outcome),
            },
        }
    }
}

fn issued(answer: &Answer, repository: &str, now: SystemTime) -> TokenAnswer {
    let token = answer.text("token").or_else(|| answer.text("access_token")).unwrap_or_default();
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return TokenAnswer::Refused(CheckOutcome::Unknown(Failure::new(
            "it returned a token that no client can send",
        )));
    }
    let claims = claims(token);
    let of_claims = claims.as_ref().and_then(|claims| life(claims.get("exp")?.as_f64()?, now));
    let life = of_claims.or_else(|| answer.seconds("expires_in")).unwrap_or(DEFAULT_LIFE).min(LONGEST_LIFE);
    TokenAnswer::Issued(RegistryToken {
        token: Secret::new(token),
        expires: now + life,
        granted: claims.and_then(|claims| granted(&claims, repository)),
    })
}

/// How long until then, in seconds since 1970. `None`: it is in the past, or no time.
fn life(expires: f64, now: SystemTime) -> Option<Duration> {
    // Windows' clock ends in the year 30828.
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Duration::try_from_secs_f64(expires).ok()?.checked_sub(now)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn jwt(claims: &Value) -> String {
        format!("e30.{}.x", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    fn life_of(body: Value) -> u64 {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let TokenAnswer::Issued(token) = issued(&Answer { status: 200, body }, "a.example/app", now) else { panic!() };
        token.expires.duration_since(now).unwrap().as_secs()
    }

    #[test]
    fn the_expiry_is_that_of_the_jwt_or_of_the_answer() {
        let exp = |exp: Value| json!({"token": jwt(&json!({ "exp": exp })), "expires_in": 300});
        for (body, expected) in [
            (json!({"token": "t"}), 60),
            (json!({"access_token": "t", "expires_in": 300.0}), 300),
            (json!({"token": "t", "expires_in": -1}), 60),
            (json!({"token": "t", "expires_in": 1e18}), 24 * 366 * 3600),
            (exp(json!(NOW + 120)), 120),
            (exp(json!(NOW - 1)), 300),
            (exp(json!("soon")), 300),
            (exp(json!(1e300)), 300),
            (exp(json!(1e15)), 24 * 366 * 3600),
        ] {
            assert_eq!(life_of(body.clone()), expected, "{body}");
        }
    }

    #[test]
    fn a_token_that_is_no_line_is_refused() {
        for token in ["a b", "a\nb", "\u{1b}[2J", "\u{e9}"] {
            let answer = Answer { status: 200, body: json!({ "token": token }) };
            let found = issued(&answer, "a.example/app", SystemTime::UNIX_EPOCH);
            assert!(matches!(found, TokenAnswer::Refused(CheckOutcome::Unknown(_))), "{token:?}");
        }
    }

    #[test]
    fn debug_output_does_not_show_the_token() {
        let answer = Answer { status: 200, body: json!({"token": "s3cret"}) };
        let found = format!("{:?}", issued(&answer, "a.example/app", SystemTime::UNIX_EPOCH));
        assert!(!found.contains("s3cret"), "{found}");
    }
}
