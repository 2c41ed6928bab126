//! Whether a registry can be reached at all, apart from any account.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use reqwest::header::DATE;
use reqwest::{Client, StatusCode};

use super::AppView;
use super::connection::Failure;
use super::http::{read, request_all};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    /// Of `GET /v2/`, to which a registry answers 200 or 401, by the distribution specification.
    pub(crate) status: u16,
    /// To the second.
    pub(crate) clock: Option<SystemTime>,
}

impl AppView {
    async fn reach(&self, client: &Client) -> Result<Reached> {
        let answer = client.get(self.address("/v2/")).send().await.map_err(reqwest::Error::without_url)?;
        let clock = answer.headers().get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        let status = answer.status();
        if status == StatusCode::BAD_REQUEST {
            read(answer).await?;
        }
        Ok(Reached { status: status.as_u16(), clock })
    }
}

/// Tries all of them at the same time, each for at most `limit`. The results are in the order of `appviews`.
pub(crate) fn reach_all(appviews: Vec<AppView>, limit: Duration) -> Vec<Result<Reached, Failure>> {
    let inputs = appviews.iter().map(|appview| (appview.clone(), ())).collect();
    let answers = request_all(inputs, limit, |appview, client, ()| async move { appview.reach(&client).await });
    answers.into_iter().zip(appviews).map(|(answer, appview)| answer.map_err(|error| appview.failure(&error))).collect()
}
