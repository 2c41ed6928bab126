//! Tests of the stand-in itself: what other tests take for granted about it.
#![allow(unused_imports, reason = "a bench is compiled as a test is, without its tests")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{AppView, blobs};

const EVAN: &str = "evan.jarrett.net";
const MICHELLE: &str = "michelle.jarrett.net";

fn appview() -> AppView {
    let appview = AppView::start();
    appview.person(EVAN, "did:plc:abc123");
    appview.person(MICHELLE, "did:plc:def456");
    appview
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn error(&self) -> Value {
        self.json()["error"].clone()
    }
}

/// HTTP by hand, which no proxy of the environment meddles with.
fn ask(appview: &AppView, request: &str, headers: &[&str], body: &str) -> Reply {
    let (host, length) = (appview.host(), body.len());
    let headers: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
    let head =
        format!("{request} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}");
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Reply { status: head[9..12].parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
}

fn post_json(appview: &AppView, path: &str, body: &Value) -> Reply {
    ask(appview, &format!("POST {path}"), &["content-type: application/json"], &body.to_string())
}

fn new_device(appview: &AppView) -> Value {
    post_json(appview, "/auth/device/code", &json!({ "device_name": "evan's <laptop>" })).json()
}

fn poll(appview: &AppView, device: &Value) -> Reply {
    post_json(appview, "/auth/device/token", &json!({ "device_code": device["device_code"] }))
}

fn check(appview: &AppView, user: &str, secret: &str, scope: &str) -> Reply {
    let basic = format!("authorization: Basic {}", BASE64_STANDARD.encode(format!("{user}:{secret}")));
    let request = format!("GET /auth/token?service={}{scope}", appview.host());
    let headers: &[&str] = if secret.is_empty() { &[] } else { &[&basic] };
    ask(appview, &request, headers, "")
}

#[test]
fn a_device_approved_on_the_page_gets_its_secret_once() {
    let appview = appview();
    let device = new_device(&appview);
    assert_eq!(poll(&appview, &device).error(), "authorization_pending");
    let user_code = device["user_code"].as_str().unwrap();
    let page = ask(&appview, &format!("GET /device?user_code={user_code}"), &[], "");
    assert!(page.body.contains("evan&#39;s &lt;laptop&gt;"), "{}", page.body);
    let form = format!("user_code={user_code}&handle={EVAN}&decision=approve");
    ask(&appview, "POST /device", &["content-type: application/x-www-form-urlencoded"], &form);
    let granted = poll(&appview, &device).json();
    assert_eq!((&granted["handle"], &granted["did"]), (&json!(EVAN), &json!("did:plc:abc123")));
    assert_eq!(check(&appview, EVAN, granted["device_secret"].as_str().unwrap(), "").status, 200);
    assert_eq!(poll(&appview, &device).error(), "expired_token");
}

#[test]
fn a_denied_device_and_an_unknown_code_are_told_apart() {
    let appview = appview();
    let denied = new_device(&appview);
    assert!(appview.deny(denied["user_code"].as_str().unwrap()));
    assert_eq!(poll(&appview, &denied).error(), "access_denied");
    assert_eq!(poll(&appview, &json!({"device_code": "unknown"})).error(), "expired_token");
}

#[test]
fn a_waiting_client_does_not_keep_the_server_running() {
    let appview = appview();
    appview.delay_checks(Duration::from_hours(1));
    let mut stream = TcpStream::connect(appview.host()).unwrap();
    write!(stream, "GET /auth/token HTTP/1.1\r\nhost: {}\r\n\r\n", appview.host()).unwrap();
    while appview.log().is_empty() {
        std::thread::yield_now();
    }
    drop(appview);
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
fn an_expired_session_is_no_rejected_secret() {
    let appview = appview();
    let secret = appview.device_secret(EVAN);
    assert_eq!(check(&appview, "EVAN.Jarrett.net", &secret, "").status, 200);
    assert_eq!(check(&appview, "did:plc:abc123", &secret, "").status, 200);
    appview.expire_session(EVAN);
    let expired = check(&appview, EVAN, &secret, "");
    assert_eq!((expired.status, expired.error()), (401, json!("oauth_session_expired")));
    appview.renew_session(EVAN);
    appview.revoke(&secret);
    let revoked = check(&appview, EVAN, &secret, "");
    assert_eq!((revoked.status, revoked.error()), (401, Value::Null));
    assert_eq!(check(&appview, MICHELLE, &appview.device_secret(EVAN), "").status, 401);
}

#[test]
fn a_token_opens_ones_own_repositories_and_public_ones_alone() {
    let appview = appview();
    appview.make_public(&format!("{EVAN}/public"));
    let scope = format!("&scope=repository:{EVAN}/app:pull,push&scope=repository:{EVAN}/public:pull,push");
    let bearer = |user, secret: &str| {
        format!("authorization: Bearer {}", check(&appview, user, secret, &scope).json()["token"].as_str().unwrap())
    };
    let evan = bearer(EVAN, &appview.device_secret(EVAN));
    let michelle = bearer(MICHELLE, &appview.device_secret(MICHELLE));
    let status = |who: &str, request: &str| ask(&appview, request, &[who], "{}").status;
    for repository in ["app", "public"] {
        let path = format!("/v2/{EVAN}/{repository}/manifests/1");
        assert_eq!(status(&michelle, &format!("PUT {path}")), 401);
        assert_eq!(status(&evan, &format!("PUT {path}")), 201);
    }
    assert_eq!(status(&evan, &format!("GET /v2/did:plc:abc123/app/manifests/{}", blobs::digest(b"{}"))), 200);
    let refused = ask(&appview, &format!("GET /v2/{EVAN}/app/manifests/1"), &[&michelle], "");
    assert!(refused.status == 401 && refused.head.contains("error=\"insufficient_scope\""), "{}", refused.head);
    assert_eq!(status(&bearer("", ""), &format!("GET /v2/{EVAN}/public/manifests/1")), 200);
    assert_eq!(appview.pushed(&format!("{EVAN}/app"), "1").unwrap().by, EVAN);
    assert_eq!(appview.log().last().unwrap().identity, None);
}
