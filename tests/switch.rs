use crate::support::{EVAN, Home, MICHELLE, two_accounts, two_accounts_none_active};

#[test]
fn of_two_accounts_the_other_one_becomes_active() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    for handle in [EVAN, MICHELLE] {
        home.run(&["switch"]).stderr(format!("✓ {handle} is now the active account for {host}.\n")).check();
        home.verb("get", &*host).stdout(home.credential(&appview, handle, &host)).check();
    }
}

#[test]
fn the_named_account_becomes_active() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    home.run(&["switch", "did:plc:evan", "--registry", &host])
        .stderr(format!("✓ {EVAN} is now the active account for {host}.\n"))
        .check();
}

#[test]
fn nothing_active_and_nothing_named_is_a_usage_error() {
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
fn an_unknown_account_is_an_error_and_changes_nothing() {
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
fn registries_with_one_account_are_skipped() {
    let (appview, home) = two_accounts();
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "b.example", "Secret": "atcr_device_1"}"#).check();
    let host = appview.host();
    home.run(&["switch"]).stderr(format!("✓ {EVAN} is now the active account for {host}.\n")).check();
    home.run(&["switch", MICHELLE]).stderr(format!("✓ {MICHELLE} is now the active account for {host}.\n")).check();
}

#[test]
fn an_overriding_variable_is_named() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let says = |name: &str| {
        format!(
            "✓ {EVAN} is now the active account for {host}.\n! {name} is set and takes precedence over the active account.\n"
        )
    };
    let switch = || home.run(&["switch", EVAN]);
    switch().env("ATCR_ACCOUNT", MICHELLE).stderr(says("ATCR_ACCOUNT")).check();
    switch().env("ATCR_HANDLE", EVAN).env("ATCR_REGISTRY", &host).stderr(says("ATCR_HANDLE")).check();
}

/// Nothing else is said about which account is used then.
#[test]
fn an_overriding_variable_is_named_by_login_and_logout_too() {
    let warning = |name: &str| format!("! {name} is set and takes precedence over the active account.\n");
    for name in ["ATCR_ACCOUNT", "ATCR_HANDLE"] {
        let (appview, home) = two_accounts();
        let host = appview.host();
        let secret = appview.device_secret(EVAN);
        let says = |words: &[&str]| {
            let mut run = home.run(words).stdin(&*secret).env(name, MICHELLE);
            if name == "ATCR_HANDLE" {
                run = run.env("ATCR_REGISTRY", &host);
            }
            let said = run.any_stdout().any_end().check().stderr;
            assert!(
                !said.contains("still use") && !said.contains("the only account there") && !said.contains("stays"),
                "{said}"
            );
            said
        };
        let said = says(&["login", &host, "--with-token", "--account", EVAN]);
        // With a credential in the environment nobody logs in.
        assert!(name == "ATCR_HANDLE" || said.contains(&warning(name)), "{said}");
        let said = says(&["logout", &host, "--account", EVAN]);
        assert!(said.contains(&warning(name)), "{said}");
        let said = says(&["logout", &host]);
        assert!(!said.contains(&warning(name)), "nobody is left: {said}");
    }
}

#[test]
fn an_invalid_variable_fails_before_the_switch() {
    let (appview, home) = two_accounts();
    let before = home.device_json();
    let host = appview.host();
    for (name, value) in [("ATCR_ACCOUNT", "not a handle"), ("ATCR_ACCOUNT", "atcr_device_x")] {
        for words in [&["switch"][..], &["switch", EVAN], &["switch", EVAN, "--registry", &host]] {
            let run = home.run(words).env(name, value).env("ATCR_DEVICE_SECRET_FILE", "");
            let seen = run.named(value).status(1).stderr_has(&["error: ATCR_"]).check();
            assert!(!seen.stderr.contains("is now the active account"), "{}", seen.stderr);
            assert_eq!(home.device_json(), before, "{name}={value}: {words:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn where_each_registry_has_one_account_there_is_nothing_to_switch() {
    let (appview, home) = crate::support::one_account();
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "b.example", "Secret": "atcr_device_1"}"#).check();
    let before = home.device_json();
    let mut terminal = crate::support::terminal::Terminal::start(home.command(*crate::support::PROGRAM).arg("switch"));
    terminal.shows("Each registry has one account, which is active: there is nothing to switch.");
    assert_eq!(terminal.ends().0, 0);
    assert_eq!((home.device_json(), appview.connections()), (before, 0));
}

#[test]
fn beside_the_environments_credential_no_login_is_advised() {
    Home::new()
        .run(&["switch"])
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_1")
        .status(1)
        .stderr(
            "error: ATCR_HANDLE and ATCR_DEVICE_SECRET are set and take precedence for atcr.io\n  to use another \
             account, first unset them: unset ATCR_HANDLE ATCR_DEVICE_SECRET\n",
        )
        .check();
}
