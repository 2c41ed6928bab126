use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
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
    let code = stderr.lines().next().unwrap().strip_prefix("Check that the page shows this code: ").unwrap();
    assert!(stderr.contains(&format!("{}/device?user_code={code}\n", appview.url())), "{stderr}");
    let file: Value = serde_json::from_str(&home.device_json()).unwrap();
    let registry = &file["registries"][appview.url()];
    assert_eq!(registry["active"], EVAN);
    assert_eq!(registry["accounts"][EVAN]["did"], "did:plc:evan");
    let host = appview.host();
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
}

#[test]
fn a_second_account_joins_the_first_and_becomes_the_active_one() {
    let (appview, home) = (approving(EVAN), Home::new());
    logs_in(&appview, &home);
    appview.approve_devices_as(MICHELLE);
    home.run(&["login", &appview.host()])
        .stderr_has(&[&format!("{MICHELLE} is now the active account. Images owned by {EVAN} still use {EVAN}.\n")])
        .check();
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
    assert!(stderr.contains("Already logged in; the device secret was replaced.\n"), "{stderr}");
}

#[test]
fn a_login_under_a_new_handle_replaces_the_same_account() {
    let (appview, home) = (appview(), Home::new());
    appview.person("evan.example", "did:plc:evan");
    home.log_in(&appview, &[EVAN]);
    appview.approve_devices_as("evan.example");
    home.run(&["login", &appview.host()])
        .stderr_has(&[&format!("Replaced {EVAN} (same account, previous handle).\n")])
        .check();
    assert!(!home.device_json().contains(EVAN));
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
    // It belongs to atcr.io here, and is nothing to this registry.
    login().env("ATCR_APP_PASSWORD", "hidden").stderr_has(&["Logged in"]).check();
}

#[test]
fn the_device_is_named_after_the_machine_or_as_the_person_says() {
    let (appview, home) = (approving(EVAN), Home::new());
    home.run(&["login", &appview.host(), "--device-name", "the grey one"]).stderr_has(&["Logged in"]).check();
    logs_in(&appview, &home);
    let names: Vec<String> = appview.log().into_iter().filter_map(|entry| entry.device_name).collect();
    assert_eq!(names[0], "the grey one");
    assert!(!names[1].is_empty());
}

#[test]
fn the_registry_of_the_environment_is_the_one_to_log_in_to() {
    let (appview, home) = (approving(EVAN), Home::new());
    home.run(&["login"]).env("ATCR_REGISTRY", appview.host()).stderr_has(&["Logged in"]).check();
}

#[test]
fn the_only_registry_that_is_known_is_the_one_to_log_in_to() {
    let (appview, home) = (approving(EVAN), Home::new());
    logs_in(&appview, &home);
    home.run(&["login"]).stderr_has(&["Logged in"]).check();
}

