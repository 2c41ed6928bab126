//! Credentials and accounts of the environment.

use std::fs;

use crate::support::{EVAN, Home, MICHELLE, Run, appview, credential, two_accounts, two_accounts_none_active};

#[test]
fn a_handle_and_a_secret_need_no_file() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    appview.app_password(EVAN, "abcd-efgh");
    home.write("secret", "\u{feff}  abcd-efgh\r\n\n");
    let file = home.path("secret").display().to_string();
    for (name, value, secret) in [
        ("ATCR_DEVICE_SECRET", &*secret, &*secret),
        ("ATCR_APP_PASSWORD", "abcd-efgh", "abcd-efgh"),
        ("ATCR_DEVICE_SECRET_FILE", &file, "abcd-efgh"),
    ] {
        home.verb("get", &*host)
            .env("ATCR_HANDLE", EVAN)
            .env(name, value)
            .env("ATCR_REGISTRY", &host)
            .stdout(format!("{{\"ServerURL\":\"{host}\",\"Username\":\"{EVAN}\",\"Secret\":\"{secret}\"}}\n"))
            .check();
    }
    assert!(!home.path(".atcr/device.json").exists());
}

/// Such as /nonexistent, which Debian has for users without one, and which must not come into being.
#[test]
fn a_home_that_does_not_exist_is_not_made() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret, nowhere) = (appview.host(), appview.device_secret(EVAN), home.path("nowhere"));
    let in_folder = |run: Run, folder: &str| {
        run.env("ATCR_HANDLE", EVAN)
            .env("ATCR_DEVICE_SECRET", &secret)
            .env("ATCR_REGISTRY", &host)
            .env("HOME", &nowhere)
            .env("USERPROFILE", &nowhere)
            .env("ATCR_CONFIG_DIR", folder)
    };
    let own = home.path("nowhere/config").display().to_string();
    for folder in ["", &own] {
        for _ in 0..2 {
            in_folder(home.verb("get", &*host), folder).stdout(credential(&host, EVAN, &secret)).check();
            in_folder(home.run(&["status"]), folder).stdout_has(&["valid"]).any_stderr().check();
        }
        assert!(!nowhere.exists(), "{folder:?}");
    }
    // The home is there.
    let own = home.path("config").display().to_string();
    in_folder(home.verb("get", &*host), &own).any_stdout().check();
    assert!(home.path("config/validated").exists());
}

#[test]
fn it_wins_over_the_file_at_its_own_registry_only() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("get", &*host)
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_elsewhere")
        .stdout(home.credential(&appview, MICHELLE, &host))
        .check();
}

#[test]
fn it_is_checked_and_a_rejection_names_the_variables() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("get", &*host)
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_hidden")
        .env("ATCR_REGISTRY", &host)
        .fails_with(&format!("{host} rejected the credential of {EVAN}; check ATCR_HANDLE and the secret set with it"))
        .check();
}

