use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::answers::{DEVICE_CODE, POLL};
use crate::support::{Answer, Answers, AppView, EVAN, Home, MICHELLE, PROGRAM, Registry, appview, start};

fn approving(handle: &str) -> AppView {
    let appview = appview();
    appview.approve_devices_as(handle);
    appview
}

fn pending(status: u16) -> Answer {
    Answer::error(status, "authorization_pending")
}

#[track_caller]
fn logs_in(registry: &impl Registry, home: &Home) -> String {
    home.run(&["login", &registry.host()])
        .stderr_has(&[&format!("✓ Logged in to {} as {EVAN}.\n", registry.host())])
        .check()
        .stderr
}

#[test]
fn without_a_terminal_code_and_url_are_shown() {
    let (appview, home) = (approving(EVAN), Home::new());
    let stderr = logs_in(&appview, &home);
    let code = stderr.lines().find_map(|line| line.strip_prefix("Check that the page shows this code: ")).unwrap();
    assert!(stderr.contains(&format!("{}/device?user_code={code}\n", appview.url())), "{stderr}");
    let file: Value = serde_json::from_str(&home.device_json()).unwrap();
    let registry = &file["registries"][appview.url()];
    assert_eq!(registry["active"], EVAN);
    assert_eq!(registry["accounts"][EVAN]["did"], "did:plc:evan");
    let host = appview.host();
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
}

#[test]
fn a_previous_handles_secret_leaves_the_backup_too() {
    let (appview, home) = (approving(EVAN), Home::new());
    let old = json!({"handle": "old.example", "did": "did:plc:evan", "device_secret": "atcr_device_old"});
    let registry = json!({"active": "old.example", "accounts": {"old.example": old}});
    let file = json!({"version": 2, "registries": {appview.url(): registry}});
    home.write_device_json(file.to_string());
    let before = json!({"handle": "old.example", "device_secret": "atcr_device_old", "appview_url": appview.url()});
    home.write(".atcr/device.json.bak", json!([before, {"handle": "b.example", "device_secret": "b"}]).to_string());
    home.run(&["login", &appview.host()]).stderr_has(&["Replaced old.example"]).check();
    let backup = fs::read_to_string(home.path(".atcr/device.json.bak")).unwrap();
    assert!(!backup.contains("atcr_device_old") && backup.contains("\"b\""), "{backup}");
}

#[test]
fn a_second_account_becomes_the_active_one() {
    let (appview, home) = (approving(EVAN), Home::new());
    logs_in(&appview, &home);
    appview.approve_devices_as(MICHELLE);
    for now in ["now", "still"] {
        let active = format!("{MICHELLE} is {now} the active account. Images owned by {EVAN} still use {EVAN}.\n");
        home.run(&["login", &appview.host()]).stderr_has(&[&active]).check();
    }
    let host = appview.host();
    home.verb("get", &*host).stdout(home.credential(&appview, MICHELLE, &host)).check();
    let server = format!("{host}/{EVAN}/app");
    home.verb("get", &*server).stdout(home.credential(&appview, EVAN, &server)).check();
}

#[test]
fn logging_in_again_renews_the_secret() {
    let (appview, home) = (approving(EVAN), Home::new());
    logs_in(&appview, &home);
    let first = home.secret(&appview, EVAN);
    let stderr = logs_in(&appview, &home);
    assert_ne!(home.secret(&appview, EVAN), first);
    assert!(stderr.contains("Already logged in; the device secret was replaced. The previous one may still be valid until you revoke it at "), "{stderr}");
}

/// Nothing tells the registry that it is not needed any more.
fn revoke(appview: &AppView) -> String {
    format!("The previous device secret may still be valid until you revoke it at {}.\n", appview.url())
}

#[test]
fn a_login_under_a_new_handle_replaces_the_same_account() {
    let (appview, home) = (appview(), Home::new());
    appview.person("evan.example", "did:plc:evan");
    home.log_in(&appview, &[EVAN]);
    appview.approve_devices_as("evan.example");
    home.run(&["login", &appview.host()])
        .stderr_has(&[&format!("Replaced {EVAN} (same account, previous handle). {}", revoke(&appview))])
        .check();
    assert!(!home.device_json().contains(EVAN));
}

/// A handle is a name that its owner may give away.
#[test]
fn a_handle_of_another_account_is_said_to_be() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN, MICHELLE]);
    appview.person(EVAN, "did:plc:other");
    appview.approve_devices_as(EVAN);
    let line = format!(
        "{EVAN} belongs to another account now: did:plc:other. Replaced the one it belonged to: did:plc:evan. {}",
        revoke(&appview)
    );
    let seen = home.run(&["login", &appview.host()]).stderr_has(&[&line]).check();
    assert!(!seen.stderr.contains("Already logged in"), "{}", seen.stderr);
}

