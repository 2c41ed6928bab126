//! Secrets in another credential store: the one of tests/support, which can be told to misbehave.

use std::fs;

use serde_json::Value;

use crate::support::{AppView, EVAN, Home, MICHELLE, Run, appview, two_accounts};

/// Michelle's login in a home where Evan is logged in already.
fn login(home: &Home, appview: &AppView, does: &str, store: &[&str]) -> Run {
    let host = appview.host();
    let arguments = ["login", &host, "--with-token", "--handle", MICHELLE, "--configure-docker=no"];
    let secret = appview.device_secret(MICHELLE);
    home.keeping(does, &[&arguments[..], store].concat()).stdin(secret)
}

/// A home in which both are logged in, and the store `fake` has their secrets.
fn kept() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    home.install_keeper("fake");
    login(&home, &appview, "", &["--store", "fake"])
        .stderr_has(&["All device secrets are in docker-credential-fake now"])
        .check();
    (appview, home)
}

fn entries(home: &Home) -> Value {
    entries_of(home, "fake")
}

fn entries_of(home: &Home, name: &str) -> Value {
    fs::read(home.path(&format!("kept/docker-credential-{name}/entries.json")))
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
    home.keeping(does, &["get"]).stdin(appview.host())
}

#[test]
fn a_login_takes_all_secrets_to_the_store_and_none_is_left_in_a_file() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    home.write(".atcr/device.json.bak", home.device_json());
    let secret = home.secret(&appview, EVAN);
    home.install_keeper("fake");
    login(&home, &appview, "", &["--store", "fake"]).stderr_has(&["All device secrets are in"]).check();
    let kept = entries(&home);
    assert_eq!(kept[key(&appview, EVAN)]["Secret"], secret);
    assert_eq!(kept[key(&appview, MICHELLE)]["Username"], MICHELLE);
    let file = home.device_json();
    assert!(file.starts_with("{\n  \"version\": 2,\n  \"credential_store\": \"fake\",\n"), "{file}");
    for entry in
        fs::read_dir(home.path(".atcr")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
    {
        let content = fs::read_to_string(&entry).unwrap();
        assert!(!content.contains("atcr_device_"), "{}", entry.display());
    }
}

