//! The newest release of this program, as the AppView knows it.

use std::env::consts::{ARCH, OS};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hmac_sha256::Hash;
use reqwest::Url;
use semver::Version;
use serde_json::Value;

use super::AppView;
use super::download::{DownloadUrl, safe_host};
use super::http::{Answer, block_on, within};
use crate::domain::RegistryUrl;
use crate::error::Error;
use crate::platform::environment::{Certificates, Environment};

/// Who names the newest version, unless `ATCR_UPDATE_URL` is set. Never a registry that somebody is logged in to: whoever
/// names the next program owns the machine.
const ATCR: &str = "https://atcr.io";

/// What names the newest version: over https, or on loopback.
#[derive(Debug, Clone)]
pub struct UpdateServer {
    appview: AppView,
    /// Without a slash at its end.
    folder: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    pub version: Version,
    /// Text of the server.
    pub notes: String,
    body: Value,
    server: RegistryUrl,
}

/// One platform's archive of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    pub url: DownloadUrl,
    pub checksum: Checksum,
}

/// A SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum([u8; 32]);

impl Checksum {
    pub fn of(content: &[u8]) -> Self {
        Self(Hash::hash(content))
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Reads 64 hexadecimal digits, as `sha256sum` writes them.
impl FromStr for Checksum {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = text.trim();
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            bail!("not a SHA-256");
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16)?;
        }
        Ok(Self(bytes))
    }
}

impl UpdateServer {
    pub fn of(environment: &Environment) -> Result<Self, Error> {
        let url = environment.update_url().unwrap_or_else(|| ATCR.to_owned());
        let expected = "not https://HOST or https://HOST/PATH (http only on loopback)";
        let invalid = || Error::invalid_variable("ATCR_UPDATE_URL", &url, expected);
        let Self { appview, folder } = Self::at(&url, environment.certificates()).ok_or_else(invalid)?;
        Ok(Self { appview: appview.knowing(environment.credential.known_secrets()), folder })
    }

    /// None if that is no address that a program may come from.
    pub fn at(url: &str, certificates: Certificates) -> Option<Self> {
        let url: Url = url.parse().ok()?;
        let extras = [url.password(), url.query(), url.fragment()];
        if !url.username().is_empty() || extras.iter().any(Option::is_some) {
            return None;
        }
        let appview = AppView::of_releases(safe_host(&url)?, certificates);
        Some(Self { appview, folder: url.path().trim_end_matches('/').to_owned() })
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.appview.base.host()
    }

    /// Takes at most `limit`.
    pub fn newest_release(&self, limit: Duration) -> Result<Release, Error> {
        let address = self.appview.address(&format!("{}/api/credential-helper/version", self.folder));
        let answer =
            block_on(within(limit, async { self.appview.send(self.appview.client().await?.get(address)).await }));
        let release = answer.and_then(|answer| release(&answer, &self.appview.base));
        release.map_err(|error| {
            let attempt = format_args!("can't get the newest version from {}{}", self.appview.base, self.folder);
            self.appview.failure(&error).error(attempt)
        })
    }
}

fn release(answer: &Answer, server: &RegistryUrl) -> Result<Release> {
    match answer.status {
        200 => {}
        404 => bail!("it returned 404: there is no release for this platform yet"),
        status => bail!("it returned {status}"),
    }
    let latest = answer.text("latest").context("it returned no version")?;
    let Ok(version) = latest.strip_prefix('v').unwrap_or(latest).parse() else {
        bail!("it returned the invalid version {:.40}", format!("{latest:?}"));
    };
    let notes = answer.text("release_notes").unwrap_or_default().to_owned();
    Ok(Release { version, notes, body: answer.body.clone(), server: server.clone() })
}

impl Release {
    /// For the platform that this program was built for. It must be at an https URL, or on loopback if the server that
    /// names it is reached over http, and have a checksum.
    pub fn archive(&self) -> Result<Archive> {
        self.archive_for(&platform(OS, ARCH))
    }

    fn archive_for(&self, platform: &str) -> Result<Archive> {
        let text = |object: &str| self.body.get(object)?.get(platform)?.as_str().filter(|text| !text.is_empty());
        let archive = format!("v{} for {platform}", self.version);
        let Some(url) = text("download_urls") else { bail!("there is no {archive}") };
        let Some(checksum) = text("checksums") else { bail!("there is no checksum of {archive} to verify it by") };
        Ok(Archive {
            url: DownloadUrl::named_by(&self.server, url)
                .with_context(|| format!("the address of {archive} is not an https address: {url:.200}"))?,
            checksum: checksum.parse().with_context(|| format!("the checksum of {archive}"))?,
        })
    }
}

