//! Whether a registry can be reached at all, apart from any account.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use reqwest::Client;
use reqwest::header::DATE;

use super::AppView;
use super::http::{Clients, all_at_once, in_words, within};

/// What a registry answered to a question that needs no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The status of its answer to `GET /v2/`, where the distribution specification has a registry say 200 or 401.
    pub status: u16,
    /// Its clock, to the second.
    pub clock: Option<SystemTime>,
}

impl AppView {
    async fn reach(&self, client: &Client) -> Result<Reached> {
        let answer = client.get(self.address("/v2/")).send().await.map_err(reqwest::Error::without_url)?;
        let clock = answer.headers().get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        Ok(Reached { status: answer.status().as_u16(), clock })
    }
}

/// Tries to reach all of them at the same time, each for at most `limit`. The answers, or why there is none, are in the
/// order of the question.
#[must_use]
pub fn reach_all(appviews: Vec<AppView>, limit: Duration) -> Vec<Result<Reached, String>> {
    let mut clients = Clients::default();
    let asked = appviews.into_iter().map(|appview| {
        let client = clients.of(&appview);
        async move {
            let answer = match client {
                Ok(client) => within(limit, appview.reach(&client)).await,
                Err(error) => Err(error),
            };
            answer.map_err(|error| in_words(&error))
        }
    });
    let asked: Vec<_> = asked.collect();
    let unanswered = || Err("it could not be asked".to_owned());
    all_at_once(asked).into_iter().map(|answer| answer.unwrap_or_else(unanswered)).collect()
}
