//! Pages, codes and paths that are meant to be taken for something else.

use serde_json::{Value, json};

use crate::support::answers::{DEVICE_CODE, POLL};
use crate::support::{Answer, Answers, EVAN, Home};

/// What a login prints that this code begins and nobody approves.
fn login(code: Value) -> String {
    let (registry, home) = (Answers::start(), Home::new());
    registry.always(DEVICE_CODE, Answer::json(200, code));
    registry.always(POLL, Answer::error(400, "access_denied"));
    home.run(&["login", &registry.host()]).status(1).any_stderr().check().stderr
}

#[test]
fn an_approval_page_elsewhere_is_named_as_such() {
    for key in ["verification_uri", "verification_uri_complete"] {
        let printed = login(json!({"device_code": "d", "user_code": "A-B", key: "https://evil.example/device"}));
        assert!(printed.contains("! Approve it only if you know why: this page is at evil.example, not at 127.0.0.1:"));
    }
    let registry = Answers::with_device_code();
    registry.always(POLL, Answer::error(400, "access_denied"));
    let seen = Home::new().run(&["login", &registry.host()]).status(1).any_stderr().check().stderr;
    assert!(!seen.contains("only if you know why"), "{seen}");
}

#[test]
fn a_page_with_a_user_name_before_its_host_is_not_shown() {
    for url in ["https://atcr.io@evil.example/", "https://:p@evil.example/", "http://127.0.0.1:5000@evil.example/"] {
        for key in ["verification_uri", "verification_uri_complete"] {
            let printed = login(json!({"device_code": "d", "user_code": "A-B", key: url}));
            assert!(printed.contains("it returned no web page to approve the device"), "{printed}");
            assert!(!printed.contains("evil"), "{printed}");
        }
    }
}

#[test]
fn endless_codes_addresses_and_errors_are_not_shown() {
    let long = "A".repeat(50_000);
    let url = "https://a.example/";
    for code in [
        json!({"device_code": "d", "user_code": long, "verification_uri": url}),
        json!({"device_code": "d", "user_code": "A-B", "verification_uri": format!("{url}{long}")}),
        json!({"device_code": "d", "user_code": "A-B", "verification_uri_complete": format!("{url}{long}")}),
    ] {
        let printed = login(code);
        assert!(printed.len() < 1000, "{} bytes", printed.len());
    }
    let (registry, home) = (Answers::with_device_code(), Home::new());
    registry.always(POLL, Answer::error(400, &long));
    let seen = home.run(&["login", &registry.host()]).status(1).any_stderr().check();
    assert!(seen.stderr.len() < 1000, "{} bytes", seen.stderr.len());
    let device_secret = format!("atcr_device_{long}");
    registry.next(POLL, [Answer::json(200, json!({"handle": EVAN, "device_secret": device_secret}))]);
    home.run(&["login", &registry.host()]).status(1).stderr_has(&["neither an account nor an error"]).check();
}

#[test]
#[cfg(unix)]
fn a_line_break_in_a_path_adds_no_line() {
    let home = Home::new();
    for name in ["a\n+++ b", "a\r\n+++ b"] {
        let folder = home.path(name);
        for words in [&["configure-docker", "--dry-run", "atcr.io"][..], &["configure-docker", "atcr.io"]] {
            let seen = home.run(words).env("DOCKER_CONFIG", &folder).any_end().check();
            assert!(!(seen.stdout + &seen.stderr).contains("\n+++ b"), "{words:?}");
        }
        std::fs::write(folder.join("config.json"), "[]").unwrap();
        let seen = home.run(&["configure-docker", "atcr.io"]).env("DOCKER_CONFIG", &folder).any_end().check();
        assert!(!seen.stderr.contains("\n+++ b"), "{}", seen.stderr);
    }
}