/// Whoever names an account by its DID means no other that has its handle by now.
#[test]
fn an_account_that_is_named_by_its_did_is_no_other() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    let before = home.device_json();
    let login = || home.run(&["login", &appview.host(), "--account", "did:plc:evan"]);
    appview.approve_devices_as(EVAN);
    login().stderr_has(&["✓ Logged in"]).check();
    let known = home.device_json();
    appview.person(EVAN, "did:plc:other");
    login()
        .status(1)
        .stderr_has(&[&format!(
            "error: {EVAN} (did:plc:other) approved the login, not did:plc:evan; nothing was saved"
        )])
        .check();
    assert_eq!(home.device_json(), known);
    assert_ne!(known, before);
}

#[test]
fn accounts_that_swapped_handles_are_both_named() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN, MICHELLE]);
    appview.person(EVAN, "did:plc:michelle");
    appview.approve_devices_as(EVAN);
    let lines = [
        format!(
            "{EVAN} belongs to another account now: did:plc:michelle. Replaced the one it belonged to: did:plc:evan. {}",
            revoke(&appview)
        ),
        format!("Replaced {MICHELLE} (same account, previous handle). {}", revoke(&appview)),
    ];
    home.run(&["login", &appview.host()]).stderr_has(&[&lines[0], &lines[1]]).check();
    assert!(!home.device_json().contains("did:plc:evan"), "{}", home.device_json());
}

#[test]
fn a_credential_in_the_environment_takes_precedence() {
    let (appview, home) = (approving(EVAN), Home::new());
    let host = appview.host();
    let login = || home.run(&["login", &host]).env("ATCR_HANDLE", EVAN);
    login()
        .env("ATCR_REGISTRY", &host)
        .env("ATCR_APP_PASSWORD", "hidden")
        .status(1)
        .stderr(format!(
            "error: ATCR_HANDLE and ATCR_APP_PASSWORD are set and take precedence for {host}\n  \
             to log in, first unset them: unset ATCR_HANDLE ATCR_APP_PASSWORD\n"
        ))
        .check();
    login()
        .env("ATCR_REGISTRY", &host)
        .status(1)
        .stderr_has(&[
            "error: ATCR_HANDLE is set and takes precedence for ",
            "to log in, first unset it: unset ATCR_HANDLE\n",
        ])
        .check();
    // Without ATCR_REGISTRY it is for atcr.io, not for this registry.
    login().env("ATCR_APP_PASSWORD", "hidden").stderr_has(&["Logged in"]).check();
}

#[test]
fn the_device_has_the_machines_name_or_the_given_one() {
    let (appview, home) = (approving(EVAN), Home::new());
    home.run(&["login", &appview.host(), "--device-name", "the grey one"]).stderr_has(&["Logged in"]).check();
    logs_in(&appview, &home);
    let names: Vec<String> = appview.log().into_iter().filter_map(|entry| entry.device_name).collect();
    assert_eq!(names[0], "the grey one");
    assert!(!names[1].is_empty());
    let pasted = home.run(&["login", &appview.host(), "--device-name", "u:pass,word@h"]);
    pasted.stderr_has(&["lists this device as \"***@h\"; you can revoke it there."]).check();
}

#[test]
fn the_registry_may_be_in_the_environment_or_the_only_one() {
    let (appview, home) = (approving(EVAN), Home::new());
    home.run(&["login"]).env("ATCR_REGISTRY", appview.host()).stderr_has(&["Logged in"]).check();
    home.run(&["login"]).stderr_has(&["Logged in"]).check();
}

#[test]
fn polling_continues_until_the_approval() {
    let (registry, home) = (Answers::with_device_code(), Home::new());
    registry.next(
        POLL,
        [
            pending(200),
            pending(400),
            Answer::dropped(),
            Answer::status(429),
            Answer::status(500),
            Answer::body(503, "text/html", "<h1>Soon</h1>"),
            pending(400),
            Answer::approved(EVAN),
        ],
    );
    logs_in(&registry, &home);
    assert_eq!(registry.count(POLL), 8);
}

#[test]
fn optional_fields_of_the_answers_may_be_missing() {
    let (registry, home) = (Answers::start(), Home::new());
    let mut code = registry.device_code();
    code.as_object_mut().unwrap().retain(|key, _| !["expires_in", "verification_uri_complete"].contains(&&**key));
    registry.always(DEVICE_CODE, Answer::json(200, code));
    registry.always(POLL, Answer::json(200, json!({"device_secret": "atcr_device_1", "handle": EVAN})));
    let stderr = logs_in(&registry, &home);
    assert!(stderr.contains("/device?user_code="), "{stderr}");
}

