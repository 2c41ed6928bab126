//! Secrets in another credential store: the one of tests/support, which can be told to misbehave.

use std::fs;

use serde_json::Value;

use crate::support::{AppView, EVAN, Home, MICHELLE, Run, appview, two_accounts};

/// Michelle's login.
fn login(home: &Home, appview: &AppView, does: &str, store: &[&str]) -> Run {
    login_as(MICHELLE, home, appview, does, store)
}

fn login_as(handle: &str, home: &Home, appview: &AppView, does: &str, store: &[&str]) -> Run {
    let host = appview.host();
    let arguments = ["login", &host, "--with-token", "--handle", handle, "--configure-docker=no"];
    let secret = appview.device_secret(handle);
    home.run_with_stores(does, &[&arguments[..], store].concat()).stdin(secret)
}

/// A home in which both are logged in, and the store `fake` has their secrets.
fn both_in_store() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    home.install_credential_store("fake");
    for handle in [EVAN, MICHELLE] {
        login_as(handle, &home, &appview, "", &["--store", "fake"])
            .stderr_has(&["The device secret is stored in docker-credential-fake.\n"])
            .check();
    }
    (appview, home)
}

fn entries(home: &Home) -> Value {
    entries_of(home, "fake")
}

fn entries_of(home: &Home, name: &str) -> Value {
    fs::read(home.path(&format!("stores/docker-credential-{name}/entries.json")))
        .map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).unwrap())
}

fn key(appview: &AppView, handle: &str) -> String {
    format!("http://docker-credential-atcr/{}/{handle}", appview.host())
}

/// What `get` prints for an account whose secret is in the store.
fn credential(home: &Home, appview: &AppView, handle: &str, server: &str) -> String {
    let entry = &entries(home)[key(appview, handle)];
    format!("{{\"ServerURL\":\"{server}\",\"Username\":\"{handle}\",\"Secret\":{}}}\n", entry["Secret"])
}

fn get(home: &Home, appview: &AppView, does: &str) -> Run {
    home.run_with_stores(does, &["get"]).stdin(appview.host())
}

#[test]
fn a_login_with_a_store_moves_no_other_account() {
    let (appview, home) = two_accounts();
    home.write(".atcr/device.json.bak", home.device_json());
    let evans = home.secret(&appview, EVAN);
    home.install_credential_store("fake");
    login(&home, &appview, "", &["--store", "fake"]).stderr_has(&["is stored in docker-credential-fake.\n"]).check();
    let entries = entries(&home);
    assert_eq!(entries.as_object().unwrap().keys().collect::<Vec<_>>(), [&key(&appview, MICHELLE)]);
    assert_eq!(entries[key(&appview, MICHELLE)]["Username"], MICHELLE);
    let file: Value = serde_json::from_str(&home.device_json()).unwrap();
    let accounts = &file["registries"][appview.url()]["accounts"];
    assert_eq!(accounts[EVAN]["device_secret"], evans);
    let expected = serde_json::json!({"handle": MICHELLE, "did": "did:plc:michelle", "credential_store": "fake"});
    assert_eq!(accounts[MICHELLE], expected);
    assert!(!home.path(".atcr/device.json.bak").exists(), "it held the old secret");
    let host = appview.host();
    get(&home, &appview, "").stdout(credential(&home, &appview, MICHELLE, &host)).check();
    let status = home.run_with_stores("", &["status"]).stdout_has(&[", some secrets in docker-credential-fake\n"]);
    status.any_stderr().check();
    home.configure_docker(&host);
    let doctor = ["holds 2 accounts, some secrets in docker-credential-fake\n"];
    home.run_with_stores("", &["doctor"]).stdout_has(&doctor).any_stderr().check();
}

