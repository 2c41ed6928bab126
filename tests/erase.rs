use std::fs;
use std::time::{Duration, SystemTime};

use crate::support::{EVAN, Home, MICHELLE, two_accounts, two_accounts_none_active};

#[test]
fn docker_logout_erases_twice_and_removes_one_account() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("erase", &*host).stderr(format!("logged out of {host} as {MICHELLE}\n")).check();
    home.verb("erase", &*host)
        .stderr(format!(
            "still logged in to {host}: {EVAN}; to log out, run: docker-credential-atcr logout {host} --account {EVAN}\n"
        ))
        .check();
    let left = home.device_json();
    assert!(left.contains(EVAN) && !left.contains(MICHELLE) && left.contains("\"active\": \"\""), "{left}");
}

#[test]
fn docker_logout_after_docker_logout_removes_the_last_account() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("erase", &*host).any_stderr().check();
    home.age_device_json();
    // Of the four erases of a `credsStore` one removes it, and the others find nothing.
    for server in [&*host, &format!("https://{host}"), &format!("http://{host}"), &host] {
        home.verb("erase", server).check();
    }
    assert_eq!(home.device_json(), "{\n  \"version\": 2,\n  \"registries\": {}\n}\n");
}

#[test]
fn one_docker_logout_of_four_erases_removes_one_account() {
    let (appview, home) = two_accounts();
    home.age_device_json();
    for _ in 0..4 {
        home.verb("erase", appview.host()).any_stderr().check();
    }
    let left = home.device_json();
    assert!(left.contains(EVAN) && !left.contains(MICHELLE), "{left}");
}

#[test]
fn each_erase_of_a_slow_docker_logout_prolongs_it() {
    let (appview, home) = two_accounts();
    home.age_device_json();
    home.verb("erase", appview.host()).any_stderr().check();
    let a_second_ago = SystemTime::now() - Duration::from_secs(1);
    home.date_device_json(a_second_ago);
    home.verb("erase", appview.host()).any_stderr().check();
    let left = home.device_json();
    assert!(left.contains(EVAN) && !left.contains(MICHELLE), "{left}");
    let file = fs::metadata(home.path(".atcr/device.json")).unwrap();
    assert!(file.modified().unwrap() > a_second_ago);
}

/// Docker erases the entry of the repository, and right after it that of its host.
#[test]
fn a_docker_logout_of_an_image_removes_its_account_alone() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.age_device_json();
    for server in [&format!("{host}/{EVAN}/app"), &host, &format!("http://{host}")] {
        home.verb("erase", &**server).any_stderr().check();
    }
    let left = home.device_json();
    assert!(!left.contains(EVAN) && left.contains(&format!("\"active\": \"{MICHELLE}\"")), "{left}");
    home.age_device_json();
    home.verb("erase", &*host).check();
    assert_eq!(home.device_json(), "{\n  \"version\": 2,\n  \"registries\": {}\n}\n");
}

