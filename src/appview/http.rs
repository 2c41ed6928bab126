//! How requests are made: where a secret may go, how long and how large an answer may be.

use std::collections::HashMap;
use std::fs;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, Response, Url};
use serde_json::Value;
use tokio::task::JoinSet;

use super::AppView;
use super::resolver::Resolver;
use crate::domain::RegistryUrl;
use crate::platform::environment::Certificates;

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

    pub(super) fn client(&self) -> Result<Client> {
        client(&self.base, &self.certificates, Policy::custom(within_origin))
    }
}

pub(super) fn client(base: &RegistryUrl, certificates: &Certificates, redirects: Policy) -> Result<Client> {
    // Fails if it was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    trust(base, certificates, new_builder())?.redirect(redirects).build().context("can't set up HTTP")
}

/// Trusts the system's certificates. Not over http, where reading a hundred of them would take longer than the request.
/// Loopback never goes through a proxy, which would see the secret unencrypted.
fn trust(base: &RegistryUrl, certificates: &Certificates, builder: ClientBuilder) -> Result<ClientBuilder> {
    let builder = if base.is_loopback() { builder.no_proxy() } else { builder };
    if !base.is_https() {
        return Ok(builder.tls_certs_only([]));
    }
    let builder = builder.https_only(true);
    // On Linux the platform's verifier reads these variables itself.
    let named = if cfg!(target_os = "linux") { Vec::new() } else { named_certificates(certificates)? };
    Ok(if named.is_empty() { builder } else { builder.tls_certs_only(named) })
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes a client, with its limits")]
fn new_builder() -> ClientBuilder {
    Client::builder()
        .dns_resolver(Resolver)
        .user_agent(concat!("docker-credential-atcr/", env!("CARGO_PKG_VERSION")))
        .referer(false)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
}

/// Follows redirects within an origin alone, because the secret must not leave it.
fn within_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let is_same_origin = attempt.previous().first().is_some_and(|first: &Url| first.origin() == attempt.url().origin());
    if is_same_origin && attempt.previous().len() <= MOST_REDIRECTS { attempt.follow() } else { attempt.stop() }
}

/// Instead of the system's, as OpenSSL reads these variables.
fn named_certificates(certificates: &Certificates) -> Result<Vec<Certificate>> {
    let mut files: Vec<PathBuf> = certificates.file.iter().cloned().collect();
    if let Some(folder) = &certificates.folder {
        let entries =
            fs::read_dir(folder).with_context(|| format!("can't read {} (SSL_CERT_DIR)", folder.display()))?;
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()));
    }
    let mut all = Vec::new();
    for file in files {
        let content = fs::read(&file).with_context(|| format!("can't read the certificates in {}", file.display()))?;
        let certificates = Certificate::from_pem_bundle(&content);
        all.extend(certificates.with_context(|| format!("no certificates in {}", file.display()))?);
    }
    Ok(all)
}

/// Reads an answer of any status, up to the bound.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer> {
    let response = request.send().await.map_err(reqwest::Error::without_url)?;
    let status = response.status().as_u16();
    let body = read_bounded(response).await?;
    Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
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
        Err(_) => bail!("no answer within {} s", limit.as_secs_f32().ceil()),
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
    let ran = block_on(async {
        let mut clients = HashMap::new();
        let mut running = JoinSet::new();
        for (at, (appview, input)) in inputs.into_iter().enumerate() {
            match client_of(&appview, &mut clients) {
                Ok(client) => {
                    let request = request(appview, client, input);
                    running.spawn(async move { (at, within(limit, request).await) });
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

/// One for each registry: over TLS each reads the system's certificates, which takes longer than a request.
fn client_of(appview: &AppView, clients: &mut HashMap<RegistryUrl, Client>) -> Result<Client> {
    if let Some(client) = clients.get(&appview.base) {
        return Ok(client.clone());
    }
    let client = appview.client()?;
    clients.insert(appview.base.clone(), client.clone());
    Ok(client)
}

/// Without the layers of libraries that passed the error on.
pub(super) fn describe(error: &anyhow::Error) -> String {
    let is_connect = error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect);
    if is_connect { format!("it can't be reached: {}", error.root_cause()) } else { format!("{error:#}") }
}
