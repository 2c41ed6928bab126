use crate::support::{EVAN, Home, MICHELLE, two_accounts, two_accounts_none_active};

#[test]
fn not_logged_in_is_an_empty_object() {
    Home::new().run(&["list"]).stdout("{}\n").check();
}

#[test]
fn each_registry_has_its_active_or_only_account() {
    let home = Home::new();
    home.write_device_json(
        r#"{"version": 2, "registries": {
            "https://atcr.io": {"active": "b.example", "accounts": {
                "a.example": {"device_secret": "1"}, "b.example": {"device_secret": "2"}}},
            "http://127.0.0.1:9": {"active": "", "accounts": {"c.example": {"device_secret": "3"}}},
            "https://127.0.0.1:8": {"accounts": {"d.example": {"device_secret": "4"}}},
            "https://none.example": {"accounts": {"a.example": {"device_secret": "5"}, "b.example": {"device_secret": "6"}}},
            "https://empty.example": {}}}"#,
    );
    home.run(&["list"])
        .stdout("{\"atcr.io\":\"b.example\",\"127.0.0.1:9\":\"c.example\",\"https://127.0.0.1:8\":\"d.example\"}\n")
        .check();
}

#[test]
fn every_key_is_one_that_get_answers() {
    let (appview, home) = two_accounts();
    let seen = home.run(&["list"]).stdout(format!("{{\"{}\":\"{MICHELLE}\"}}\n", appview.host())).check();
    let list: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&seen.stdout).unwrap();
    for server in list.keys() {
        home.verb("get", &**server).stdout(home.credential(&appview, MICHELLE, server)).check();
    }
}

#[test]
fn several_accounts_without_an_active_one_are_not_listed() {
    two_accounts_none_active().1.run(&["list"]).stdout("{}\n").check();
}

#[test]
fn the_environments_account_is_the_one_of_its_registry() {
    let (appview, home) = two_accounts();
    home.run(&["list"])
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_1")
        .env("ATCR_REGISTRY", appview.host())
        .stdout(format!("{{\"{}\":\"{EVAN}\"}}\n", appview.host()))
        .check();
}

#[test]
fn a_broken_file_is_an_error_and_not_an_empty_list() {
    let home = Home::new();
    home.write_device_json("{");
    home.run(&["list"]).status(1).stdout_has(&["device.json", "not valid JSON"]).stderr_has(&["device.json"]).check();
}
