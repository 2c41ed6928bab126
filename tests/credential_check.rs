//! What `get` does with each answer of the AppView, and when it checks at all.

use std::fs::{self, File};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::support::answers::CHECK;
use crate::support::{Answer, Answers, EVAN, Home, Registry, home_of_evan, one_account, one_account_and};

#[track_caller]
fn answers(registry: &impl Registry, home: &Home) {
    let host = registry.host();
    home.verb("get", &*host).stdout(home.credential(registry, EVAN, &host)).check();
}

/// Evan's home, and a registry without answers yet.
fn unanswered() -> (Answers, Home) {
    let registry = Answers::start();
    let home = home_of_evan(&registry);
    (registry, home)
}

#[test]
fn a_cached_validation_needs_no_connection() {
    let (appview, home) = one_account();
    answers(&appview, &home);
    let before = appview.connections();
    answers(&appview, &home);
    assert_eq!((appview.checks(), appview.connections()), (1, before));
}

/// Neither for a connection nor to look up a name. The first `get` proves that a socket would be in the trace.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn with_a_cached_validation_no_socket_is_opened() {
    use crate::support::{PROGRAM, Run};
    let (appview, home) = one_account();
    let Some(strace) = crate::clients::installed::speaking("strace", "strace").pop() else { return };
    for is_checked in [true, false] {
        let mut traced = home.command(&strace);
        traced.args(["-f", "-e", "trace=network", "-o", "trace", *PROGRAM, "get"]);
        Run::new(traced).stdin(&*appview.host()).stdout_has(&[EVAN]).check();
        let trace = fs::read_to_string(home.path("trace")).unwrap();
        assert_eq!(trace.contains("socket("), is_checked, "{trace}");
    }
}

#[test]
fn stale_and_future_validations_are_checked_again() {
    let (appview, home) = one_account();
    answers(&appview, &home);
    for (checks, time) in [
        (2, SystemTime::now() - Duration::from_mins(5)),
        (3, SystemTime::now() + Duration::from_mins(5)),
        (3, SystemTime::now() - Duration::from_mins(4)),
    ] {
        for entry in fs::read_dir(home.path(".atcr/validated")).unwrap() {
            File::options().write(true).open(entry.unwrap().path()).unwrap().set_modified(time).unwrap();
        }
        answers(&appview, &home);
        assert_eq!(appview.checks(), checks, "{time:?}");
    }
}

#[test]
fn the_check_is_the_call_that_docker_makes_without_a_scope() {
    let (appview, home) = one_account();
    answers(&appview, &home);
    let log = appview.log();
    let [entry] = &log[..] else { panic!("{log:?}") };
    let call = (entry.method.as_str(), entry.path.as_str(), entry.query.as_str());
    assert_eq!(call, ("GET", "/auth/token", "service=127.0.0.1"));
    assert_eq!(entry.identity.as_deref(), Some(EVAN));
    assert!(entry.user_agent.as_deref().unwrap().starts_with("docker-credential-atcr/"));
}

#[test]
fn a_revoked_credential_is_refused_and_not_cached() {
    let (appview, home) = one_account();
    appview.revoke(&home.secret(&appview, EVAN));
    let host = appview.host();
    for checks in 1..=2 {
        home.verb("get", &*host)
            .fails_with(&format!(
                "{host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host} --account {EVAN}"
            ))
            .check();
        assert_eq!(appview.checks(), checks);
    }
}

#[test]
fn an_expired_session_shows_where_to_renew_it() {
    let (appview, home) = one_account();
    appview.expire_session(EVAN);
    let host = appview.host();
    let seen = home
        .verb("get", &*host)
        .status(1)
        .stdout_has(&["the login of evan.jarrett.net at", "has expired; renew it in a browser: http://127.0.0.1:"])
        .stderr_has(&["renew it in a browser"])
        .check();
    assert_eq!(seen.stdout, seen.stderr);
    appview.renew_session(EVAN);
    answers(&appview, &home);
}

