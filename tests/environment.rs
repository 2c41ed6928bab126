//! Accounts that the environment brings or names.

use std::fs;

use crate::support::{EVAN, Home, MICHELLE, appview, two_accounts, two_accounts_none_active};

fn answer(host: &str, handle: &str, secret: &str) -> String {
    format!("{{\"ServerURL\":\"{host}\",\"Username\":\"{handle}\",\"Secret\":\"{secret}\"}}\n")
}

#[test]
fn a_handle_and_a_device_secret_are_enough_without_any_file() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    home.verb("get", &*host)
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", &secret)
        .env("ATCR_REGISTRY", &host)
        .stdout(answer(&host, EVAN, &secret))
        .check();
    assert!(!home.path(".atcr/device.json").exists());
}

#[test]
fn an_app_password_and_a_file_are_taken_in_place_of_the_device_secret() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    appview.app_password(EVAN, "abcd-efgh");
    home.write("secret", "abcd-efgh\n");
    for (name, value) in
        [("ATCR_APP_PASSWORD", "abcd-efgh".into()), ("ATCR_DEVICE_SECRET_FILE", home.path("secret").into_os_string())]
    {
        home.verb("get", &*host)
            .env("ATCR_HANDLE", EVAN)
            .env(name, value)
            .env("ATCR_REGISTRY", &host)
            .stdout(answer(&host, EVAN, "abcd-efgh"))
            .check();
    }
}

#[test]
fn it_wins_over_the_file_but_only_at_its_own_registry() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("get", &*host)
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_elsewhere")
        .stdout(home.credential(&appview, MICHELLE, &host))
        .check();
}

#[test]
fn it_is_checked_like_any_other_and_a_rejection_names_the_variables() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("get", &*host)
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_hidden")
        .env("ATCR_REGISTRY", &host)
        .fails_with(&format!(
            "{host} rejected the credential of {EVAN}; check ATCR_HANDLE and the secret that is set beside it"
        ))
        .check();
}

#[test]
fn half_a_pair_is_an_error_that_names_the_other_half() {
    let home = Home::new();
    let get = || home.verb("get", "atcr.io");
    get()
        .env("ATCR_HANDLE", EVAN)
        .fails_with(
            "ATCR_HANDLE is set, but none of ATCR_DEVICE_SECRET, ATCR_DEVICE_SECRET_FILE and ATCR_APP_PASSWORD is",
        )
        .check();
    get()
        .env("ATCR_DEVICE_SECRET", "atcr_device_hidden")
        .fails_with("a secret is set in the environment, but ATCR_HANDLE is not")
        .check();
    get()
        .env("ATCR_HANDLE", "hidden")
        .env("ATCR_DEVICE_SECRET", "atcr_device_hidden")
        .fails_with("ATCR_HANDLE is not a handle (a domain name such as evan.jarrett.net)")
        .check();
}

#[test]
fn an_empty_variable_is_none() {
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
fn an_account_variable_that_names_nobody_is_an_error() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("get", &*host)
        .env("ATCR_ACCOUNT", "nobody.example")
        .fails_with(&format!(
            "ATCR_ACCOUNT names nobody.example, which is not logged in to {host} (logged in: {EVAN}, {MICHELLE}); \
             run: docker-credential-atcr login {host}"
        ))
        .check();
    home.verb("get", &*host)
        .env("ATCR_ACCOUNT", "nobody")
        .fails_with("ATCR_ACCOUNT is neither a handle nor a DID")
        .check();
}

#[test]
fn at_a_registry_without_accounts_the_account_variable_is_nobodys_business() {
    let home = Home::new();
    home.verb("get", "index.docker.io")
        .env("ATCR_ACCOUNT", EVAN)
        .status(1)
        .stdout("credentials not found in native keychain\n")
        .stderr("not logged in to index.docker.io; run: docker-credential-atcr login index.docker.io\n")
        .check();
}

#[test]
fn the_accounts_are_in_the_home_folder_unless_told() {
    if cfg!(windows) {
        return; // The home folder is not the test's there: BaseDirs asks Windows.
    }
    let home = Home::new();
    let store = r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_2"}"#;
    home.verb("store", store).without_env("ATCR_CONFIG_DIR").check();
    assert!(fs::exists(home.path(".atcr/device.json")).unwrap());
    home.verb("store", store).env("ATCR_CONFIG_DIR", home.path("elsewhere")).check();
    assert!(fs::exists(home.path("elsewhere/device.json")).unwrap());
}