#[test]
fn an_incomplete_credential_names_the_variable() {
    let home = Home::new();
    home.write("empty", " \n");
    home.write("two-lines", "hidden\nhidden\n");
    let file = |name: &str| home.path(name).display().to_string();
    let in_file = |name: &str, reason: &str| format!("{} (ATCR_DEVICE_SECRET_FILE) {reason}", file(name));
    let none = "ATCR_HANDLE is set, but none of ATCR_DEVICE_SECRET, ATCR_DEVICE_SECRET_FILE and ATCR_APP_PASSWORD is";
    let several = "only one of ATCR_DEVICE_SECRET, ATCR_DEVICE_SECRET_FILE and ATCR_APP_PASSWORD may be set";
    let (handle, malformed) = (("ATCR_HANDLE", "a.example"), ("ATCR_HANDLE", "hidden"));
    let (secret, password) = (("ATCR_DEVICE_SECRET", "hidden"), ("ATCR_APP_PASSWORD", "hidden"));
    let from = |name: &'static str| ("ATCR_DEVICE_SECRET_FILE", name);
    for (variables, line) in [
        (&[handle][..], none.to_owned()),
        (&[malformed], "ATCR_HANDLE is not a handle (a domain name such as evan.jarrett.net)".to_owned()),
        (&[malformed, secret], "ATCR_HANDLE is not a handle (a domain name such as evan.jarrett.net)".to_owned()),
        (&[handle, ("ATCR_DEVICE_SECRET", " \n")], none.to_owned()),
        (&[secret], "ATCR_DEVICE_SECRET is set, but ATCR_HANDLE is not".to_owned()),
        (&[password], "ATCR_APP_PASSWORD is set, but ATCR_HANDLE is not".to_owned()),
        (&[from("secret")], "ATCR_DEVICE_SECRET_FILE is set, but ATCR_HANDLE is not".to_owned()),
        (&[secret, password], "ATCR_DEVICE_SECRET and ATCR_APP_PASSWORD are set, but ATCR_HANDLE is not".to_owned()),
        (&[handle, secret, password], several.to_owned()),
        (&[handle, secret, from("secret")], several.to_owned()),
        (&[handle, from("secret"), password], several.to_owned()),
        (&[handle, secret, from("secret"), password], several.to_owned()),
        (
            &[handle, ("ATCR_DEVICE_SECRET", "hidden\nhidden")],
            "ATCR_DEVICE_SECRET contains a line break or control character".to_owned(),
        ),
        (
            &[handle, ("ATCR_APP_PASSWORD", "hid\u{1b}den")],
            "ATCR_APP_PASSWORD contains a line break or control character".to_owned(),
        ),
        (&[handle, from("empty")], in_file("empty", "is empty")),
        (&[handle, from("two-lines")], in_file("two-lines", "contains a line break or control character")),
        (
            &[handle, secret, ("ATCR_REGISTRY", "hidden_:x")],
            "ATCR_REGISTRY is not the name of a registry (HOST, HOST:PORT or https://HOST)".to_owned(),
        ),
    ] {
        let mut run = home.verb("get", "atcr.io");
        for (name, value) in variables {
            let value = if *name == "ATCR_DEVICE_SECRET_FILE" { file(value) } else { (*value).to_owned() };
            run = run.env(name, value);
        }
        run.fails_with(&line).check();
    }
}

#[test]
fn a_secret_file_that_cannot_be_read_is_named() {
    let home = Home::new();
    let seen = home
        .verb("get", "atcr.io")
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET_FILE", home.path("missing"))
        .status(1)
        .stdout_has(&[&format!("can't read {} (ATCR_DEVICE_SECRET_FILE): ", home.path("missing").display())])
        .any_stderr()
        .check();
    assert_eq!(seen.stdout, seen.stderr);
}

/// As in a pipeline, which must leave nothing behind.
#[test]
fn the_secret_is_in_no_file_and_in_no_output_but_that_of_get() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    let run = |arguments: &[&str]| {
        let run = home.run(arguments).env("ATCR_HANDLE", EVAN).env("ATCR_DEVICE_SECRET", &secret);
        run.env("ATCR_REGISTRY", &host).env("ATCR_DEBUG", "1").stdin(&*host).timed().1
    };
    let image = format!("{host}/{EVAN}/app");
    let (code, stdout, stderr) = run(&["get"]);
    assert!(code == 0 && stdout.contains(&secret) && !stderr.contains(&secret), "{stdout}{stderr}");
    for arguments in [
        &["list"][..],
        &["erase"],
        &["status"],
        &["status", "--json"],
        &["which", &image],
        &["configure-docker", "--yes"],
        &["doctor"],
        &["login"],
        &["logout"],
        &["switch"],
        &["kubelet", "--print-config"],
    ] {
        let (_, stdout, stderr) = run(arguments);
        assert!(!stdout.contains(&secret) && !stderr.contains(&secret), "{arguments:?}: {stdout}{stderr}");
    }
    for folder in [".", ".atcr", ".atcr/validated", ".docker"] {
        for entry in fs::read_dir(home.path(folder)).unwrap().map(Result::unwrap) {
            let content = if entry.path().is_file() { fs::read(entry.path()).unwrap() } else { Vec::new() };
            assert!(!String::from_utf8_lossy(&content).contains(&secret), "{}", entry.path().display());
        }
    }
    assert!(!home.path(".atcr/device.json").exists());
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let mut run = home.verb("get", &*host);
    for name in
        ["ATCR_HANDLE", "ATCR_DEVICE_SECRET", "ATCR_APP_PASSWORD", "ATCR_REGISTRY", "ATCR_ACCOUNT", "ATCR_DEBUG"]
    {
        run = run.env(name, "");
    }
    run.stdout(home.credential(&appview, MICHELLE, &host)).check();
}

