//! Servers that send the credential elsewhere.

use super::server::{MisbehavingServer, answer, says};
use super::{Row, Witness, tls};
use crate::support::Home;

/// A redirect to `location`, whatever its status, is not followed.
fn is_not_followed(name: &'static str, location: &str, witness: &Witness, over_tls: bool) {
    for status in ["301 x", "302 x", "303 x", "307 x", "308 x"] {
        let scenario = says(answer(status, &format!("Location: {location}\r\nConnection: close\r\n"), ""));
        let row = if over_tls { Row::over_tls(name, scenario, tls::good()) } else { Row::over_http(name, scenario) };
        row.get(&row.home());
        assert_eq!(row.server.requests().len(), 1, "{name} with {status}: one request");
        witness.saw_nobody();
    }
}

#[test]
fn a_redirect_to_another_origin_is_not_followed() {
    let witness = Witness::new();
    let elsewhere = witness.host();
    let port = elsewhere.split_once(':').unwrap().1;
    for (name, location) in [
        ("another port", format!("http://{elsewhere}/auth/token")),
        ("another name of this machine", format!("http://localhost:{port}/auth/token")),
        ("another scheme", format!("https://{elsewhere}/auth/token")),
        ("no scheme", format!("//{elsewhere}/auth/token")),
        ("a name for a password", format!("http://127.0.0.1@{elsewhere}/auth/token")),
        ("a file", "file:///etc/passwd".to_owned()),
        ("a script", "javascript:alert(1)".to_owned()),
        ("what is no URL", "http://[".to_owned()),
        ("control characters", format!("http://{elsewhere}/\u{1b}[2J")),
    ] {
        is_not_followed(name, &location, &witness, false);
    }
}

#[test]
fn a_redirect_from_https_to_http_is_not_followed() {
    let witness = Witness::new();
    is_not_followed("http elsewhere", &format!("http://{}/auth/token", witness.host()), &witness, true);
}

#[test]
fn a_redirect_loop_ends_after_six_requests() {
    for location in ["/auth/token", ""] {
        let redirect = answer("307 x", &format!("Location: {location}\r\nConnection: close\r\n"), "");
        let row = Row::over_http("a loop", says(redirect));
        row.get(&row.home());
        assert_eq!(row.server.requests().len(), 6);
        assert!(row.server.requests().iter().all(|request| request.contains("authorization: basic ")));
    }
}

#[test]
fn a_device_code_is_not_sent_to_another_origin() {
    let witness = Witness::new();
    let there = format!("Location: http://{}/auth/device/token\r\n", witness.host());
    let code = r#"{"device_code": "marked", "user_code": "A-B", "verification_uri": "http://127.0.0.1/device", "interval": 0.02}"#;
    let server = MisbehavingServer::answering(
        std::sync::Arc::new(move |stream, head| {
            let is_first = head.contains("device/code");
            let answer = if is_first { answer("200 OK", "", code) } else { answer("307 x", &there, "") };
            stream.write_all(answer.as_bytes())
        }),
        None,
    );
    Home::new().run(&["login", &server.host]).status(1).stderr_has(&["can't log in to", "it returned 307"]).check();
    witness.saw_nobody();
}
