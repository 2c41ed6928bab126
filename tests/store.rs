use serde_json::json;

use crate::support::{EVAN, Home, MICHELLE, appview, two_accounts};

fn credential(server: &str, user: &str, secret: &str) -> String {
    json!({"ServerURL": server, "Username": user, "Secret": secret}).to_string()
}

#[test]
fn a_device_secret_is_stored_as_version_2() {
    let home = Home::new();
    home.verb("store", credential("https://atcr.io/", "Evan.Jarrett.net", "atcr_device_1")).check();
    let expected = r#"{
  "version": 2,
  "registries": {
    "https://atcr.io": {
      "active": "evan.jarrett.net",
      "accounts": {
        "evan.jarrett.net": {
          "handle": "evan.jarrett.net",
          "device_secret": "atcr_device_1"
        }
      }
    }
  }
}
"#;
    assert_eq!(home.device_json(), expected);
}

#[test]
#[cfg(unix)]
fn the_file_and_its_folder_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.verb("store", credential("atcr.io", EVAN, "atcr_device_1")).check();
    let mode = |name: &str| std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(".atcr"), mode(".atcr/device.json"), mode(".atcr/device.json.lock")), (0o700, 0o600, 0o600));
}

#[test]
fn what_was_stored_is_what_get_answers() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    home.verb("store", credential(&host, EVAN, &appview.device_secret(EVAN))).check();
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
}

#[test]
fn storing_a_known_account_again_changes_only_who_is_active() {
    let (appview, home) = two_accounts();
    let before = home.device_json();
    home.verb("store", credential(&appview.host(), MICHELLE, &home.secret(&appview, MICHELLE))).check();
    assert_eq!(home.device_json(), before);
    home.verb("store", credential(&appview.host(), EVAN, &home.secret(&appview, EVAN))).check();
    let expected = before.replace(&format!("\"active\": \"{MICHELLE}\""), &format!("\"active\": \"{EVAN}\""));
    assert_eq!(home.device_json(), expected);
}

#[test]
fn a_new_device_secret_of_a_known_account_replaces_the_old_one() {
    let (appview, home) = two_accounts();
    for name in [EVAN, "did:plc:evan"] {
        let secret = appview.device_secret(EVAN);
        home.verb("store", credential(&appview.host(), name, &secret)).check();
        assert_eq!(home.secret(&appview, EVAN), secret);
    }
}

#[test]
fn an_app_password_keeps_the_device_secret_and_says_so() {
    let (appview, home) = two_accounts();
    let before = home.device_json();
    let host = appview.host();
    home.verb("store", credential(&host, MICHELLE, "abcd-efgh-ijkl"))
        .stderr(format!("{MICHELLE} is logged in to {host} with a device secret, which Docker will use\n"))
        .check();
    assert_eq!(home.device_json(), before);
}

#[test]
fn an_unknown_accounts_app_password_is_refused() {
    let (appview, home) = two_accounts();
    let before = home.device_json();
    let host = appview.host();
    for (user, secret) in [("stranger.example", "abcd-efgh"), ("token", "abcd-efgh"), ("stranger.example", "")] {
        home.verb("store", credential(&host, user, secret))
            .fails_with(&format!(
                "only device secrets (atcr_device_...) can be stored, not passwords; \
                 for an app password, set ATCR_HANDLE, ATCR_APP_PASSWORD and ATCR_REGISTRY={host}; to log in, run: \
                 docker-credential-atcr login {host}"
            ))
            .check();
    }
    assert_eq!(home.device_json(), before);
}

#[test]
fn a_device_secret_without_a_handle_is_refused() {
    let home = Home::new();
    home.verb("store", credential("atcr.io", "did:plc:nobody", "atcr_device_1"))
        .fails_with("the user name \"did:plc:nobody\" is not a handle (a domain name such as evan.jarrett.net)")
        .check();
    assert!(!home.path(".atcr/device.json").exists());
}

#[test]
fn no_secret_is_stored_for_http_elsewhere() {
    let home = Home::new();
    home.verb("store", credential("http://atcr.io", EVAN, "atcr_device_1"))
        .fails_with(
            "http://atcr.io would send the secret unencrypted; \
             use https://atcr.io, or list atcr.io in insecure-registries of Docker's daemon.json",
        )
        .check();
    assert!(!home.path(".atcr").exists());
}

#[test]
fn a_missing_server_or_user_is_refused_as_docker_does() {
    let home = Home::new();
    for (input, line) in [
        (credential("", EVAN, "atcr_device_1"), "no credentials server URL"),
        (credential(" \n", EVAN, "atcr_device_1"), "no credentials server URL"),
        (r#"{"Username": "a", "Secret": "s"}"#.to_owned(), "no credentials server URL"),
        (credential("atcr.io", "", "atcr_device_1"), "no credentials username"),
        (r#"{"ServerURL": null, "Username": "", "Secret": "s"}"#.to_owned(), "no credentials server URL"),
        (r#"{"ServerURL": "atcr.io", "Secret": "s"}"#.to_owned(), "no credentials username"),
    ] {
        home.verb("store", input).fails_with(line).check();
    }
    assert!(!home.path(".atcr").exists());
}

#[test]
fn malformed_input_is_not_repeated_and_the_file_stays() {
    let (_appview, home) = two_accounts();
    let before = home.device_json();
    let malformed = "the input is not a JSON object with ServerURL, Username and Secret";
    for (input, line) in [
        (Vec::new(), malformed),
        (b" \n".to_vec(), malformed),
        (b"hidden".to_vec(), malformed),
        (b"[\"hidden\"]".to_vec(), malformed),
        (br#"{"ServerURL": "atcr.io", "Username": "a", "Secret": "atcr_dev"#.to_vec(), malformed),
        (br#"{"ServerURL": ["atcr.io"], "Username": "a", "Secret": "s"}"#.to_vec(), malformed),
        (br#"{"ServerURL": "atcr.io", "Username": "a", "Secret": 7}"#.to_vec(), malformed),
        (b"{\"ServerURL\": \"\xff\"}".to_vec(), "the input is not UTF-8 text"),
        (vec![b'{'; 1 << 20], "the input is longer than 65536 bytes"),
    ] {
        home.verb("store", input).fails_with(line).check();
    }
    assert_eq!(home.device_json(), before);
}

/// As those set it who are about to handle secrets: it takes rights from the owner too.
#[test]
#[cfg(unix)]
fn no_umask_locks_the_owner_out() {
    use std::os::unix::fs::PermissionsExt;
    for umask in ["0177", "0277", "0777", "0000"] {
        let home = Home::new();
        let mut shell = home.command("sh");
        shell.args(["-c", &format!("umask {umask}; \"$0\" \"$@\""), *crate::support::PROGRAM, "store"]);
        let request = credential("atcr.io", EVAN, "atcr_device_1");
        crate::support::Run::new(shell).stdin(request).check();
        for (name, expected) in [(".atcr", 0o700), (".atcr/device.json", 0o600), (".atcr/device.json.lock", 0o600)] {
            let mode = std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, expected, "{name} with umask {umask}");
        }
    }
}