#[test]
fn every_verb_and_command_works_with_the_secrets_in_the_store() {
    let (appview, home) = kept();
    let host = appview.host();
    let run = |arguments: &[&str]| home.keeping("", arguments);
    get(&home, &appview, "").stdout(credential(&home, &appview, MICHELLE, &host)).check();
    let evans = format!("{host}/{EVAN}/app");
    run(&["get"]).stdin(&*evans).stdout(credential(&home, &appview, EVAN, &evans)).check();
    run(&["list"]).stdout(format!("{{\"{host}\":\"{MICHELLE}\"}}\n")).check();
    run(&["which", &evans]).stdout(format!("{evans}: {EVAN} (named by the image)\n")).check();
    run(&["switch"]).stderr(format!("✓ {EVAN} is the active account for {host} now.\n")).check();
    let secret = appview.device_secret(EVAN);
    run(&["store"]).stdin(format!(r#"{{"ServerURL":"{host}","Username":"{EVAN}","Secret":"{secret}"}}"#)).check();
    assert_eq!(entries(&home)[key(&appview, EVAN)]["Secret"], secret);
    run(&["erase"]).stdin(&*host).check();
    run(&["logout", "--account", MICHELLE]).stderr(format!("✓ Logged out of {host} as {MICHELLE}.\n")).check();
    assert_eq!(entries(&home), serde_json::json!({}));
    assert!(!home.device_json().contains("atcr_device_"));
}

#[test]
fn status_shows_the_store_and_asks_about_the_accounts() {
    let (appview, home) = kept();
    home.configure_docker(&appview.host());
    let seen = home.keeping("", &["status"]).any_stdout().check();
    let expected = "\
HOST
  ✓ evan.jarrett.net               accepted (asked just now)  did:plc:evan
  ✓ michelle.jarrett.net (active)  accepted (asked just now)  did:plc:michelle
  - from HOME/.atcr/device.json, secrets in docker-credential-fake
  ✓ Docker asks this program
";
    assert_eq!(home.screen(&appview, &seen.stdout), expected);
    let seen = home.keeping("", &["status", "--json", "--offline"]).any_stdout().check();
    let status: Value = serde_json::from_str(&seen.stdout).unwrap();
    let account = &status["registries"][0]["accounts"][0];
    assert_eq!((&account["credential_store"], &account["state"]), (&"fake".into(), &"accepted".into()));
    assert!(!seen.stdout.contains("atcr_device_"));
    let doctor =
        home.keeping("", &["doctor"]).stdout_has(&["holds 2 accounts, their secrets are in docker-credential-fake\n"]);
    doctor.any_stderr().check();
}

#[test]
fn a_store_that_fails_is_an_error_with_what_mends_it_and_never_not_logged_in() {
    let (appview, home) = kept();
    let host = appview.host();
    let whose = format!("docker-credential-fake can't give the secret of {MICHELLE} for {host}");
    let works = format!(
        "see to it that it works, or keep the secret in device.json: docker-credential-atcr login {host} --store file"
    );
    let again = format!("unlock it, or log in again: docker-credential-atcr login {host}");
    let locked = "it may be locked; to unlock it on a terminal, run: docker-credential-atcr status".to_owned();
    for (does, reason, hint) in [
        ("get silence", "it failed without a reason", &works),
        ("get the keychain is broken", "it says: the keychain is broken", &works),
        ("get echo", &format!("it says: \u{fffd}[31mcan't: {}", key(&appview, MICHELLE)), &works),
        ("get says atcr_device_x", "it says: (words that hold a secret, which are not repeated)", &works),
        ("get nothing", "its answer is no credential", &works),
        ("get garbage", "its answer is no credential", &works),
        ("get flood", "its answer is no credential", &works),
        // A secret with another character in the place of what is no text would be another secret.
        ("get bytes", "its answer is no credential", &works),
        ("get credentials not found in native keychain", "it holds none, or is locked", &again),
        ("get empty", "it holds none, or is locked", &again),
        ("get hang", "it did not answer within 3 seconds", &locked),
    ] {
        get(&home, &appview, does).fails_with(&format!("{whose}: {reason}; {hint}")).check();
    }
    home.keeping("get silence", &["status"])
        .status(1)
        .stdout_has(&["no secret", &format!("      {whose}: it failed without a reason; {works}\n")])
        .stderr("error: 2 accounts of 2 can't be used\n")
        .check();
}

#[test]
fn a_store_that_is_gone_is_an_error_and_the_file_can_take_its_place() {
    let (appview, home) = (appview(), Home::new());
    home.install_keeper("fake");
    login(&home, &appview, "", &["--store", "fake"]).any_stderr().check();
    fs::remove_dir_all(home.path("bin")).unwrap();
    let host = appview.host();
    get(&home, &appview, "")
        .fails_with(&format!(
            "docker-credential-fake can't give the secret of {MICHELLE} for {host}: it is not on PATH; install it, or \
             keep the secret in device.json: docker-credential-atcr login {host} --store file"
        ))
        .check();
    // The old secret can't be taken out of a store that is not there, which is said.
    login(&home, &appview, "", &["--store", "file"])
        .status(1)
        .stderr(format!(
            "error: docker-credential-fake still holds the secret of {MICHELLE} for {host}, which is no longer used: it \
             is not on PATH\n  remove it: echo {} | docker-credential-fake erase\n",
            key(&appview, MICHELLE)
        ))
        .check();
    get(&home, &appview, "").stdout(home.credential(&appview, MICHELLE, &host)).check();
}

#[test]
fn the_way_back_to_the_file_brings_all_secrets_and_leaves_none_in_the_store() {
    let (appview, home) = kept();
    let secret = entries(&home)[key(&appview, EVAN)]["Secret"].as_str().unwrap().to_owned();
    login(&home, &appview, "", &["--store", "file"])
        .stderr_has(&["All device secrets are in ", "device.json now.\n"])
        .check();
    assert_eq!(home.secret(&appview, EVAN), secret);
    assert!(!home.device_json().contains("credential_store"));
    assert_eq!(entries(&home), serde_json::json!({}));
}

#[test]
fn one_store_hands_over_to_another() {
    let (appview, home) = kept();
    home.install_keeper("other");
    login(&home, &appview, "", &["--store", "other"])
        .stderr_has(&["All device secrets are in docker-credential-other"])
        .check();
    assert!(home.device_json().contains("\"credential_store\": \"other\""));
    assert_eq!(entries(&home), serde_json::json!({}));
    assert_eq!(entries_of(&home, "other").as_object().unwrap().len(), 2);
    let calls = fs::read_to_string(home.path("kept/docker-credential-fake/calls")).unwrap();
    assert!(
        calls
            .lines()
            .all(|call| ["store", "get", "erase"].iter().any(|verb| call.starts_with(&format!("[[\"{verb}\"],[],")))),
        "{calls}"
    );
}

/// The calls since the last look, as `VERB, secrets in device.json, whether it names the store`.
fn calls(home: &Home) -> Vec<(String, u64, bool)> {
    let path = home.path("kept/docker-credential-fake/calls");
    let calls = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    let call = |line: &str| -> (Vec<String>, Vec<String>, u64, bool) { serde_json::from_str(line).unwrap() };
    let calls =
        calls.lines().map(call).map(|(mut arguments, _, secrets, is_named)| (arguments.remove(0), secrets, is_named));
    calls.collect()
}

#[test]
fn a_secret_is_in_its_new_place_before_it_leaves_the_old_one() {
    let (appview, home) = two_accounts();
    home.install_keeper("fake");
    let call = |verb: &str, secrets, is_named| (verb.to_owned(), secrets, is_named);
    login(&home, &appview, "", &["--store", "fake"]).any_stderr().check();
    let tried = call("get", 2, false);
    let (stored, read_back) = (call("store", 2, false), call("get", 2, false));
    assert_eq!(calls(&home), [tried, stored.clone(), stored, read_back.clone(), read_back]);
    login(&home, &appview, "", &[]).any_stderr().check();
    assert_eq!(calls(&home), [call("get", 0, true), call("store", 0, true), call("get", 0, true)]);
    login(&home, &appview, "", &["--store", "file"]).any_stderr().check();
    let erased = call("erase", 2, false);
    assert_eq!(calls(&home), [call("get", 0, true), erased.clone(), erased]);
}

#[test]
fn a_store_that_cannot_keep_the_secrets_changes_nothing() {
    let (appview, home) = two_accounts();
    home.install_keeper("fake");
    let (before, host) = (home.device_json(), appview.host());
    for (does, reason) in [
        ("store no room", format!("can't keep the secret of {EVAN} for {host}: it says: no room")),
        ("store echo", format!("can't keep the secret of {EVAN} for {host}: it says: (words that hold a secret")),
        ("store nothing", format!("can't give the secret of {EVAN} for {host}: it holds none, or is locked")),
        ("store ignore", format!("can't give the secret of {EVAN} for {host}: it holds none, or is locked")),
        ("* by-host", format!("can't give the secret of {EVAN} for {host}: it answered for another account")),
        ("get the keychain is broken", "can't be used to keep secrets: it says: the keychain is broken".to_owned()),
    ] {
        let seen = login(&home, &appview, does, &["--store", "fake"]).status(1).stderr_has(&[&reason]).check();
        assert!(!seen.stderr.contains("atcr_device_"), "{}", seen.stderr);
        assert_eq!(home.device_json(), before, "{does}");
        assert!(entries(&home).as_object().is_none_or(serde_json::Map::is_empty), "{does}: {}", entries(&home));
    }
    login(&home, &appview, "", &["--store", "missing"])
        .status(1)
        .stderr(
            "error: docker-credential-missing can't be used to keep secrets: it is not on PATH\n  install it, or keep the \
             secret in device.json: docker-credential-atcr login REGISTRY --store file\n",
        )
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
#[cfg(unix)] // On Windows a link needs rights that a test does not have.
fn this_program_by_another_name_is_no_store() {
    let (appview, home) = two_accounts();
    fs::create_dir_all(home.path("bin")).unwrap();
    std::os::unix::fs::symlink(crate::support::PROGRAM, home.path("bin/docker-credential-other")).unwrap();
    login(&home, &appview, "", &["--store", "other"])
        .status(1)
        .stderr_has(&["docker-credential-other can't be used to keep secrets: it is docker-credential-atcr itself\n"])
        .check();
}

#[test]
fn an_account_that_a_store_cannot_forget_is_logged_out_and_the_rest_is_named() {
    let (appview, home) = kept();
    let host = appview.host();
    home.keeping("erase no", &["erase"])
        .stdin(&*host)
        .fails_with(&format!(
            "docker-credential-fake still holds the secret of {MICHELLE} for {host}, which is no longer used: it says: no; \
             remove it: echo {} | docker-credential-fake erase",
            key(&appview, MICHELLE)
        ))
        .check();
    assert!(!home.device_json().contains(MICHELLE));
}

#[test]
fn a_secret_that_moves_while_it_is_asked_for_is_found_where_it_went() {
    let (appview, home) = two_accounts();
    let in_file = home.device_json();
    let expected = home.credential(&appview, MICHELLE, &appview.host());
    home.install_keeper("fake");
    login(&home, &appview, "", &["--store", "fake"]).any_stderr().check();
    home.write("kept/docker-credential-fake/moved.json", in_file);
    get(&home, &appview, "get move").env("KEEPER_MOVES", home.path(".atcr/device.json")).stdout(expected).check();
}

#[test]
fn the_environments_secret_is_kept_from_the_store() {
    let (appview, home) = kept();
    get(&home, &appview, "")
        .env("ATCR_REGISTRY", "buoy.cr")
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "hidden")
        .stdout(credential(&home, &appview, MICHELLE, &appview.host()))
        .check();
    assert!(
        !fs::read_to_string(home.path("kept/docker-credential-fake/calls")).unwrap().contains("ATCR_DEVICE_SECRET")
    );
}
