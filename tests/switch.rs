use crate::support::{EVAN, Home, MICHELLE, two_accounts, two_accounts_none_active};

#[test]
fn of_two_accounts_the_other_one_becomes_active_without_a_question() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    for handle in [EVAN, MICHELLE] {
        home.run(&["switch"]).stderr(format!("✓ {handle} is the active account for {host} now.\n")).check();
        home.verb("get", &*host).stdout(home.credential(&appview, handle, &host)).check();
    }
}

#[test]
fn the_named_account_becomes_active() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    home.run(&["switch", "did:plc:evan", "--registry", &host])
        .stderr(format!("✓ {EVAN} is the active account for {host} now.\n"))
        .check();
}

#[test]
fn nobody_active_and_nobody_named_is_a_usage_error_that_names_the_flags() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    home.run(&["switch"])
        .status(2)
        .stderr(format!(
            "error: several accounts for {host}: {EVAN}, {MICHELLE}\n  \
             name one: docker-credential-atcr switch HANDLE --registry {host}\n"
        ))
        .check();
}

#[test]
fn somebody_who_is_not_logged_in_is_an_error_and_changes_nothing() {
    let (appview, home) = two_accounts();
    let (before, host) = (home.device_json(), appview.host());
    home.run(&["switch", "c.example"])
        .status(1)
        .stderr(format!("error: c.example is not logged in to {host} (logged in: {EVAN}, {MICHELLE})\n"))
        .check();
    assert_eq!(home.device_json(), before);
    Home::new().run(&["switch"]).status(1).stderr_has(&["error: not logged in to atcr.io\n"]).check();
}

#[test]
fn a_registry_with_one_account_leaves_nothing_to_switch_and_is_not_meant() {
    let (appview, home) = two_accounts();
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "b.example", "Secret": "atcr_device_1"}"#).check();
    let host = appview.host();
    home.run(&["switch"]).stderr(format!("✓ {EVAN} is the active account for {host} now.\n")).check();
    home.run(&["switch", MICHELLE]).stderr(format!("✓ {MICHELLE} is the active account for {host} now.\n")).check();
}

#[test]
fn a_variable_that_decides_before_the_active_account_is_named() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let says = |name: &str| {
        format!(
            "✓ {EVAN} is the active account for {host} now.\n! {name} is set, and decides before the active account does.\n"
        )
    };
    let switch = || home.run(&["switch", EVAN]);
    switch().env("ATCR_ACCOUNT", MICHELLE).stderr(says("ATCR_ACCOUNT")).check();
    switch().env("ATCR_HANDLE", EVAN).env("ATCR_REGISTRY", &host).stderr(says("ATCR_HANDLE")).check();
}