#[test]
fn a_login_without_a_store_keeps_that_of_the_account() {
    let (appview, home) = both_in_store();
    let before = entries(&home);
    login(&home, &appview, "", &[]).stderr_has(&["the device secret was replaced. "]).check();
    let after = entries(&home);
    assert_ne!(after[key(&appview, MICHELLE)], before[key(&appview, MICHELLE)]);
    assert_eq!(after[key(&appview, EVAN)], before[key(&appview, EVAN)]);
    assert!(!home.device_json().contains("atcr_device_"));
    // A new account's is in device.json.
    appview.person("c.example", "did:plc:c");
    login_as("c.example", &home, &appview, "", &[]).stderr_has(&["Logged in"]).check();
    assert_eq!(home.device_json().matches("atcr_device_").count(), 1);
}

#[test]
fn a_file_of_version_0_1_0_names_the_store_of_all_accounts() {
    let (appview, home) = both_in_store();
    let entry = ",\n          \"credential_store\": \"fake\"";
    let new = home.device_json();
    let old = new.replace(entry, "").replacen("2,", "2,\n  \"credential_store\": \"fake\",", 1);
    home.write_device_json(&old);
    get(&home, &appview, "").stdout(credential(&home, &appview, MICHELLE, &appview.host())).check();
    assert_eq!(home.device_json(), old);
    home.run_with_stores("", &["switch"]).stderr_has(&[EVAN]).check();
    home.run_with_stores("", &["switch"]).stderr_has(&[MICHELLE]).check();
    assert_eq!(home.device_json(), new);
}

