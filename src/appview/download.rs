//! Downloading a release from the URL that the AppView sent.

use std::fmt;
use std::time::Duration;

use anyhow::{Result, bail};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Response, StatusCode, Url};

use super::AppView;
use super::connection::{Trust, client};
use super::http::{MOST_REDIRECTS, block_on, within};
use crate::domain::{InsecureRegistries, RegistryUrl, ServerString};
use crate::error::Error;
use crate::platform::environment::Certificates;

const MEGABYTE: u64 = 1024 * 1024;

/// In bytes. A release is a tenth of it.
const LONGEST_DOWNLOAD: u64 = 64 * MEGABYTE;

/// For the start of the answer, and between two parts of it.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// For the whole download: enough for a release at 10 kB/s.
const LIMIT: Duration = Duration::from_mins(10);

/// For a file beside it, of some kilobytes.
const LIMIT_BESIDE: Duration = Duration::from_secs(30);

struct Limits {
    bytes: u64,
    time: Duration,
    /// What a 404 means.
    missing: &'static str,
}

/// Over https, or on loopback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadUrl {
    url: Url,
    host: RegistryUrl,
}

impl fmt::Display for DownloadUrl {
    /// Without a password or a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.host, self.url.path())
    }
}

/// None if a program may not come from there: http only on loopback, even if it is listed as insecure.
pub(super) fn safe_host(url: &Url) -> Option<RegistryUrl> {
    if !matches!(url.scheme(), "https" | "http") {
        return None;
    }
    let server: ServerString = url.origin().ascii_serialization().parse().ok()?;
    let none = InsecureRegistries::default();
    server.registry(|| &none).ok()
}

impl DownloadUrl {
    /// None if it is not safe: http is a matter of a server that is reached over http itself, which is on loopback.
    pub(super) fn named_by(server: &RegistryUrl, text: &str) -> Option<Self> {
        let url: Url = text.trim().parse().ok()?;
        let host = safe_host(&url)?;
        if host.is_https() || !server.is_https() { Some(Self { url, host }) } else { None }
    }

    /// The last part of its path, such as `docker-credential-atcr_1.2.3_Linux_x86_64.tar.gz`.
    pub fn file_name(&self) -> &str {
        self.url.path().rsplit('/').next().unwrap_or_default()
    }

    /// The archive. `progress` gets the number of bytes so far, and their total if the server sends it.
    pub fn fetch(&self, certificates: &Certificates, progress: impl FnMut(u64, Option<u64>)) -> Result<Vec<u8>, Error> {
        let limits =
            Limits { bytes: LONGEST_DOWNLOAD, time: LIMIT, missing: "there is no release for this platform yet" };
        self.fetch_within(&limits, certificates, progress)
    }

    /// The file of this name in the same folder, of at most `bytes`, which every signed release has.
    pub fn fetch_beside(&self, file_name: &str, bytes: u64, certificates: &Certificates) -> Result<Vec<u8>, Error> {
        // Only to an address that has no folders no file can be joined.
        let url = self.url.join(file_name).unwrap_or_else(|_| self.url.clone());
        let limits = Limits { bytes, time: LIMIT_BESIDE, missing: "the release is not signed" };
        Self { url, host: self.host.clone() }.fetch_within(&limits, certificates, |_, _| ())
    }

    fn fetch_within(
        &self,
        limits: &Limits,
        certificates: &Certificates,
        progress: impl FnMut(u64, Option<u64>),
    ) -> Result<Vec<u8>, Error> {
        let fetched = block_on(within(limits.time, async {
            let response = within(READ_LIMIT, self.request(certificates)).await?;
            read(response, limits, progress).await
        }));
        fetched.map_err(|error| {
            let appview = AppView::of_releases(self.host.clone(), certificates.clone());
            appview.failure(&error).error(format_args!("can't download {self}"))
        })
    }

    async fn request(&self, certificates: &Certificates) -> Result<Response> {
        let trust = if self.host.is_https() { Trust::load(certificates).await? } else { Trust::System };
        let client = client(&self.host, None, &trust, Policy::custom(as_safe))?;
        Ok(client.get(self.url.clone()).send().await.map_err(reqwest::Error::without_url)?)
    }
}