/// As the helper of the host it is told the host alone, once or several times.
#[test]
fn a_docker_logout_of_an_image_is_one_of_its_owner_for_the_hosts_helper_too() {
    for command in [
        &["docker", "logout", "HOST/EVAN/app:1"][..],
        &["docker", "--config", "x", "logout", "https://HOST/EVAN/app"],
        &["podman", "logout", "HOST/EVAN"],
        &["nerdctl", "logout", "HOST/EVAN/app"],
    ] {
        let (appview, home) = two_accounts();
        let host = appview.host();
        home.age_device_json();
        let words: Vec<String> = command.iter().map(|word| word.replace("HOST", &host).replace("EVAN", EVAN)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for _ in 0..2 {
            home.verb("erase", &*host).under(&[&words]).any_stderr().check();
        }
        let left = home.device_json();
        assert!(!left.contains(EVAN) && left.contains(&format!("\"active\": \"{MICHELLE}\"")), "{words:?}: {left}");
    }
}

#[test]
fn who_logs_out_of_a_host_below_a_command_with_an_image_logs_out_the_active_account() {
    for (command, above) in [("logout HOST", "make logout IMAGE"), ("push IMAGE", "sh")] {
        let (appview, home) = two_accounts();
        let (host, image) = (appview.host(), format!("{}/{EVAN}/app", appview.host()));
        let named = |line: &str| line.replace("HOST", &host).replace("IMAGE", &image);
        let (command, above) = (named(&format!("docker {command}")), named(above));
        let words = |line| str::split(line, ' ').collect::<Vec<_>>();
        home.verb("erase", &*host).under(&[&words(&command), &words(&above)]).any_stderr().check();
        assert!(home.device_json().contains(EVAN) && !home.device_json().contains(MICHELLE), "{command}");
    }
}

#[test]
fn a_docker_logout_with_the_account_variable_is_one_of_that_account() {
    let (appview, home) = two_accounts();
    home.verb("erase", appview.host()).env("ATCR_ACCOUNT", EVAN).any_stderr().check();
    assert!(!home.device_json().contains(EVAN) && home.device_json().contains(MICHELLE));
}

/// Nobody who was not named goes in their place.
#[test]
fn a_docker_logout_of_who_is_not_logged_in_removes_nobody() {
    for (words, variable) in
        [("docker logout HOST/stranger.example/app", ""), ("docker logout HOST", "stranger.example")]
    {
        let (appview, home) = two_accounts();
        home.age_device_json();
        let before = home.device_json();
        let words = words.replace("HOST", &appview.host());
        let words: Vec<&str> = words.split(' ').collect();
        let run = home.verb("erase", appview.host()).under(&[&words]);
        let run = if variable.is_empty() { run } else { run.env("ATCR_ACCOUNT", variable) };
        run.stderr_has(&["still logged in to", EVAN, MICHELLE]).check();
        assert_eq!(home.device_json(), before);
    }
}

#[test]
fn a_docker_logout_elsewhere_keeps_none_from_logging_out() {
    let (appview, home) = two_accounts();
    let store = |home: &Home| {
        let input = r#"{"ServerURL": "other.example", "Username": "a.example", "Secret": "atcr_device_1"}"#;
        home.verb("store", input).check();
    };
    store(&home);
    home.verb("erase", "other.example").check();
    home.verb("erase", appview.host()).any_stderr().check();
    assert!(!home.device_json().contains(MICHELLE));
    // Neither does one before a login.
    store(&home);
    home.verb("erase", "other.example").check();
    assert!(!home.device_json().contains("a.example"));
    assert!(home.device_json().contains(EVAN));
}

#[test]
fn a_file_from_the_future_keeps_the_last_account() {
    let (appview, home) = two_accounts();
    home.verb("erase", appview.host()).any_stderr().check();
    home.date_device_json(SystemTime::now() + Duration::from_hours(1));
    home.verb("erase", appview.host()).stderr_has(&["still logged in"]).check();
    assert!(home.device_json().contains(EVAN));
}

#[test]
fn several_accounts_of_which_none_is_active_stay() {
    let (appview, home) = two_accounts_none_active();
    home.age_device_json();
    let before = home.device_json();
    home.verb("erase", appview.host()).stderr_has(&["still logged in"]).check();
    assert_eq!(home.device_json(), before);
}

#[test]
fn no_account_becomes_active_but_the_last_one_answers() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("erase", &*host).any_stderr().check();
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
}

#[test]
fn a_single_account_that_logged_in_logs_out() {
    let home = Home::new();
    let input = r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_1"}"#;
    home.verb("store", input).check();
    home.verb("erase", "https://atcr.io").check();
    assert_eq!(home.device_json(), "{\n  \"version\": 2,\n  \"registries\": {}\n}\n");
}

#[test]
fn nothing_to_erase_is_no_error_and_leaves_no_trace() {
    let home = Home::new();
    for server in ["atcr.io", "https://index.docker.io/v1/", "http://atcr.io", "http://127.0.0.1:9"] {
        home.verb("erase", server).check();
    }
    assert!(!home.path(".atcr").exists());
}

#[test]
fn another_scheme_of_the_same_host_erases_nothing() {
    let (appview, home) = two_accounts();
    let before = home.device_json();
    home.verb("erase", format!("https://{}", appview.host())).check();
    assert_eq!(home.device_json(), before);
}

#[test]
fn other_registries_keep_their_accounts() {
    let (appview, home) = two_accounts();
    let input = r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_1"}"#;
    home.verb("store", input).check();
    home.verb("erase", appview.host()).any_stderr().check();
    assert!(home.device_json().contains("a.example"));
}

#[test]
fn the_cached_validation_is_erased_too() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.verb("get", &*host).stdout(home.credential(&appview, MICHELLE, &host)).check();
    let validations = || {
        std::fs::read_dir(home.path(".atcr/validated"))
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_none())
    };
    assert_eq!(validations().count(), 1);
    home.verb("erase", &*host).any_stderr().check();
    assert_eq!(validations().count(), 0);
}

#[test]
fn bad_input_of_erase_and_get_is_refused() {
    let (_appview, home) = two_accounts();
    let before = home.device_json();
    let (empty, long) = ("no credentials server URL", "the input is longer than 65536 bytes");
    for verb in ["erase", "get"] {
        for input in ["", " ", "\r\n\n", "\u{feff}\n"] {
            home.verb(verb, input).fails_with(empty).check();
        }
        home.verb(verb, vec![b'a'; 1 << 20]).fails_with(long).check();
        home.verb(verb, b"atcr.io\xff").fails_with("the input is not UTF-8 text").check();
    }
    assert_eq!(home.device_json(), before);
}
