use crate::support::{EVAN, Home, MICHELLE, two_accounts};

#[test]
fn accounts_are_shown_in_order_and_the_active_one_is_marked() {
    let (appview, home) = two_accounts();
    home.run(&["status"])
        .stdout(format!("{}\n  - {EVAN}  did:plc:evan\n  * {MICHELLE} (active)  did:plc:michelle\n", appview.host()))
        .check();
}

#[test]
fn every_registry_is_shown_or_the_one_that_was_named() {
    let (appview, home) = two_accounts();
    home.verb("store", r#"{"ServerURL": "buoy.cr:8443", "Username": "a.example", "Secret": "atcr_device_1"}"#).check();
    home.run(&["status"]).stdout_has(&[&appview.host(), "buoy.cr:8443\n  * a.example (active)\n"]).check();
    home.run(&["status", "https://buoy.cr:8443"]).stdout("buoy.cr:8443\n  * a.example (active)\n").check();
}

#[test]
fn the_environments_account_is_shown_before_those_it_hides() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.run(&["status"])
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_hidden")
        .env("ATCR_REGISTRY", &host)
        .stdout(format!(
            "{host}\n  * {EVAN} (from ATCR_HANDLE)\n{host}\n  - {EVAN}  did:plc:evan\n  \
             * {MICHELLE} (active)  did:plc:michelle\n  not used while ATCR_HANDLE is set\n"
        ))
        .check();
}

#[test]
fn nobody_logged_in_is_a_failure_that_names_the_command() {
    Home::new()
        .run(&["status"])
        .status(1)
        .stderr("error: not logged in to atcr.io\n  run: docker-credential-atcr login atcr.io\n")
        .check();
}