#[test]
fn slow_down_makes_the_polls_five_seconds_slower() {
    let (registry, home) = (Answers::with_device_code(), Home::new());
    registry.next(POLL, [Answer::error(400, "slow_down"), Answer::approved(EVAN)]);
    let started = Instant::now();
    logs_in(&registry, &home);
    assert!(started.elapsed() >= Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn a_login_without_an_approval_fails_and_saves_nothing() {
    let (registry, home) = (Answers::with_device_code(), Home::new());
    let (host, url) = (registry.host(), registry.url());
    let denied = format!("the login was denied in the browser\n  run: docker-credential-atcr login {host}\n");
    for (answer, reason) in [
        (Answer::error(200, "access_denied"), &*denied),
        (Answer::error(403, "access_denied"), &denied),
        (
            Answer::error(400, "expired_token"),
            &*format!("the code expired before it was approved\n  run: docker-credential-atcr login {host}\n"),
        ),
        (
            Answer::error(400, "invalid_client"),
            &format!("can't log in to {url}: it returned the error \"invalid_client\"\n"),
        ),
        (Answer::status(404), &format!("can't log in to {url}: it returned 404\n")),
        (Answer::status(200), &format!("can't log in to {url}: it returned neither an account nor an error\n")),
    ] {
        registry.next(POLL, [pending(400), answer]);
        home.run(&["login", &host]).status(1).stderr_has(&[&format!("error: {reason}")]).check();
        assert!(!home.path(".atcr/device.json").exists());
    }
    registry.next(POLL, [Answer::error(200, "access_denied")]);
    let again = format!("  run: docker-credential-atcr login {host} --account {EVAN}\n");
    home.run(&["login", &host, "--account", EVAN]).status(1).stderr_has(&[&again]).check();
}

#[test]
fn polling_ends_when_the_code_does() {
    let (registry, home) = (Answers::start(), Home::new());
    let mut code = registry.device_code();
    code["expires_in"] = json!(0.3);
    registry.always(DEVICE_CODE, Answer::json(200, code));
    registry.always(POLL, pending(400));
    home.run(&["login", &registry.host()]).status(1).stderr_has(&["the code expired before it was approved"]).check();
}

#[test]
fn an_unreachable_server_is_an_error_that_names_it() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    Home::new()
        .run(&["login", &free.to_string()])
        .status(1)
        .stderr_has(&[
            &format!("error: can't log in to http://{free}: it can't be reached: connection refused"),
            "refused",
        ])
        .check();
}

#[test]
fn login_configures_docker_or_suggests_it() {
    let (appview, home) = (approving(EVAN), Home::new());
    let host = appview.host();
    let hint = format!(
        "Next, have Docker use it, then build and push an image:\n  docker-credential-atcr configure-docker {host}\n"
    );
    assert!(logs_in(&appview, &home).contains(&hint));
    let no = home.run(&["login", &host, "--configure-docker=no"]).stderr_has(&["Logged in"]).check();
    assert!(!no.stderr.contains("configure-docker") && !no.stderr.contains("docker push"), "{}", no.stderr);
    home.run(&["login", &host, "--configure-docker=yes"])
        .stderr_has(&["✓ Logged in", &format!("✓ Docker now uses docker-credential-atcr for {host}")])
        .check();
    let config = std::fs::read_to_string(home.path(".docker/config.json")).unwrap();
    assert!(config.contains(&format!("\"{host}\": \"atcr\"")), "{config}");
    assert!(!logs_in(&appview, &home).contains("configure-docker"));
}

#[test]
fn an_invalid_registry_is_a_usage_error() {
    Home::new()
        .run(&["login", "not a host"])
        .status(2)
        .stderr("error: \"not a host\" is not the name of a registry (HOST, HOST:PORT or https://HOST)\n")
        .check();
}

#[test]
fn the_code_is_shown_before_the_approval() {
    let (appview, home) = (appview(), Home::new());
    let mut program = home.command(*PROGRAM);
    program.args(["login", &appview.host()]).stderr(Stdio::piped());
    let mut program = start(|| program.spawn());
    let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
    let code = lines.nth(2).unwrap().unwrap().strip_prefix("Check that the page shows this code: ").unwrap().to_owned();
    assert!(appview.approve(&code, EVAN));
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(program.wait().unwrap().success() && rest[1].contains("Logged in"), "{rest:?}");
}