#[test]
fn the_account_variable_names_the_account_by_handle_or_did() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    for name in [EVAN, "Evan.Jarrett.Net", "did:plc:evan"] {
        home.verb("get", &*host).env("ATCR_ACCOUNT", name).stdout(home.credential(&appview, EVAN, &host)).check();
    }
}

#[test]
fn an_unknown_account_in_the_variable_is_an_error() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("get", &*host)
        .env("ATCR_ACCOUNT", "nobody.example")
        .fails_with(&format!(
            "ATCR_ACCOUNT names nobody.example, which is not logged in to {host} (logged in: {EVAN}, {MICHELLE}); \
             run: docker-credential-atcr login {host} --account nobody.example"
        ))
        .check();
    home.verb("get", &*host)
        .env("ATCR_ACCOUNT", "nobody")
        .fails_with("ATCR_ACCOUNT is neither a handle nor a DID; run: unset ATCR_ACCOUNT")
        .check();
}

#[test]
fn a_registry_without_accounts_ignores_the_account_variable() {
    let home = Home::new();
    home.verb("get", "index.docker.io")
        .env("ATCR_ACCOUNT", EVAN)
        .status(1)
        .stdout("credentials not found in native keychain\n")
        .stderr("not logged in to index.docker.io, which is not an ATCR registry\n")
        .check();
}

#[test]
fn accounts_are_in_the_home_folder_by_default() {
    let home = Home::new();
    let store = r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_2"}"#;
    home.verb("store", store).without_env("ATCR_CONFIG_DIR").check();
    assert!(fs::exists(home.path(".atcr/device.json")).unwrap());
    home.verb("store", store).env("ATCR_CONFIG_DIR", home.path("elsewhere")).check();
    assert!(fs::exists(home.path("elsewhere/device.json")).unwrap());
}

/// Or secrets would be in whichever folder a command is run in.
#[test]
fn a_relative_folder_for_accounts_is_refused() {
    let home = Home::new();
    let store = r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_2"}"#;
    for (folder, advice) in [
        ("rel", "set ATCR_CONFIG_DIR to an absolute path"),
        ("./.atcr", "set ATCR_CONFIG_DIR to an absolute path"),
        ("../x", "set ATCR_CONFIG_DIR to an absolute path"),
        ("~/x", "set ATCR_CONFIG_DIR to an absolute path, with $HOME: the shell did not expand ~"),
        ("~", "set ATCR_CONFIG_DIR to an absolute path, with $HOME: the shell did not expand ~"),
    ] {
        let error = format!("refusing to use {folder}: it is relative to the current folder");
        let line = format!("{error}; {advice}");
        let of_docker = |verb: &str, input: &str| home.verb(verb, input).env("ATCR_CONFIG_DIR", folder);
        of_docker("store", store).fails_with(&line).check();
        of_docker("get", "atcr.io").fails_with(&line).check();
        for words in [&["login", "127.0.0.1:1"][..], &["status"], &["switch"], &["logout", "--all", "--yes"]] {
            let expected = format!("error: {error}\n  {advice}\n");
            home.run(words).env("ATCR_CONFIG_DIR", folder).status(1).stderr(expected).check();
        }
        home.run(&["doctor"]).env("ATCR_CONFIG_DIR", folder).any_end().stdout_has(&[&error]).check();
        home.run(&["update", "--check"]).env("ATCR_CONFIG_DIR", folder).any_end().check();
    }
    assert_eq!(std::fs::read_dir(home.path("")).unwrap().count(), 0);
}