#[test]
fn what_a_poll_hears_before_the_approval_is_no_end() {
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
fn an_answer_without_did_interval_life_and_complete_url_is_enough() {
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
fn a_denied_login_is_a_failure_and_keeps_nothing() {
    for status in [200, 400, 403] {
        let (registry, home) = (Answers::with_device_code(), Home::new());
        registry.next(POLL, [pending(status), Answer::error(status, "access_denied")]);
        home.run(&["login", &registry.host()])
            .status(1)
            .stderr_has(&["error: the login was denied in the browser\n"])
            .check();
        assert!(!home.path(".atcr/device.json").exists());
    }
}

#[test]
fn an_expired_code_is_a_failure_that_names_the_command() {
    let (registry, home) = (Answers::with_device_code(), Home::new());
    for status in [200, 400] {
        registry.next(POLL, [Answer::error(status, "expired_token")]);
        home.run(&["login", &registry.host()])
            .status(1)
            .stderr_has(&[
                "error: the code expired before it was approved\n",
                &format!("  run: docker-credential-atcr login {}\n", registry.host()),
            ])
            .check();
    }
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
fn an_error_that_waiting_does_not_fix_ends_the_login() {
    let (registry, home) = (Answers::with_device_code(), Home::new());
    for (answer, reason) in [
        (Answer::error(400, "invalid_client"), "it returned the error \"invalid_client\""),
        (Answer::status(404), "it returned 404"),
        (Answer::status(200), "it returned neither an account nor an error"),
    ] {
        registry.next(POLL, [answer]);
        let line = format!("error: can't log in to {}: {reason}\n", registry.url());
        home.run(&["login", &registry.host()]).status(1).stderr_has(&[&line]).check();
    }
    assert!(!home.path(".atcr/device.json").exists());
}

#[test]
fn an_appview_that_gives_no_code_is_a_failure_that_names_it() {
    let (registry, home) = (Answers::start(), Home::new());
    for (answer, reason) in [
        (Answer::status(500), "it returned 500 without a device code"),
        (Answer::status(404), "it returned 404 without a device code"),
        (Answer::body(200, "application/json", "<html>"), "it returned 200 without a device code"),
        (
            Answer::json(
                200,
                json!({"device_code": "d", "user_code": "A-B", "verification_uri": "javascript:alert(1)"}),
            ),
            "it returned no web page to approve the device",
        ),
    ] {
        registry.next(DEVICE_CODE, [answer]);
        let stderr = format!("error: can't log in to {}: {reason}\n", registry.url());
        home.run(&["login", &registry.host()]).status(1).stderr(stderr).check();
    }
}

#[test]
fn a_server_that_is_not_there_is_a_failure_that_names_it() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    Home::new()
        .run(&["login", &free.to_string()])
        .status(1)
        .stderr_has(&[&format!("error: can't log in to http://{free}: error sending request"), "refused"])
        .check();
}

#[test]
fn text_of_the_server_does_not_drive_the_terminal() {
    let (registry, home) = (Answers::start(), Home::new());
    let mut code = registry.device_code();
    code["user_code"] = json!("\u{1b}[31mRED");
    registry.always(DEVICE_CODE, Answer::json(200, code));
    registry.always(POLL, Answer::error(400, "expired_token"));
    let seen = home
        .run(&["login", &registry.host()])
        .status(1)
        .stderr_has(&["Check that the page shows this code: \u{fffd}[31mRED\n"])
        .check();
    assert!(!seen.stderr.contains('\u{1b}'), "{}", seen.stderr);
}

#[test]
fn configure_docker_is_suggested_until_it_is_done() {
    let (appview, home) = (approving(EVAN), Home::new());
    let host = appview.host();
    let hint = format!("To use it with Docker, run: docker-credential-atcr configure-docker {host}\n");
    assert!(logs_in(&appview, &home).ends_with(&hint));
    let no = home.run(&["login", &host, "--configure-docker=no"]).stderr_has(&["Logged in"]).check();
    assert!(!no.stderr.contains("configure-docker"), "{}", no.stderr);
    home.run(&["configure-docker", &host]).stderr_has(&["now uses"]).check();
    assert!(!logs_in(&appview, &home).contains("configure-docker"));
}

#[test]
fn what_is_no_registry_is_a_usage_error() {
    Home::new()
        .run(&["login", "not a host"])
        .status(2)
        .stderr("error: \"not a host\" is not the name of a registry (HOST, HOST:PORT or https://HOST)\n")
        .check();
}

#[test]
fn a_person_can_approve_on_the_page_that_is_shown() {
    let (appview, home) = (appview(), Home::new());
    let mut program = home.command(PROGRAM);
    program.args(["login", &appview.host()]).stderr(Stdio::piped());
    let mut program = start(|| program.spawn());
    let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
    let code = lines.next().unwrap().unwrap().strip_prefix("Check that the page shows this code: ").unwrap().to_owned();
    let url = lines.next().unwrap().unwrap().strip_prefix("Approve the login at:                ").unwrap().to_owned();
    let page = http(&appview, "GET", url.strip_prefix(&appview.url()).unwrap(), "");
    assert!(page.contains(&code) && page.contains(EVAN), "{page}");
    http(&appview, "POST", "/device", &format!("user_code={code}&handle={EVAN}&decision=approve"));
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(program.wait().unwrap().success() && rest[1].contains("Logged in"), "{rest:?}");
}

fn http(appview: &AppView, method: &str, path: &str, form: &str) -> String {
    let (host, length) = (appview.host(), form.len());
    let mut stream = TcpStream::connect(&host).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    write!(stream, "{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

#[test]
fn in_a_pipeline_one_line_logs_in_and_sets_docker_up() {
    let (appview, home) = (approving(EVAN), Home::new());
    let host = appview.host();
    home.run(&["login", &host, "--configure-docker=yes"])
        .stderr_has(&["✓ Logged in", &format!("✓ Docker now uses docker-credential-atcr for {host}")])
        .check();
    let config = std::fs::read_to_string(home.path(".docker/config.json")).unwrap();
    assert!(config.contains(&format!("\"{host}\": \"atcr\"")), "{config}");
}
