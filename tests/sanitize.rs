//! No control character of a foreign text reaches the terminal.

use serde_json::{Value, json};

use crate::support::answers::{DEVICE_CODE, POLL};
use crate::support::{Answer, Answers, Home, Run, appview, home_of_evan, one_account_and};

/// Sets the title, clears the screen, turns the line round, goes back over it, hides and joins text.
const EVIL: &str = "x\u{1b}]0;evil\u{7}\u{1b}[2J\u{9b}31m\u{202e}\r\u{8}\u{7f}\u{61c}\u{200b}\u{2028}\u{2029}\u{fff9}\u{e0041}\u{fe0f}x";

/// The colours that the program itself prints.
const OURS: [&str; 8] = ["31m", "32m", "33m", "1m", "0m", "4m", "36m", "m"];

#[track_caller]
fn assert_sanitized(name: &str, printed: &str) {
    let mut plain = printed.to_owned();
    for colour in OURS {
        plain = plain.replace(&format!("\u{1b}[{colour}"), "");
    }
    let is_unsafe =
        |c: char| c.is_control() && c != '\n' && c != '\t' || EVIL.contains(c) && !c.is_ascii() && c != '\u{9b}';
    assert!(!plain.contains(is_unsafe), "{name}: {plain:?}");
}

/// Runs it as on a terminal with colours, so that the printer removes nothing.
#[track_caller]
fn check(name: &str, run: Run) {
    let seen = run.env("CLICOLOR_FORCE", "1").named(name).any_end().check();
    assert!(!(seen.stdout.is_empty() && seen.stderr.is_empty()), "{name}: without output nothing is tested");
    assert_sanitized(name, &seen.stderr);
    assert_sanitized(name, &seen.stdout);
}

#[test]
fn command_lines_are_sanitized() {
    let appview = appview();
    let host = appview.host();
    for line in [
        "which EVIL",
        "which EVIL/a.example/app",
        "which HOST/EVIL/app",
        "which HOST/evan.jarrett.net/EVIL:EVIL",
        "which HOST/EVIL/app --json",
        "which docker://EVIL",
        "login EVIL",
        "login https://EVIL",
        "login HOST --with-token --handle EVIL",
        "login HOST --device-name EVIL --configure-docker=EVIL",
        "logout EVIL",
        "logout HOST --account EVIL",
        "switch EVIL",
        "switch a.example --registry EVIL",
        "status EVIL",
        "configure-docker EVIL",
        "configure-docker HOST EVIL",
        "doctor EVIL",
        "help EVIL",
        "completion EVIL",
        "version EVIL",
        "EVIL",
        "--EVIL",
        "-EVIL",
        "get EVIL",
    ] {
        let line = line.replace("HOST", &host).replace("EVIL", EVIL);
        let words: Vec<&str> = line.split(' ').collect();
        check(&line, home_of_evan(&appview).run(&words));
    }
}

#[test]
fn environment_variables_are_sanitized() {
    let appview = appview();
    for variable in [
        "ATCR_REGISTRY",
        "ATCR_ACCOUNT",
        "ATCR_HANDLE",
        "ATCR_CONFIG_DIR",
        "DOCKER_CONFIG",
        "REGISTRY_AUTH_FILE",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "SUDO_USER",
        "SUDO_UID",
        "HOME",
    ] {
        let home = home_of_evan(&appview);
        for words in [
            &["status"][..],
            &["doctor"],
            &["login", "registry.invalid"],
            &["configure-docker", "--podman", "--dry-run", "a.invalid"],
            &["kubelet", "--print-config"],
        ] {
            check(&format!("{variable} {words:?}"), home.run(words).env(variable, EVIL));
        }
        check(variable, home.verb("get", "registry.invalid").env(variable, EVIL));
    }
    for variable in ["ATCR_CONFIG_DIR", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_CONFIG_HOME"] {
        let home = home_of_evan(&appview);
        // Below a file no folder can be.
        home.write("file", "");
        let below = home.path("file").join(EVIL);
        for words in
            [&["status"][..], &["doctor"], &["switch", "a.example"], &["configure-docker", "--podman", "a.invalid"]]
        {
            check(&format!("{variable} {words:?}"), home.run(words).env(variable, &below));
        }
    }
    let home = home_of_evan(&appview);
    let run = home.run(&["status"]).env("ATCR_HANDLE", "a.example").env("ATCR_DEVICE_SECRET_FILE", EVIL);
    check("ATCR_DEVICE_SECRET_FILE", run);
}

#[test]
fn requests_on_stdin_are_sanitized() {
    let home = home_of_evan(&appview());
    let credential =
        |server: &str, user: &str| json!({"ServerURL": server, "Username": user, "Secret": "s"}).to_string();
    for (verb, input) in [
        ("get", EVIL.to_owned()),
        ("get", format!("https://{EVIL}/{EVIL}")),
        ("erase", EVIL.to_owned()),
        ("store", credential(EVIL, "a.example")),
        ("store", credential("atcr.io", EVIL)),
        ("store", EVIL.to_owned()),
    ] {
        check(&format!("{verb} {input:?}"), home.verb(verb, input).env("ATCR_DEBUG", "1"));
    }
}

