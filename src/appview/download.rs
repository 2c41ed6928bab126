//! Downloading a release from the URL that the AppView sent.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Response, Url};

use super::AppView;
use super::connection::{Trust, client};
use super::http::{MOST_REDIRECTS, block_on, within};
use crate::domain::{InsecureRegistries, RegistryUrl, ServerString};
use crate::error::Error;
use crate::platform::environment::Certificates;

/// In bytes. A release is a tenth of it.
pub const LONGEST_DOWNLOAD: u64 = 64 * 1024 * 1024;

/// For the start of the answer, and between two parts of it.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// For the whole download: enough for a release at 10 kB/s.
const LIMIT: Duration = Duration::from_mins(10);

/// Over https, or on loopback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadUrl {
    url: Url,
    host: RegistryUrl,
}

impl FromStr for DownloadUrl {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let url: Option<Url> = text.trim().parse().ok();
        let host = url.as_ref().and_then(host);
        url.zip(host).map(|(url, host)| Self { url, host }).context("not an https address")
    }
}

impl fmt::Display for DownloadUrl {
    /// Without a password or a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.host, self.url.path())
    }
}

/// None if it is not safe to download a program from: http only on loopback, even if it is listed as insecure.
fn host(url: &Url) -> Option<RegistryUrl> {
    if !matches!(url.scheme(), "https" | "http") {
        return None;
    }
    let server: ServerString = url.origin().ascii_serialization().parse().ok()?;
    let none = InsecureRegistries::default();
    server.registry(|| &none).ok()
}

impl DownloadUrl {
    /// The last part of its path, such as `docker-credential-atcr_1.2.3_Linux_x86_64.tar.gz`.
    pub fn file_name(&self) -> &str {
        self.url.path().rsplit('/').next().unwrap_or_default()
    }

    /// `progress` gets the number of bytes so far, and their total if the server sends it.
    pub fn fetch(&self, certificates: &Certificates, progress: impl FnMut(u64, Option<u64>)) -> Result<Vec<u8>, Error> {
        let fetched = block_on(within(LIMIT, async {
            let response = within(READ_LIMIT, self.request(certificates)).await?;
            read(response, progress).await
        }));
        fetched.map_err(|error| {
            let appview = AppView::new(self.host.clone(), certificates.clone());
            appview.failure(&error).error(format_args!("can't download {self}"))
        })
    }

    async fn request(&self, certificates: &Certificates) -> Result<Response> {
        let trust = if self.host.is_https() { Trust::load(certificates).await? } else { Trust::System };
        let client = client(&self.host, &trust, Policy::custom(as_safe))?;
        Ok(client.get(self.url.clone()).send().await.map_err(reqwest::Error::without_url)?)
    }
}

/// Follows redirects to any host, because release files are often stored on another, but never from https to http.
fn as_safe(attempt: Attempt<'_>) -> Action {
    let is_https = |url: &Url| host(url).map(|host| host.is_https());
    let first = attempt.previous().first().and_then(is_https);
    if attempt.previous().len() > MOST_REDIRECTS {
        return attempt.error("too many redirects");
    }
    match is_https(attempt.url()) {
        there @ Some(_) if there == first => attempt.follow(),
        _ => attempt.error("it is redirected to an address that is not https"),
    }
}

async fn read(mut response: Response, mut progress: impl FnMut(u64, Option<u64>)) -> Result<Vec<u8>> {
    if !response.status().is_success() {
        bail!("the answer has status {}", response.status().as_u16());
    }
    let whole = response.content_length();
    let mut body = Vec::new();
    progress(0, whole);
    loop {
        let next = within(READ_LIMIT, async { Ok(response.chunk().await.map_err(reqwest::Error::without_url)?) });
        let Some(chunk) = next.await? else { return Ok(body) };
        body.extend_from_slice(&chunk);
        let length = body.len() as u64;
        if length.max(whole.unwrap_or_default()) > LONGEST_DOWNLOAD {
            bail!("it is longer than {} MB", LONGEST_DOWNLOAD / 1024 / 1024);
        }
        progress(length, whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_fetched_from() {
        for (text, expected) in [
            ("https://example.com/a/b.tar.gz?token=x", Some("b.tar.gz")),
            ("https://user:password@example.com/b.zip", Some("b.zip")),
            ("http://127.0.0.1:5000/b.zip", Some("b.zip")),
            ("http://localhost/b.zip", Some("b.zip")),
            ("http://example.com/b.zip", None),
            ("http://10.0.0.1/b.zip", None),
            ("http://localhost.example.com/b.zip", None),
            ("http://127.0.0.1@example.com/b.zip", None),
            ("ftp://127.0.0.1/b.zip", None),
            ("file:///b.zip", None),
            ("b.zip", None),
            ("", None),
        ] {
            let url = text.parse::<DownloadUrl>();
            assert_eq!(url.as_ref().ok().map(DownloadUrl::file_name), expected, "{text}");
            assert!(!url.is_ok_and(|url| url.to_string().contains("password")), "{text}");
        }
    }
}
