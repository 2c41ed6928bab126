//! `docker-credential-atcr-HANDLE`, a link to the program: a helper for one account.

use std::env::consts::EXE_SUFFIX;
use std::fs;

use serde_json::json;

use crate::support::{
    Answer, Answers, AppView, EVAN, Home, MICHELLE, PROGRAM, Run, executable, two_accounts, two_accounts_none_active,
};

/// A run of the program under this name.
fn named(home: &Home, name: &str, arguments: &[&str]) -> Run {
    let link = home.path(&format!("bin/docker-credential-{name}{EXE_SUFFIX}"));
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    if !link.exists() {
        executable::link(*PROGRAM, &link);
    }
    let mut command = home.command(link);
    command.args(arguments);
    Run::new(command)
}

fn verb(home: &Home, account: &str, verb: &str, input: &str) -> Run {
    named(home, &format!("atcr-{account}"), &[verb]).stdin(input)
}

fn answers(appview: &AppView, home: &Home, run: Run, server: &str, handle: &str) {
    run.stdout(home.credential(appview, handle, server)).check();
}

#[test]
fn its_account_is_used_whatever_the_image() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let of_michelle = format!("{host}/{MICHELLE}/app:1");
    for server in [host.clone(), of_michelle.clone(), format!("http://{host}")] {
        let run = verb(&home, EVAN, "get", &server).under(&[&["docker", "push", &of_michelle]]);
        answers(&appview, &home, run, &server, EVAN);
    }
    let run = verb(&home, &EVAN.to_uppercase(), "get", &host);
    answers(&appview, &home, run, &host, EVAN);
    // Windows has no file with a colon in its name.
    if cfg!(unix) {
        let run = verb(&home, "did:plc:evan", "get", &host);
        answers(&appview, &home, run, &host, EVAN);
    }
}

#[test]
fn the_variables_outrank_it() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let run = verb(&home, EVAN, "get", &host).env("ATCR_ACCOUNT", MICHELLE);
    answers(&appview, &home, run, &host, MICHELLE);
    let secret = appview.device_secret(MICHELLE);
    verb(&home, EVAN, "get", &host)
        .env("ATCR_HANDLE", MICHELLE)
        .env("ATCR_DEVICE_SECRET", &secret)
        .env("ATCR_REGISTRY", &host)
        .stdout_has(&[MICHELLE])
        .check();
}

#[test]
fn an_account_that_is_not_logged_in_is_an_error() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    let login = format!("run: docker-credential-atcr login {host} --account c.example");
    let is_for = "docker-credential-atcr-c.example is for c.example alone, which is not logged in to";
    let line = format!("{is_for} {host} (logged in: {EVAN}, {MICHELLE}); {login}");
    verb(&home, "c.example", "get", &host).fails_with(&line).check();
    let image = format!("{host}/c.example/app");
    verb(&home, "c.example", "get", &image).fails_with(&line).check();
    verb(&Home::new(), "c.example", "get", &host).fails_with(&format!("{is_for} {host}; {login}")).check();
}

#[test]
fn it_is_nobody_at_registries_without_accounts() {
    let (_appview, home) = two_accounts();
    verb(&home, EVAN, "get", "https://index.docker.io/v1/")
        .status(1)
        .stdout("credentials not found in native keychain\n")
        .stderr("not logged in to index.docker.io, which is not an ATCR registry\n")
        .check();
}

#[test]
fn a_name_that_is_no_account_is_an_error() {
    let (appview, home) = two_accounts();
    for verb in ["get", "erase", "list"] {
        named(&home, "atcr-evan", &[verb])
            .stdin(appview.host())
            .fails_with(
                "the account in the helper's name: \"evan\" is not a handle (a domain name such as evan.jarrett.net); \
                 name the helper docker-credential-atcr, or docker-credential-atcr-HANDLE after one account",
            )
            .check();
    }
    let hidden = named(&home, "atcr-atcr_device_hidden", &["list"]).status(1).any_stdout().any_stderr().check();
    assert!(!format!("{}{}", hidden.stdout, hidden.stderr).contains("hidden"));
}

#[test]
fn it_lists_its_account_alone() {
    let (appview, home) = two_accounts();
    let list = format!("{}\n", json!({appview.host(): EVAN}));
    verb(&home, EVAN, "list", "").stdout(list).check();
    verb(&home, "c.example", "list", "").stdout("{}\n").check();
}

#[test]
fn it_erases_its_account_alone_and_only_once() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    for _ in 0..2 {
        verb(&home, EVAN, "erase", &host).check();
        home.verb("list", "").stdout(format!("{}\n", json!({host.clone(): MICHELLE}))).check();
    }
    verb(&home, EVAN, "get", &host).status(1).any_stdout().any_stderr().check();
}

fn stored(host: &str, user: &str, secret: &str) -> String {
    json!({"ServerURL": host, "Username": user, "Secret": secret}).to_string()
}

#[test]
fn it_stores_its_account_without_a_switch() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let secret = appview.device_secret(EVAN);
    verb(&home, EVAN, "store", &stored(&host, EVAN, &secret)).check();
    assert_eq!(home.secret(&appview, EVAN), secret);
    if cfg!(unix) {
        verb(&home, "did:plc:evan", "store", &stored(&host, EVAN, &appview.device_secret(EVAN))).check();
    }
    home.verb("list", "").stdout(format!("{}\n", json!({host: MICHELLE}))).check();
}

#[test]
fn it_stores_no_other_account() {
    let (appview, home) = two_accounts();
    let (host, before) = (appview.host(), home.device_json());
    let other = if cfg!(unix) { "did:plc:c" } else { "c.example" };
    for (name, user) in [(EVAN, MICHELLE), (EVAN, "c.example"), (EVAN, "evan"), (other, EVAN)] {
        verb(&home, name, "store", &stored(&host, user, "atcr_device_x"))
            .fails_with(&format!(
                "docker-credential-atcr-{name} is for {name} alone, and stores no other account; \
                 run: docker-credential-atcr login {host}"
            ))
            .check();
    }
    assert_eq!(home.device_json(), before);
}

#[test]
fn a_rejected_account_is_not_replaced_by_another() {
    let (registry, home) = (Answers::to_checks(Answer::status(401)), Home::new());
    home.log_in(&registry, &[EVAN, MICHELLE]);
    let host = registry.host().clone();
    verb(&home, EVAN, "get", &host)
        .fails_with(&format!(
            "{host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host} --account {EVAN}"
        ))
        .check();
}

#[test]
fn a_persons_commands_work_under_any_name() {
    let (appview, home) = two_accounts();
    home.configure_docker(&appview.host());
    let image = format!("{}/{MICHELLE}/app", appview.host());
    for name in [format!("atcr-{EVAN}"), "atcr-evan".to_owned()] {
        named(&home, &name, &["which", &image]).stdout(format!("{image}: {MICHELLE} (named by the image)\n")).check();
        named(&home, &name, &["version"]).stdout_has(&["docker-credential-atcr v"]).check();
    }
}
