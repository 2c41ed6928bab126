//! Logging a device in: the AppView's form of the device authorization grant (RFC 8628).

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};

use super::AppView;
use super::http::{Answer, block_on, send, within};
use super::no_atcr::NoAtcr;
use crate::domain::{Account, Handle, RegistryUrl, Secret, SecretLocation};
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
        send(client.post(self.address(path)).json(body)).await
    }
}

fn device_code(answer: &Answer, base: &RegistryUrl) -> Result<DeviceCode> {
    let (Some(device_code), Some(user_code)) = (answer.text("device_code"), answer.text("user_code")) else {
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
    let did = answer.text("did").and_then(|did| did.parse().ok());
    Some(Account { handle, did, secret: SecretLocation::Inline(secret) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: Value) -> Result<DeviceCode, String> {
        let answer = Answer { status: 200, body };
        device_code(&answer, &"https://atcr.io".parse().unwrap()).map_err(|error| error.to_string())
    }

    fn answer_with(key: &str, value: Value) -> Value {
        let mut body =
            json!({"device_code": "d", "user_code": "WDJB MJHT", "verification_uri": "https://atcr.io/device?x=1"});
        body[key] = value;
        body
    }

    #[test]
    fn the_approval_page_has_the_code_filled_in() {
        for (body, expected) in [
            (answer_with("x", json!(1)), "https://atcr.io/device?x=1&user_code=WDJB+MJHT"),
            (answer_with("verification_uri_complete", json!("https://atcr.io/d/1")), "https://atcr.io/d/1"),
            (answer_with("verification_uri_complete", json!("")), "https://atcr.io/device?x=1&user_code=WDJB+MJHT"),
        ] {
            assert_eq!(code(body).unwrap().page.url(), expected);
        }
    }

    #[test]
    fn unusable_device_codes_are_refused() {
        let (no_atcr, no_code) = ("it does not seem to be an ATCR registry", "it returned 200 without a device code");
        let no_page = "it returned no web page to approve the device";
        for (body, expected) in [
            (Value::Null, no_atcr),
            (json!({}), no_code),
            (answer_with("device_code", json!(7)), no_code),
            (answer_with("verification_uri", json!("http://atcr.io/device")), no_page),
            (answer_with("verification_uri", json!("javascript:alert(1)")), no_page),
            (answer_with("verification_uri_complete", json!("file:///x")), no_page),
            (answer_with("verification_uri", json!("https://atcr.io@evil.example/")), no_page),
            (
                answer_with("verification_uri_complete", json!(format!("https://a.example/{}", "a".repeat(50_000)))),
                no_page,
            ),
            (
                answer_with("user_code", json!("A".repeat(50_000))),
                "it returned a user code of 50000 characters, which nobody can compare",
            ),
            (
                answer_with("user_code", json!("https://evil.example/")),
                "it returned a user code that nobody can compare",
            ),
            (answer_with("user_code", json!("   ")), "it returned a user code that nobody can compare"),
            (answer_with("user_code", json!("\u{430}bcd")), "it returned a user code that nobody can compare"),
            (answer_with("user_code", json!("AB\u{1b}[31mCD")), "it returned a user code that nobody can compare"),
        ] {
            assert_eq!(code(body).err().as_deref(), Some(expected));
        }
    }

    #[test]
    fn times_are_read_leniently_and_bounded() {
        let seconds = Duration::from_secs_f64;
        for (body, interval, life) in [
            (answer_with("x", json!(1)), 5.0, 600.0),
            (answer_with("interval", json!(2)), 2.0, 600.0),
            (answer_with("interval", json!(0.5)), 0.5, 600.0),
            (answer_with("interval", json!(0)), 5.0, 600.0),
            (answer_with("interval", json!(-1)), 5.0, 600.0),
            (answer_with("interval", json!("7")), 5.0, 600.0),
            (answer_with("interval", json!(0.000_001)), 0.02, 600.0),
            (answer_with("expires_in", json!(30.0)), 5.0, 30.0),
            (answer_with("expires_in", json!(1e300)), 5.0, 600.0),
            (answer_with("expires_in", json!(1e15)), 5.0, 3600.0),
        ] {
            let code = code(body.clone()).unwrap();
            assert_eq!((code.interval, code.life), (seconds(interval), seconds(life)), "{body}");
        }
    }

    #[test]
    fn poll_answers_are_understood_with_any_status() {
        let error = |code: &str| json!({ "error": code });
        let account = Account {
            handle: "evan.jarrett.net".parse().unwrap(),
            did: Some("did:plc:abc".parse().unwrap()),
            secret: SecretLocation::Inline(Secret::new("atcr_device_x")),
        };
        let done = json!({"device_secret": "atcr_device_x", "handle": "Evan.jarrett.net", "did": "did:plc:abc"});
        let failed = |reason: &str| Poll::Failed(reason.to_owned());
        let neither = "it returned neither an account nor an error";
        for (status, body, expected) in [
            (200, done.clone(), Poll::Ended(Login::Approved(account.clone()))),
            (400, done, failed("it returned 400")),
            (200, error("authorization_pending"), Poll::Pending),
            (400, error("authorization_pending"), Poll::Pending),
            (400, error("slow_down"), Poll::SlowDown),
            (429, error("slow_down"), Poll::SlowDown),
            (200, error("access_denied"), Poll::Ended(Login::Denied)),
            (403, error("access_denied"), Poll::Ended(Login::Denied)),
            (400, error("expired_token"), Poll::Ended(Login::Expired)),
            (400, error("no\u{1b}"), failed(r#"it returned the error "no\u{1b}""#)),
            (429, Value::Null, Poll::NoAnswer),
            (503, error("unavailable"), Poll::NoAnswer),
            (404, Value::Null, failed("it returned 404")),
            (200, Value::Null, failed(neither)),
            (200, json!({"device_secret": "x"}), failed(neither)),
            (200, json!({"device_secret": "x", "handle": "alice"}), failed(neither)),
            (200, json!({"device_secret": "", "handle": "a.example"}), failed(neither)),
            (200, json!({"device_secret": "abcd-efgh", "handle": "a.example"}), failed(neither)),
            (200, json!({"device_secret": "atcr_device_x", "handle": "a\u{202e}.example"}), failed(neither)),
            (200, json!({"device_secret": "atcr_device_x", "handle": "@a.example"}), failed(neither)),
        ] {
            assert_eq!(judge(&Answer { status, body: body.clone() }), expected, "{status} {body}");
        }
        let without_did = json!({"device_secret": "atcr_device_x", "handle": "evan.jarrett.net"});
        let expected = Poll::Ended(Login::Approved(Account { did: None, ..account }));
        assert_eq!(judge(&Answer { status: 200, body: without_did }), expected);
    }
}