#[test]
fn a_login_url_that_is_not_a_web_page_is_hidden() {
    let (registry, home) = unanswered();
    let host = registry.host();
    for url in ["javascript:alert(1)", "file:///etc/passwd", "", "\u{1b}[31m"] {
        for status in [200, 401] {
            let expired = json!({"error": "oauth_session_expired", "login_url": url});
            registry.next(CHECK, [Answer::json(status, expired)]);
            home.verb("get", &*host)
                .fails_with(&format!(
                    "the login of {EVAN} at {host} has expired; run: docker-credential-atcr login {host} --account {EVAN}"
                ))
                .check();
        }
    }
}

#[test]
fn an_inconclusive_answer_is_ignored_and_not_cached() {
    let (registry, home) = unanswered();
    for answer in [
        Answer::status(200),
        Answer::status(407),
        Answer::status(503),
        Answer::error(200, "server_error"),
        Answer::body(200, "text/html", "<html><h1>Welcome to the train's wifi</h1></html>"),
        Answer::body(200, "application/json", "{\"token\": \"\"}"),
        Answer::body(200, "application/json", "[]"),
        Answer::body(200, "application/json", "{\"token\": "),
        Answer::body(200, "application/json", format!("{{\"token\": \"{}\"}}", "x".repeat(70_000))),
        Answer::redirect("/auth/token"),
        Answer::dropped(),
    ] {
        registry.forget();
        registry.always(CHECK, answer.clone());
        answers(&registry, &home);
        let files = fs::read_dir(home.path(".atcr/validated")).unwrap();
        let is_validation =
            |entry: &std::io::Result<fs::DirEntry>| entry.as_ref().unwrap().path().extension().is_none();
        assert_eq!(files.filter(is_validation).count(), 0, "{answer:?}");
    }
}

#[test]
fn a_redirect_within_the_origin_is_followed() {
    let (registry, home) = unanswered();
    let again = format!("{}/auth/token?service={}", registry.url(), registry.host());
    registry.next(CHECK, [Answer::redirect(&again), Answer::token()]);
    answers(&registry, &home);
    answers(&registry, &home);
    assert_eq!(registry.count(CHECK), 2);
}

#[test]
fn an_unreachable_registry_is_no_error() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = Home::new();
    home.write_device_json(format!(
        r#"{{"version": 2, "registries": {{"http://{free}": {{"accounts": {{"a.example": {{"device_secret": "s"}}}}}}}}}}"#
    ));
    home.verb("get", free.to_string())
        .stdout(format!("{{\"ServerURL\":\"{free}\",\"Username\":\"a.example\",\"Secret\":\"s\"}}\n"))
        .check();
}

#[test]
fn loopback_never_goes_through_a_proxy() {
    let (appview, home) = one_account();
    let proxy = crate::support::appview();
    let host = appview.host();
    home.verb("get", &*host)
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url())
        .env("ALL_PROXY", proxy.url())
        .stdout(home.credential(&appview, EVAN, &host))
        .check();
    assert_eq!((proxy.connections(), appview.checks()), (0, 1));
}

#[test]
fn other_registries_are_reached_through_the_proxy() {
    let proxy = crate::support::appview();
    let home = Home::new();
    home.write_device_json(
        r#"{"version": 2, "registries": {"https://registry.invalid": {"accounts": {"a.example": {"device_secret": "s"}}}}}"#,
    );
    home.verb("get", "registry.invalid")
        .env("HTTPS_PROXY", proxy.url())
        .stdout("{\"ServerURL\":\"registry.invalid\",\"Username\":\"a.example\",\"Secret\":\"s\"}\n")
        .check();
    assert_eq!(proxy.log().first().map(|entry| entry.method.clone()).as_deref(), Some("CONNECT"));
}

#[test]
fn concurrent_gets_share_one_check() {
    let (registry, home) = one_account_and(Answer::token().after(Duration::from_millis(300)));
    let host = registry.host();
    let expected = home.credential(&registry, EVAN, &host);
    std::thread::scope(|threads| {
        for _ in 0..16 {
            let run = home.verb("get", &*host).stdout(&*expected);
            threads.spawn(move || run.check());
        }
    });
    assert_eq!(registry.count(CHECK), 1);
}

#[test]
fn without_a_writable_cache_each_get_checks() {
    let (appview, home) = one_account();
    home.write(".atcr/validated", "a file where the folder would be");
    answers(&appview, &home);
    answers(&appview, &home);
    assert_eq!(appview.checks(), 2);
}