#[test]
fn every_command_works_with_secrets_in_a_store() {
    let (appview, home) = both_in_store();
    let host = appview.host();
    let run = |arguments: &[&str]| home.run_with_stores("", arguments);
    get(&home, &appview, "").stdout(credential(&home, &appview, MICHELLE, &host)).check();
    let evans = format!("{host}/{EVAN}/app");
    run(&["get"]).stdin(&*evans).stdout(credential(&home, &appview, EVAN, &evans)).check();
    run(&["list"]).stdout(format!("{{\"{host}\":\"{MICHELLE}\"}}\n")).check();
    run(&["which", &evans]).stdout(format!("{evans}: {EVAN} (named by the image)\n")).any_stderr().check();
    run(&["switch"]).stderr(format!("✓ {EVAN} is now the active account for {host}.\n")).check();
    let secret = appview.device_secret(EVAN);
    run(&["store"]).stdin(format!(r#"{{"ServerURL":"{host}","Username":"{EVAN}","Secret":"{secret}"}}"#)).check();
    assert_eq!(entries(&home)[key(&appview, EVAN)]["Secret"], secret);
    run(&["erase"]).stdin(&*host).stderr(format!("logged out of {host} as {EVAN}\n")).check();
    run(&["logout", "--account", MICHELLE])
        .stderr(format!(
            "✓ Logged out of {host} as {MICHELLE}.\nhttp://{host} still lists this device; you can revoke it there.\n"
        ))
        .check();
    assert_eq!(entries(&home), serde_json::json!({}));
    assert!(!home.device_json().contains("atcr_device_"));
}

#[test]
fn status_shows_the_store_and_checks_the_accounts() {
    let (appview, home) = both_in_store();
    home.configure_docker(&appview.host());
    let seen = home.run_with_stores("", &["status"]).any_stdout().check();
    let expected = "\
HOST
  ✓ evan.jarrett.net               valid (checked just now)  did:plc:evan
  ✓ michelle.jarrett.net (active)  valid (checked just now)  did:plc:michelle
  - from ~/.atcr/device.json, secrets in docker-credential-fake
  ✓ Docker uses docker-credential-atcr for HOST
";
    assert_eq!(home.screen(&appview, &seen.stdout), expected);
    let seen = home.run_with_stores("", &["status", "--json", "--offline"]).any_stdout().check();
    let status: Value = serde_json::from_str(&seen.stdout).unwrap();
    let account = &status["registries"][0]["accounts"][0];
    assert_eq!((&account["credential_store"], &account["state"]), (&"fake".into(), &"accepted".into()));
    assert!(!seen.stdout.contains("atcr_device_"));
    let doctor =
        home.run_with_stores("", &["doctor"]).stdout_has(&["holds 2 accounts, secrets in docker-credential-fake\n"]);
    doctor.any_stderr().check();
}

#[test]
fn a_store_that_fails_is_an_error_with_a_hint() {
    let (appview, home) = both_in_store();
    let host = appview.host();
    let whose = format!("docker-credential-fake failed to read the secret for {MICHELLE} on {host}");
    let works = format!(
        "fix the credential store, or use device.json instead: docker-credential-atcr login {host} --store file"
    );
    let again = format!("unlock it, or log in again: docker-credential-atcr login {host} --account {MICHELLE}");
    let locked = "it may be locked; to unlock it on a terminal, run: docker-credential-atcr status".to_owned();
    for (does, reason, hint) in [
        ("get silence", "it failed without a reason", &works),
        ("get the keychain is broken", "it says: the keychain is broken", &works),
        ("get echo", &format!("it says: \u{fffd}[31mcan't: {}", key(&appview, MICHELLE)), &works),
        ("get says atcr_device_x", "it says: (output redacted: it may contain a secret)", &works),
        ("get says atcr_dev\u{10}\u{10}ice_x", "it says: (output redacted: it may contain a secret)", &works),
        ("get nothing", "its answer is no credential", &works),
        ("get garbage", "its answer is no credential", &works),
        ("get flood", "its answer is no credential", &works),
        // A secret with another character in the place of what is no text would be another secret.
        ("get bytes", "its answer is no credential", &works),
        ("get credentials not found in native keychain", "it holds none, or is locked", &again),
        ("get empty", "it holds none, or is locked", &again),
        ("get elsewhere", "it answered for another account", &works),
        ("get hang", "it did not answer within 3 seconds", &locked),
    ] {
        get(&home, &appview, does).fails_with(&format!("{whose}: {reason}; {hint}")).check();
    }
    let status = home
        .run_with_stores("get silence", &["status"])
        .status(1)
        .stdout_has(&["no secret"])
        .stderr("error: 2 of 2 accounts can't be used\n")
        .check();
    let status = status.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    // The fix is the same for both accounts, and is there once.
    assert!(status.contains(&format!(" {whose}: it failed without a reason {works} - from")), "{status}");
    assert_eq!(status.matches(&works).count(), 1, "{status}");
}

#[test]
fn a_login_goes_on_where_the_old_store_is_gone() {
    let (appview, home) = (appview(), Home::new());
    home.install_credential_store("fake");
    login(&home, &appview, "", &["--store", "fake"]).any_stderr().check();
    fs::remove_dir_all(home.path("bin")).unwrap();
    let host = appview.host();
    get(&home, &appview, "")
        .fails_with(&format!(
            "docker-credential-fake failed to read the secret for {MICHELLE} on {host}: it is not on PATH; install it, or \
             use device.json instead: docker-credential-atcr login {host} --store file"
        ))
        .check();
    let login = login(&home, &appview, "", &["--store", "file"]);
    login
        .stderr_has(&[
            &format!("✓ Logged in to {host} as {MICHELLE}.\n"),
            "The device secret is stored in ",
            &format!(
                "! docker-credential-fake failed to erase the secret for {MICHELLE} on {host}: it is not on PATH\n  \
                 run: echo {} | docker-credential-fake erase\n",
                key(&appview, MICHELLE)
            ),
        ])
        .check();
    get(&home, &appview, "").stdout(home.credential(&appview, MICHELLE, &host)).check();
}

#[test]
fn an_account_that_moves_leaves_nothing_in_its_old_store() {
    let (appview, home) = both_in_store();
    home.install_credential_store("other");
    login(&home, &appview, "", &["--store", "other"])
        .stderr_has(&["The device secret is stored in docker-credential-other.\n"])
        .check();
    assert!(home.device_json().contains("\"credential_store\": \"other\""));
    assert_eq!(entries(&home).as_object().unwrap().keys().collect::<Vec<_>>(), [&key(&appview, EVAN)]);
    assert_eq!(entries_of(&home, "other").as_object().unwrap().keys().collect::<Vec<_>>(), [&key(&appview, MICHELLE)]);
    for handle in [MICHELLE, EVAN] {
        login_as(handle, &home, &appview, "", &["--store", "file"])
            .stderr_has(&["The device secret is stored in ", "device.json.\n"])
            .check();
    }
    assert!(!home.device_json().contains("credential_store"));
    assert_eq!((entries(&home), entries_of(&home, "other")), (serde_json::json!({}), serde_json::json!({})));
}

/// The calls since the last time, as `VERB, secrets in device.json, whether it names the store`.
fn calls(home: &Home) -> Vec<(String, u64, bool)> {
    let path = home.path("stores/docker-credential-fake/calls");
    let calls = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    let mut parsed = Vec::new();
    for line in calls.lines() {
        let (mut arguments, _, secrets, is_named): (Vec<String>, Value, u64, bool) =
            serde_json::from_str(line).unwrap();
        parsed.push((arguments.remove(0), secrets, is_named));
    }
    parsed
}

fn call(verb: &str, secrets: u64, is_named: bool) -> (String, u64, bool) {
    (verb.to_owned(), secrets, is_named)
}

#[test]
fn a_secret_is_in_its_new_place_before_it_leaves_the_old_one() {
    let (appview, home) = two_accounts();
    home.install_credential_store("fake");
    login(&home, &appview, "", &["--store", "fake"]).any_stderr().check();
    assert_eq!(calls(&home), [call("get", 2, false), call("store", 2, false), call("get", 2, false)]);
    login(&home, &appview, "", &[]).any_stderr().check();
    // Whether it can be read, whether it is the same secret, and whether it is kept.
    let twice = [call("get", 1, true), call("get", 1, true)];
    assert_eq!(calls(&home), [&twice[..], &[call("store", 1, true), call("get", 1, true)]].concat());
    login(&home, &appview, "", &["--store", "file"]).any_stderr().check();
    assert_eq!(calls(&home), [call("get", 1, true), call("erase", 2, false)]);
}

#[test]
fn a_store_that_does_not_store_changes_nothing() {
    let (appview, home) = two_accounts();
    home.install_credential_store("fake");
    let (before, host) = (home.device_json(), appview.host());
    for (does, reason) in [
        ("store no room", format!("failed to store the secret for {MICHELLE} on {host}: it says: no room")),
        ("store echo", format!("failed to store the secret for {MICHELLE} on {host}: it says: (output redacted")),
        ("store nothing", format!("failed to read the secret for {MICHELLE} on {host}: it holds none, or is locked")),
        ("store ignore", format!("failed to read the secret for {MICHELLE} on {host}: it holds none, or is locked")),
        ("get the keychain is broken", "can't be used: it says: the keychain is broken".to_owned()),
    ] {
        let seen = login(&home, &appview, does, &["--store", "fake"]).status(1).stderr_has(&[&reason]).check();
        assert!(!seen.stderr.contains("atcr_device_"), "{}", seen.stderr);
        assert_eq!(home.device_json(), before, "{does}");
        assert!(entries(&home).as_object().is_none_or(serde_json::Map::is_empty), "{does}: {}", entries(&home));
    }
    login(&home, &appview, "", &["--store", "missing"])
        .status(1)
        .stderr(format!(
            "error: docker-credential-missing can't be used: it is not on PATH\n  install it, or use \
             device.json instead: docker-credential-atcr login {} --store file\n",
            appview.host()
        ))
        .check();
    for name in ["atcr", "../pass", "", "a b"] {
        login(&home, &appview, "", &["--store", name])
            .status(2)
            .stderr(format!(
                "error: --store {name:?} is not the name of a credential store, such as osxkeychain, wincred, \
                 secretservice or pass\n"
            ))
            .check();
    }
}

#[test]
fn a_store_that_mixes_up_accounts_is_refused() {
    let (appview, home) = (appview(), Home::new());
    home.install_credential_store("fake");
    login_as(EVAN, &home, &appview, "* by-host", &["--store", "fake"]).stderr_has(&["Logged in"]).check();
    let before = entries(&home);
    login(&home, &appview, "* by-host", &["--store", "fake"])
        .status(1)
        .stderr_has(&["error: docker-credential-fake can't be used: it answered for another account\n"])
        .check();
    assert_eq!(entries(&home), before);
}

#[test]
#[cfg(unix)] // On Windows a link needs rights that a test does not have.
fn this_program_by_another_name_is_no_store() {
    let (appview, home) = two_accounts();
    fs::create_dir_all(home.path("bin")).unwrap();
    std::os::unix::fs::symlink(*crate::support::PROGRAM, home.path("bin/docker-credential-other")).unwrap();
    login(&home, &appview, "", &["--store", "other"])
        .status(1)
        .stderr_has(&["docker-credential-other can't be used: it is docker-credential-atcr itself\n"])
        .check();
}

/// As an agent does that the store's program starts.
#[test]
#[cfg(unix)]
fn a_store_is_done_when_its_program_is() {
    let (appview, home) = two_accounts();
    home.install_credential_store("fake");
    let (program, own) = (home.path("bin/docker-credential-fake"), home.path("own"));
    fs::create_dir(&own).unwrap();
    fs::rename(&program, own.join("docker-credential-fake")).unwrap();
    let lingers = format!("/bin/sleep 20 & exec {}/docker-credential-fake \"$@\"", own.display());
    crate::support::executable::script(&program, &lingers);
    login(&home, &appview, "", &["--store", "fake"]).stderr_has(&["is stored in docker-credential-fake.\n"]).check();
    get(&home, &appview, "").stdout(credential(&home, &appview, MICHELLE, &appview.host())).check();
    let refused = get(&home, &appview, "get no").status(1).any_stdout().any_stderr().check();
    assert!(refused.stdout.contains("it says: no"), "{}", refused.stdout);
}

#[test]
fn a_logout_names_what_a_store_does_not_erase() {
    let (appview, home) = both_in_store();
    let host = appview.host();
    home.run_with_stores("erase no", &["erase"])
        .stdin(&*host)
        .fails_with(&format!(
            "docker-credential-fake failed to erase the secret for {MICHELLE} on {host}: it says: no; run: echo {} | docker-credential-fake erase",
            key(&appview, MICHELLE)
        ))
        .check();
    assert!(!home.device_json().contains(MICHELLE));
}

/// Whoever is killed there, or presses Ctrl-C, has an account to log out again, and no store has a secret that nothing names.
#[test]
fn a_logout_erases_the_secret_before_it_removes_the_account() {
    let (appview, home) = both_in_store();
    calls(&home);
    home.run_with_stores("", &["logout", "--all", "--yes"]).any_stderr().check();
    assert!(!home.device_json().contains("credential_store"));
    assert_eq!(calls(&home), [call("erase", 0, true), call("erase", 0, true)]);

    login(&home, &appview, "", &["--store", "fake"]).any_stderr().check();
    fs::remove_file(home.path("stores/docker-credential-fake/entries.json")).unwrap();
    home.run_with_stores("", &["logout"]).any_stderr().check();
    assert!(!home.device_json().contains(MICHELLE), "an account whose secret is gone can be logged out");
}

/// Docker's next erase, which must remove no other account, follows when the store is done.
#[test]
fn a_slow_store_does_not_age_the_change() {
    let (appview, home) = both_in_store();
    home.run_with_stores("", &["erase"]).stdin(appview.host()).any_stderr().check();
    let changed = |name: &str| fs::metadata(home.path(name)).unwrap().modified().unwrap();
    assert!(changed(".atcr/device.json") > changed("stores/docker-credential-fake/calls"));
}

#[test]
fn the_store_does_not_see_the_environments_secret() {
    let (appview, home) = both_in_store();
    get(&home, &appview, "")
        .env("ATCR_REGISTRY", "buoy.cr")
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "hidden")
        .stdout(credential(&home, &appview, MICHELLE, &appview.host()))
        .check();
    assert!(
        !fs::read_to_string(home.path("stores/docker-credential-fake/calls")).unwrap().contains("ATCR_DEVICE_SECRET")
    );
}
