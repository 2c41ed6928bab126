//! How requests are made: where a secret may go, how long and how large an answer may be.

use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;
use tokio::task::JoinSet;

use super::AppView;
use super::connection::{NoAnswer, SpeaksTls, Trust, client};
use crate::domain::RegistryUrl;

/// In bytes. No answer of an AppView is longer.
const LONGEST_ANSWER: usize = 64 * 1024;

pub(super) const MOST_REDIRECTS: usize = 5;

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Null if it is not JSON.
    pub(super) body: Value,
}

impl Answer {
    /// None if it is empty.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// None if it is no number above zero.
    pub(super) fn seconds(&self, key: &str) -> Option<Duration> {
        let seconds = self.body.get(key)?.as_f64().filter(|&seconds| seconds > 0.0)?;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

impl AppView {
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(super) async fn client(&self) -> Result<Client> {
        let trust = if self.base.is_https() { Trust::load(&self.certificates).await? } else { Trust::System };
        client(&self.base, self.only, &trust, Policy::custom(within_origin))
    }
}

/// Follows redirects within an origin alone, because the secret must not leave it.
fn within_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let is_same_origin = attempt.previous().first().is_some_and(|first: &Url| first.origin() == attempt.url().origin());
    if is_same_origin && attempt.previous().len() <= MOST_REDIRECTS { attempt.follow() } else { attempt.stop() }
}

impl AppView {
    /// The answer of any status, up to the bound, without what it repeats of secrets.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        let answer = send(request).await?.without_device_secrets();
        Ok(self.known.iter().fold(answer, Answer::without))
    }
}

async fn send(request: RequestBuilder) -> Result<Answer> {
    let response = request.send().await.map_err(reqwest::Error::without_url)?;
    let status = response.status().as_u16();
    let body = read(response).await?;
    Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
}

/// Fails if it is the answer of a server that expects TLS.
pub(super) async fn read(response: Response) -> Result<Vec<u8>> {
    let may_expect_tls = response.status() == StatusCode::BAD_REQUEST && response.url().scheme() == "http";
    let body = read_bounded(response).await?;
    if may_expect_tls && is_about_tls(&String::from_utf8_lossy(&body)) {
        return Err(SpeaksTls.into());
    }
    Ok(body)
}

/// As Go, nginx and Apache put it.
fn is_about_tls(text: &str) -> bool {
    ["HTTP request to an HTTPS server", "HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL-enabled"]
        .iter()
        .any(|words| text.contains(words))
}

async fn read_bounded(mut response: Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            bail!("the answer is longer than {LONGEST_ANSWER} bytes");
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("can't set up HTTP")?;
    let result = runtime.block_on(work);
    // A name look-up can't be cancelled: waiting for its thread would outlast every limit.
    runtime.shutdown_background();
    result
}

pub(super) async fn within<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(NoAnswer(limit).into()),
    }
}

/// Makes all requests concurrently, on one thread, each for at most `limit`. The results are in the order of `inputs`.
pub(super) fn request_all<I, T, F>(
    inputs: Vec<(AppView, I)>,
    limit: Duration,
    request: impl Fn(AppView, Client, I) -> F,
) -> Vec<Result<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let mut results: Vec<Result<T>> = inputs.iter().map(|_| Err(anyhow!("the check did not run"))).collect();
    let started = Instant::now();
    let ran = block_on(async {
        let https = inputs.iter().find(|(appview, _)| appview.base.is_https());
        let trust = match https {
            Some((appview, _)) => within(limit, Trust::load(&appview.certificates)).await,
            None => Ok(Trust::System),
        };
        let left = limit.saturating_sub(started.elapsed());
        let mut clients = HashMap::new();
        let mut running = JoinSet::new();
        for (at, (appview, input)) in inputs.into_iter().enumerate() {
            match client_of(&appview, trust.as_ref(), limit, &mut clients) {
                Ok(client) => {
                    let request = request(appview, client, input);
                    running.spawn(async move { (at, within(left, request).await) });
                }
                Err(error) => results[at] = Err(error),
            }
        }
        while let Some(ended) = running.join_next().await {
            if let Ok((at, result)) = ended {
                results[at] = result;
            }
        }
        Ok(())
    });
    // Without a runtime no check ran.
    let _ = ran;
    results
}

/// One for each registry, and each address of it.
fn client_of(
    appview: &AppView,
    trust: Result<&Trust, &anyhow::Error>,
    limit: Duration,
    clients: &mut HashMap<(RegistryUrl, Option<IpAddr>), Client>,
) -> Result<Client> {
    let key = (appview.base.clone(), appview.only);
    if let Some(client) = clients.get(&key) {
        return Ok(client.clone());
    }
    let trust = match trust {
        Ok(trust) => trust,
        Err(_) if !appview.base.is_https() => &Trust::System,
        Err(_) => return Err(NoAnswer(limit).into()),
    };
    let client = client(&appview.base, appview.only, trust, Policy::custom(within_origin))?;
    clients.insert(key, client.clone());
    Ok(client)
}
