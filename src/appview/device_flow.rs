//! Logging a device in: the AppView's form of the device authorization grant (RFC 8628).

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};

use super::AppView;
use super::http::{Answer, block_on, within};
use super::no_atcr::NoAtcr;
use crate::domain::{Account, Handle, KnownSecret, RegistryUrl, Secret, SecretLocation};
use crate::error::Error;
use crate::platform::web_page::WebPage;

const REQUEST_LIMIT: Duration = Duration::from_secs(20);

/// Where the server sends none. RFC 8628 sets the interval.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
const DEFAULT_LIFE: Duration = Duration::from_mins(10);

/// Bounds for what the server sends.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(20);
const LONGEST_LIFE: Duration = Duration::from_hours(1);

/// In characters. RFC 8628, 6.1, recommends eight.
const LONGEST_USER_CODE: usize = 40;

/// In bytes.
const LONGEST_SECRET: usize = 4096;

/// How much of an error is shown, in characters.
const LONGEST_ERROR: usize = 100;

/// Added to the interval after each `slow_down` (RFC 8628, 3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);

pub struct DeviceCode {
    /// To compare with what the page shows. Text of the server.
    pub user_code: String,
    /// The page that approves it, with the code filled in.
    pub page: WebPage,
    /// The page on which the code is typed, if it is another.
    pub short_page: Option<WebPage>,
    /// How long the code is valid, from when it was issued.
    pub life: Duration,
    secret: Secret,
    interval: Duration,
}

/// How waiting for the approval ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    Approved(Account),
    Denied,
    Expired,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Poll {
    Ended(Login),
    Pending,
    SlowDown,
    /// The next poll may get an answer.
    NoAnswer,
    Failed(String),
}

impl AppView {
    pub fn request_device_code(&self, device_name: &str) -> Result<DeviceCode, Error> {
        let request = json!({ "device_name": device_name });
        let answer = block_on(within(REQUEST_LIMIT, async {
            self.post(&self.client().await?, "/auth/device/code", &request).await
        }));
        answer.and_then(|answer| device_code(&answer, &self.base)).map_err(|error| self.login_failed(&error))
    }

    fn login_failed(&self, error: &anyhow::Error) -> Error {
        let failed = self.failure(error).error(format_args!("can't log in to {}", self.base));
        if error.is::<NoAtcr>() { failed.hint(NoAtcr::hint(&self.base)) } else { failed }
    }

    /// Polls until the device is approved or denied, or the code expires. `warn` is called the first
    /// time that there is no answer.
    pub fn wait_for_approval(&self, code: &DeviceCode, warn: impl FnOnce()) -> Result<Login, Error> {
        let waited = block_on(async {
            let client = self.client().await?;
            let end = Instant::now() + code.life;
            let mut interval = code.interval;
            let mut warn = Some(warn);
            loop {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(Login::Expired);
                }
                tokio::time::sleep(interval.min(left)).await;
                match within(REQUEST_LIMIT, self.poll(&client, code)).await.unwrap_or(Poll::NoAnswer) {
                    Poll::Ended(login) => return Ok(login),
                    Poll::Failed(reason) => bail!(reason),
                    Poll::SlowDown => interval += SLOW_DOWN,
                    Poll::NoAnswer => {
                        if let Some(warn) = warn.take() {
                            warn();
                        }
                    }
                    Poll::Pending => {}
                }
            }
        });
        waited.map_err(|error| self.login_failed(&error))
    }

    async fn poll(&self, client: &Client, code: &DeviceCode) -> Result<Poll> {
        let request = json!({ "device_code": code.secret.expose() });
        Ok(judge(&self.post(client, "/auth/device/token", &request).await?))
    }

    async fn post(&self, client: &Client, path: &str, body: &Value) -> Result<Answer> {
        self.send(client.post(self.address(path)).json(body)).await
    }
}

fn device_code(answer: &Answer, base: &RegistryUrl) -> Result<DeviceCode> {
    // A failure is none, whatever it says.
    let text = |name| answer.text(name).filter(|_| answer.status == 200);
    let (Some(device_code), Some(user_code)) = (text("device_code"), text("user_code")) else {
        NoAtcr::check(answer)?;
        let is_in_trouble = answer.status == 429 || answer.status >= 500;
        let advice = if is_in_trouble { "; try again later" } else { "" };
        bail!("it returned {} without a device code{advice}", answer.status);
    };
    let length = user_code.chars().count();
    if length > LONGEST_USER_CODE {
        bail!("it returned a user code of {length} characters, which nobody can compare");
    }
    // Letters of other alphabets look the same, and nobody can type them; and it is no address.
    let is_shown = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    if user_code.trim().is_empty() || !user_code.chars().all(is_shown) {
        bail!("it returned a user code that nobody can compare");
    }
    let page = approval_page(answer, user_code, base).context("it returned no web page to approve the device")?;
    let short_page = answer.text("verification_uri").and_then(|page| WebPage::parse(page, base));
    Ok(DeviceCode {
        user_code: user_code.to_owned(),
        // One that is elsewhere needs a warning, which only the first has.
        short_page: short_page.filter(|short| *short != page && short.warning().is_none()),
        page,
        secret: Secret::new(device_code),
        interval: answer.seconds("interval").unwrap_or(DEFAULT_INTERVAL).max(SHORTEST_INTERVAL),
        life: answer.seconds("expires_in").unwrap_or(DEFAULT_LIFE).min(LONGEST_LIFE),
    })
}

/// `verification_uri_complete`, else `verification_uri` with the code in its query.
fn approval_page(answer: &Answer, user_code: &str, base: &RegistryUrl) -> Option<WebPage> {
    if let Some(complete) = answer.text("verification_uri_complete") {
        return WebPage::parse(complete, base);
    }
    WebPage::parse_with(answer.text("verification_uri")?, "user_code", user_code, base)
}

/// Error objects come with any status; 429 and 5xx without one are a server that is busy.
fn judge(answer: &Answer) -> Poll {
    match (answer.text("error"), answer.status) {
        (Some("authorization_pending"), _) => Poll::Pending,
        (Some("slow_down"), _) => Poll::SlowDown,
        (Some("access_denied"), _) => Poll::Ended(Login::Denied),
        (Some("expired_token"), _) => Poll::Ended(Login::Expired),
        (_, 429 | 500..) => Poll::NoAnswer,
        (Some(error), _) => Poll::Failed(format!("it returned the error {:.LONGEST_ERROR$}", format!("{error:?}"))),
        (None, 200) => match approved(answer) {
            Some(account) => Poll::Ended(Login::Approved(account)),
            None => Poll::Failed("it returned neither an account nor an error".to_owned()),
        },
        (None, status) => Poll::Failed(format!("it returned {status}")),
    }
}

fn approved(answer: &Answer) -> Option<Account> {
    let name = answer.text("handle")?;
    let handle = name.parse::<Handle>().ok()?;
    let secret = answer.text("device_secret")?;
    // Nothing that a person would copy with a handle belongs into an answer.
    if !handle.as_str().eq_ignore_ascii_case(name) || secret.contains(char::is_control) || secret.len() > LONGEST_SECRET
    {
        return None;
    }
    let secret = Some(Secret::new(secret)).filter(Secret::is_device_secret)?;
    let known = KnownSecret { user_name: name.to_owned(), secret: secret.clone() };
    let others = Answer { status: answer.status, body: answer.body.clone() }.without(&known);
    let did = others.text("did").and_then(|did| did.parse().ok());
    Some(Account { handle, did, secret: SecretLocation::Inline(secret) })
}

#[cfg(test)]
mod tests;