/// A platform as the AppView's answer calls it: `linux_amd64`.
fn platform(os: &str, arch: &str) -> String {
    let os = if os == "macos" { "darwin" } else { os };
    let arch = match arch {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{os}_{arch}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn newest(status: u16, body: Value) -> Result<Release, String> {
        release(&Answer { status, body }, &ATCR.parse().unwrap()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_release_needs_a_valid_version() {
        for (latest, expected) in [
            (json!("v1.2.3"), Ok("1.2.3")),
            (json!("1.2.3-rc.1+build"), Ok("1.2.3-rc.1+build")),
            (json!("latest"), Err("it returned the invalid version \"latest\"")),
            (json!("v1.2"), Err("it returned the invalid version \"v1.2\"")),
            (json!(""), Err("it returned no version")),
            (json!(1), Err("it returned no version")),
        ] {
            let release = newest(200, json!({"latest": latest}));
            let version = release.as_ref().map(|release| release.version.to_string());
            assert_eq!(version.as_deref().map_err(|error| error.as_str()), expected);
        }
        assert_eq!(newest(200, Value::Null), Err("it returned no version".to_owned()));
        for (status, reason) in [(404, ": there is no release for this platform yet"), (500, "")] {
            let expected = Err(format!("it returned {status}{reason}"));
            assert_eq!(newest(status, json!({"latest": "v1.2.3"})), expected);
        }
    }

    const SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn an_archive_needs_an_https_url_and_a_checksum() {
        let upper = SUM.to_uppercase();
        for (url, checksum, expected) in [
            (json!("https://a.example/b.zip"), json!(SUM), Ok("https://a.example/b.zip")),
            (json!("https://a.example/b.zip"), json!(format!("{upper}\n")), Ok("https://a.example/b.zip")),
            (json!(null), json!(SUM), Err("there is no v1.2.3 for here_now")),
            (json!(""), json!(SUM), Err("there is no v1.2.3 for here_now")),
            (json!("http://a.example/b.zip"), json!(SUM), Err("not an https address: http://a.example/b.zip")),
            (json!("https://a.example/b.zip"), json!(null), Err("there is no checksum of v1.2.3 for here_now")),
            (json!("https://a.example/b.zip"), json!(""), Err("there is no checksum of v1.2.3 for here_now")),
            (json!("https://a.example/b.zip"), json!(&SUM[1..]), Err("not a SHA-256")),
            (json!("https://a.example/b.zip"), json!(SUM.replace('e', "ä")), Err("not a SHA-256")),
        ] {
            let body =
                json!({"latest": "v1.2.3", "download_urls": {"here_now": url}, "checksums": {"here_now": checksum}});
            let archive = newest(200, body).unwrap().archive_for("here_now");
            match (archive, expected) {
                (Ok(archive), Ok(expected)) => {
                    assert_eq!((archive.url.to_string().as_str(), archive.checksum), (expected, Checksum::of(b"")));
                }
                (Err(error), Err(expected)) => assert!(format!("{error:#}").contains(expected), "{error:#}"),
                (archive, _) => panic!("{archive:?}"),
            }
        }
    }

    #[test]
    fn only_an_address_that_a_program_may_come_from_names_versions() {
        for (url, expected) in [
            (ATCR, Some("https://atcr.io/")),
            ("https://atcr.io/", Some("https://atcr.io/")),
            ("HTTPS://Mirror.Example:8443/a/b/", Some("https://mirror.example:8443/a/b/")),
            ("http://127.0.0.1:5000", Some("http://127.0.0.1:5000/")),
            ("http://[::1]:5000/a", Some("http://[::1]:5000/a/")),
            ("http://localhost", Some("http://localhost/")),
            ("http://mirror.example", None),
            ("http://localhost.mirror.example", None),
            ("https://user@mirror.example", None),
            ("https://:password@mirror.example", None),
            ("https://mirror.example?a", None),
            ("https://mirror.example#a", None),
            ("https://", None),
            ("mirror.example", None),
            ("", None),
        ] {
            let server = UpdateServer::at(url, Certificates::default());
            let address = server.map(|server| server.appview.address(&format!("{}/", server.folder)));
            assert_eq!(address.as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn platforms_are_called_as_the_appview_calls_them() {
        for (os, arch, expected) in [
            ("linux", "x86_64", "linux_amd64"),
            ("macos", "aarch64", "darwin_arm64"),
            ("windows", "x86_64", "windows_amd64"),
            ("linux", "riscv64", "linux_riscv64"),
        ] {
            assert_eq!(platform(os, arch), expected);
        }
    }
}
