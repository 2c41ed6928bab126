use crate::support::{EVAN, Home, MICHELLE, two_accounts};

#[test]
fn the_only_account_is_logged_out_without_a_question() {
    let home = Home::new();
    home.verb("store", r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_1"}"#).check();
    home.run(&["logout"]).stderr("✓ Logged out of atcr.io as a.example.\n").check();
    assert_eq!(home.device_json(), "{\n  \"version\": 2,\n  \"registries\": {}\n}\n");
}

#[test]
fn one_of_two_is_named_and_the_other_stays() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.run(&["logout", &host, "--account", MICHELLE])
        .stderr(format!("✓ Logged out of {host} as {MICHELLE}.\n{EVAN} is used from now on.\n"))
        .check();
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
}

#[test]
fn an_account_that_is_not_active_leaves_the_active_one() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.run(&["logout", &host, "--account", "did:plc:evan"])
        .stderr(format!("✓ Logged out of {host} as {EVAN}.\n{MICHELLE} stays the active account.\n"))
        .check();
}

#[test]
fn several_accounts_and_no_name_is_a_usage_error_that_names_the_flag() {
    let (appview, home) = two_accounts();
    let (before, host) = (home.device_json(), appview.host());
    home.run(&["logout"])
        .status(2)
        .stderr(format!(
            "error: several accounts for {host}: {EVAN}, {MICHELLE}\n  \
             name one: docker-credential-atcr logout {host} --account HANDLE\n"
        ))
        .check();
    assert_eq!(home.device_json(), before);
}

#[test]
fn somebody_who_is_not_logged_in_is_an_error() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.run(&["logout", &host, "--account", "c.example"])
        .status(1)
        .stderr(format!("error: c.example is not logged in to {host} (logged in: {EVAN}, {MICHELLE})\n"))
        .check();
    Home::new()
        .run(&["logout"])
        .status(1)
        .stderr("error: not logged in to atcr.io\n  run: docker-credential-atcr login atcr.io\n")
        .check();
}
