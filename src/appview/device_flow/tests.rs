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
        (answer_with("verification_uri_complete", json!(format!("https://a.example/{}", "a".repeat(50_000)))), no_page),
        (
            answer_with("user_code", json!("A".repeat(50_000))),
            "it returned a user code of 50000 characters, which nobody can compare",
        ),
        (answer_with("user_code", json!("https://evil.example/")), "it returned a user code that nobody can compare"),
        (answer_with("user_code", json!("   ")), "it returned a user code that nobody can compare"),
        (answer_with("user_code", json!("\u{430}bcd")), "it returned a user code that nobody can compare"),
        (answer_with("user_code", json!("AB\u{1b}[31mCD")), "it returned a user code that nobody can compare"),
    ] {
        assert_eq!(code(body).err().as_deref(), Some(expected));
    }
}

/// A page that a redirect or an error carries along is no invitation to approve it.
#[test]
fn a_failure_has_no_device_code_whatever_its_body_says() {
    for status in [201, 204, 301, 302, 307, 400, 401, 403, 404, 409, 429, 500, 503] {
        let answer = Answer { status, body: answer_with("x", json!(1)) };
        assert!(device_code(&answer, &"https://atcr.io".parse().unwrap()).is_err(), "{status}");
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