#[test]
fn device_json_is_sanitized() {
    let account = |name: &str, account: Value| json!({"version": 2, "registries": {"https://atcr.io": {"accounts": {name: account}}}});
    for (name, file) in [
        ("a registry", json!({"version": 2, "registries": {EVIL: {}}})),
        ("no object", json!({"version": 2, "registries": {EVIL: 1}})),
        ("a key", account(EVIL, json!({"device_secret": "s"}))),
        ("a handle", account("a.example", json!({"handle": EVIL, "device_secret": "s"}))),
        ("a DID", account("a.example", json!({"did": EVIL, "device_secret": "s"}))),
        ("a secret", account("a.example", json!({"device_secret": [EVIL]}))),
        ("a version", json!({"version": EVIL})),
        ("an old registry", json!({"credentials": {EVIL: {"handle": "a.example", "device_secret": "s"}}})),
        ("an old handle", json!({"handle": EVIL, "device_secret": "s"})),
        (
            "an active account",
            json!({"version": 2, "registries": {"https://atcr.io": {"active": EVIL, "accounts": {"a.example": {"device_secret": "s"}, "b.example": {"device_secret": "s"}}}}}),
        ),
        ("a text", json!(EVIL)),
    ] {
        let home = Home::new();
        home.write_device_json(file.to_string());
        for words in
            [&["status", "--offline"][..], &["doctor"], &["which", "atcr.io/a.example/app"], &["logout"], &["login"]]
        {
            // A login with a valid file would use the network.
            if words != ["login"] || name != "an active account" {
                check(&format!("{name} {words:?}"), home.run(words));
            }
        }
        let run = home.verb("get", "atcr.io").env("ATCR_DEBUG", "1").env("HTTPS_PROXY", "http://127.0.0.1:1");
        check(name, run);
    }
}

#[test]
fn dockers_config_json_is_sanitized() {
    let appview = appview();
    let host = appview.host();
    for (name, config) in [
        ("a helper", json!({"credHelpers": {&host: EVIL}}).to_string()),
        ("another's helper", json!({"credHelpers": {EVIL: "atcr", "other.example": EVIL}}).to_string()),
        ("a store", json!({"credsStore": EVIL}).to_string()),
        (
            "a password",
            json!({"auths": {&host: {"auth": EVIL}, format!("{host}/{EVIL}"): {"auth": "eA=="}}}).to_string(),
        ),
        ("a key", json!({EVIL: EVIL}).to_string()),
        ("raw bytes", format!("{{\"{EVIL}\": 1}}")),
        ("what is no object", json!({"credHelpers": EVIL}).to_string()),
    ] {
        let home = home_of_evan(&appview);
        home.write(".docker/config.json", &config);
        for words in [
            &["status"][..],
            &["doctor"],
            &["configure-docker", "--dry-run"],
            &["configure-docker", "--yes"],
            &["configure-docker", "--remove"],
        ] {
            check(&format!("{name} {words:?}"), home.run(words));
        }
    }
}

#[test]
fn answers_of_servers_are_sanitized() {
    let url = format!("http://127.0.0.1/{EVIL}");
    let code = |user_code: &str, url: &str| json!({"device_code": "d", "user_code": user_code, "verification_uri": url, "interval": 0.02});
    for (name, answer) in [
        ("a user code", Answer::json(200, code(EVIL, "http://127.0.0.1/device"))),
        ("an address", Answer::json(200, code("A-B", &url))),
        ("a host", Answer::json(200, code("A-B", &format!("http://{EVIL}/")))),
        ("an error", Answer::json(400, json!({"error": EVIL, "error_description": EVIL}))),
    ] {
        let (registry, home) = (Answers::start(), Home::new());
        registry.always(DEVICE_CODE, answer);
        registry.always(POLL, Answer::json(400, json!({"error": EVIL, "message": EVIL})));
        check(name, home.run(&["login", &registry.host()]));
    }
    for (name, answer) in [
        ("a handle", json!({"handle": EVIL, "device_secret": "atcr_device_1"})),
        ("a secret", json!({"handle": "a.example", "device_secret": format!("atcr_device_{EVIL}")})),
        ("a DID", json!({"handle": "a.example", "device_secret": "atcr_device_1", "did": EVIL})),
        ("an error", json!({"error": EVIL, "error_description": EVIL})),
    ] {
        let (registry, home) = (Answers::with_device_code(), Home::new());
        registry.always(POLL, Answer::json(200, answer));
        check(name, home.run(&["login", &registry.host()]));
    }
    for status in [200, 401, 403, 500] {
        let expired = json!({"error": "oauth_session_expired", "message": EVIL, "login_url": url});
        let (registry, home) = one_account_and(Answer::json(status, expired));
        for words in [&["status"][..], &["doctor"], &["login", "--with-token", "--handle", "a.example"]] {
            check(&format!("{status} {words:?}"), home.run(words).stdin("atcr_device_1"));
        }
        check("get", home.verb("get", registry.host()).env("ATCR_DEBUG", "1"));
    }
}