/// Follows redirects to any host, because release files are often stored on another, but never from https to http. Each
/// is judged before it is requested.
fn as_safe(attempt: Attempt<'_>) -> Action {
    let is_https = |url: &Url| safe_host(url).map(|host| host.is_https());
    let first = attempt.previous().first().and_then(is_https);
    if attempt.previous().len() > MOST_REDIRECTS {
        return attempt.error("too many redirects");
    }
    match is_https(attempt.url()) {
        there @ Some(_) if there == first => attempt.follow(),
        _ => attempt.error("it is redirected to an address that is not https"),
    }
}

async fn read(mut response: Response, limits: &Limits, mut progress: impl FnMut(u64, Option<u64>)) -> Result<Vec<u8>> {
    match response.status() {
        StatusCode::NOT_FOUND => bail!("the answer has status 404: {}", limits.missing),
        status if !status.is_success() => bail!("the answer has status {}", status.as_u16()),
        _ => {}
    }
    let whole = response.content_length();
    let mut body = Vec::new();
    progress(0, whole);
    loop {
        let next = within(READ_LIMIT, async { Ok(response.chunk().await.map_err(reqwest::Error::without_url)?) });
        let Some(chunk) = next.await? else { return Ok(body) };
        body.extend_from_slice(&chunk);
        let length = body.len() as u64;
        if length.max(whole.unwrap_or_default()) > limits.bytes {
            let bytes = limits.bytes;
            let (size, unit) = if bytes < MEGABYTE { (bytes / 1024, "kB") } else { (bytes / MEGABYTE, "MB") };
            bail!("it is longer than {size} {unit}");
        }
        progress(length, whole);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn a_server_that_never_comes_to_the_end_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                connection.read_exact(&mut byte).unwrap();
                request.extend(byte);
            }
            connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nstart").unwrap();
            // Until the other side closes it.
            let _ = connection.read_to_end(&mut Vec::new());
        });
        let url = DownloadUrl::named_by(&address.parse().unwrap(), &format!("{address}/checksums.txt")).unwrap();
        let limits = Limits { bytes: 9, time: Duration::from_millis(300), missing: "" };
        let error = url.fetch_within(&limits, &Certificates::default(), |_, _| ()).unwrap_err();
        assert_eq!(error.to_string(), format!("can't download {address}/checksums.txt: no answer within 1 s"));
        server.join().unwrap();
    }

    #[test]
    fn a_program_comes_over_https_or_from_loopback_to_loopback() {
        const NOWHERE: [bool; 2] = [false, false];
        // Named by a server that is reached over https, and by one over http.
        for (text, expected) in [
            ("https://example.com/a/b.zip?token=x", [true, true]),
            ("https://user:password@example.com/b.zip", [true, true]),
            ("https://127.0.0.1:5000/b.zip", [true, true]),
            ("http://127.0.0.1:5000/b.zip", [false, true]),
            ("http://[::1]/b.zip", [false, true]),
            ("http://localhost/b.zip", [false, true]),
            ("http://example.com/b.zip", NOWHERE),
            ("http://10.0.0.1/b.zip", NOWHERE),
            ("http://localhost.example.com/b.zip", NOWHERE),
            ("http://127.0.0.1@example.com/b.zip", NOWHERE),
            ("ftp://127.0.0.1/b.zip", NOWHERE),
            ("file:///b.zip", NOWHERE),
            ("b.zip", NOWHERE),
            ("", NOWHERE),
        ] {
            let urls = ["https://atcr.io", "http://127.0.0.1:5000"].map(|server| {
                let url = DownloadUrl::named_by(&server.parse().unwrap(), text)?;
                assert!(url.file_name() == "b.zip" && !url.to_string().contains("password"), "{text}");
                Some(url)
            });
            assert_eq!(urls.map(|url| url.is_some()), expected, "{text}");
        }
    }
}
