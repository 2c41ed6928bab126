//! The screens of `status`, whole, with HOST, HOME and REASON for what is different in each run.

use std::fs::{self, File};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::support::answers::CHECK;
use crate::support::{
    Answer, Answers, EVAN, Home, MICHELLE, SLACK, appview, home_of_evan, one_account_and, two_accounts,
    two_accounts_in_docker, two_accounts_none_active,
};

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

/// Adds a registry with one account to device.json.
fn add(home: &Home, registry: &str, handle: &str) {
    let mut file: Value = serde_json::from_str(&home.device_json()).unwrap();
    file["registries"][registry] = json!({"accounts": {handle: {"device_secret": "atcr_device_hidden"}}});
    home.write_device_json(file.to_string());
}

/// Sets the age of every cached validation.
fn age_validations(home: &Home, age: Duration) {
    for entry in fs::read_dir(home.path(".atcr/validated")).unwrap() {
        let file = File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
}

#[test]
fn valid_accounts_are_listed_and_the_active_one_is_marked() {
    let (appview, home) = two_accounts_in_docker();
    let expected = "\
HOST
  ✓ evan.jarrett.net               valid (checked just now)  did:plc:evan
  ✓ michelle.jarrett.net (active)  valid (checked just now)  did:plc:michelle
  - from ~/.atcr/device.json
  ✓ Docker uses docker-credential-atcr for HOST
";
    home.shows(&appview, home.run(&["status"]), expected);
}

#[test]
fn rejected_and_expired_accounts_fail_and_name_the_fix() {
    let (appview, home) = two_accounts_in_docker();
    appview.revoke(&home.secret(&appview, EVAN));
    appview.expire_session(MICHELLE);
    let expected = "\
HOST
  ✗ evan.jarrett.net
      rejected (checked just now)         did:plc:evan
      run: docker-credential-atcr login HOST --account evan.jarrett.net
  ✗ michelle.jarrett.net (active)
      session expired (checked just now)  did:plc:michelle
      renew it in a browser:
      http://HOST/auth/oauth/login?handle=michelle.jarrett.net
  - from ~/.atcr/device.json
  ✓ Docker uses docker-credential-atcr for HOST
";
    home.shows(&appview, home.run(&["status"]).status(1).stderr("error: 2 of 2 accounts can't be used\n"), expected);
}

#[test]
fn a_login_url_that_is_not_a_web_page_is_hidden() {
    let registry = Answers::start();
    let home = home_of_evan(&registry);
    for url in ["javascript:alert(1)", "file:///etc/passwd", "\u{1b}[31m"] {
        registry.next(CHECK, [Answer::json(401, json!({"error": "oauth_session_expired", "login_url": url}))]);
        home.run(&["status"])
            .status(1)
            .stdout_has(&[&format!("      run: docker-credential-atcr login {} --account {EVAN}\n", registry.host())])
            .stderr("error: the account can't be used\n")
            .check();
    }
}

#[test]
fn an_unreachable_registry_is_a_warning_with_the_reason() {
    let (registry, home) = one_account_and(Answer::status(503));
    home.configure_docker(&registry.host());
    add(&home, NOWHERE, "a.example");
    let expected = "\
HOST
  ! evan.jarrett.net (active)  check failed  did:plc:evan
      it returned 503 without a token
  - from ~/.atcr/device.json
  ✓ Docker uses docker-credential-atcr for HOST

127.0.0.1:1
  ! a.example (only account)  check failed
      it can't be reached: REASON
      run: curl -v http://127.0.0.1:1/v2/
  - from ~/.atcr/device.json
  ! Docker does not use docker-credential-atcr for 127.0.0.1:1
      run: docker-credential-atcr configure-docker 127.0.0.1:1
";
    home.shows(&registry, home.run(&["status"]), expected);
}

#[test]
fn offline_shows_cached_results_with_their_age() {
    let (appview, home) = two_accounts_in_docker();
    home.run(&["status"]).stdout_has(&["valid"]).check();
    let fresh = home.run(&["status", "--offline"]).any_stderr().any_stdout().check().stdout;
    assert!(fresh.contains("valid (checked just now)") || fresh.contains("valid (checked 1 second ago)"), "{fresh}");
    age_validations(&home, Duration::from_secs(150));
    let connections = appview.connections();
    let expected = "\
HOST
  ✓ evan.jarrett.net
      valid (checked 2 minutes ago)  did:plc:evan
  ✓ michelle.jarrett.net (active)
      valid (checked 2 minutes ago)  did:plc:michelle
  - from ~/.atcr/device.json
  ✓ Docker uses docker-credential-atcr for HOST
";
    home.shows(&appview, home.run(&["status", "--offline"]), expected);
    assert_eq!(appview.connections(), connections);
}

#[test]
fn offline_knows_what_the_last_check_found() {
    let (appview, home) = two_accounts_in_docker();
    appview.revoke(&home.secret(&appview, EVAN));
    appview.expire_session(MICHELLE);
    home.run(&["status"]).status(1).any_stdout().any_stderr().check();
    let connections = appview.connections();
    let offline = || home.run(&["status", "--offline"]);
    let found = ["rejected (checked ", "session expired (checked ", "run: docker-credential-atcr login"];
    offline().status(1).stdout_has(&found).any_stderr().check();
    let states = |run: crate::support::Run| -> Vec<Value> {
        let report: Value = serde_json::from_str(&run.any_stdout().any_stderr().check().stdout).unwrap();
        let accounts = report["registries"][0]["accounts"].as_array().unwrap();
        accounts.iter().map(|account| json!([account["state"], account["checked"]])).collect()
    };
    let json = states(home.run(&["status", "--offline", "--json"]).status(1));
    assert_eq!(json, [json!(["rejected", "stamp"]), json!(["session_expired", "stamp"])]);
    assert_eq!(appview.connections(), connections);
    // What comes later is what is known.
    appview.approve_devices_as(MICHELLE);
    home.run(&["login", &appview.host()]).stderr_has(&["Logged in"]).check();
    let json = states(home.run(&["status", "--offline", "--json"]).status(1));
    assert_eq!(json, [json!(["rejected", "stamp"]), json!(["accepted", "stamp"])]);
}

#[test]
fn a_registry_that_does_not_answer_forgets_nothing() {
    let (registry, home) = one_account_and(Answer::token());
    home.run(&["status"]).stdout_has(&["valid"]).check();
    registry.forget();
    registry.always(CHECK, Answer::status(500));
    home.run(&["status"]).stdout_has(&["  check failed  "]).check();
    home.run(&["status", "--offline"]).stdout_has(&["valid (checked "]).check();
}

#[test]
fn a_reason_is_said_once_a_registry() {
    let (registry, home) = (Answers::to_checks(Answer::status(503)), Home::new());
    home.log_in(&registry, &[EVAN, MICHELLE]);
    home.configure_docker(&registry.host());
    let expected = "\
HOST
  ! evan.jarrett.net               check failed  did:plc:evan
  ! michelle.jarrett.net (active)  check failed  did:plc:michelle
      it returned 503 without a token
  - from ~/.atcr/device.json
  ✓ Docker uses docker-credential-atcr for HOST
";
    home.shows(&registry, home.run(&["status"]), expected);
}

/// A DID as long as they are.
const DID: &str = "did:plc:7iza6de2dwap2sbkpav7c6c6";

#[test]
fn every_line_fits_eighty_columns() {
    let home = Home::new();
    let long = format!("{}.{}.example", "a".repeat(50), "b".repeat(50));
    for handle in ["a.example", "a-handle-of-thirty-two.characters", &long] {
        for (secret, registry) in
            [("atcr_device_hidden", NOWHERE), ("atcr_device_hidden", "https://a-registry.invalid:8443")]
        {
            let account = json!({"device_secret": secret, "did": DID});
            let other = json!({"credential_store": "missing", "did": DID});
            let accounts = json!({"active": handle, "accounts": {handle: account, "b.example": other}});
            home.write_device_json(json!({"version": 2, "registries": {registry: accounts}}).to_string());
            for (words, variables) in [
                (&["status"][..], &[][..]),
                (&["status", "--offline"], &[]),
                (&["status"], &[("ATCR_HANDLE", "c.example"), ("ATCR_REGISTRY", registry)]),
                (&["status"], &[("ATCR_ACCOUNT", "nobody.example"), ("LANG", "C")]),
            ] {
                let run = variables.iter().fold(home.run(words), |run, (name, value)| run.env(name, value));
                let seen = run.any_end().check().stdout;
                // A command is to be copied.
                let is_command = |line: &&str| line.trim_start().starts_with("run: ");
                let wide: Vec<&str> =
                    seen.lines().filter(|line| line.chars().count() > 80 && !is_command(line)).collect();
                assert!(wide.is_empty(), "{wide:#?}");
                let ellipsis =
                    if variables.contains(&("LANG", "C")) { "did:plc:7iz...6c6" } else { "did:plc:7iz…6c6" };
                assert!(seen.contains(ellipsis) && !seen.contains(DID), "{seen}");
            }
            let json = home.run(&["status", "--offline", "--json"]).any_end().check().stdout;
            assert!(json.contains(DID), "{json}");
        }
    }
}

#[test]
fn get_uses_the_results_of_status() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    let get = || home.verb("get", appview.host());
    home.run(&["status"]).stdout_has(&["valid"]).check();
    let connections = appview.connections();
    get().stdout(home.credential(&appview, EVAN, &appview.host())).check();
    assert_eq!(appview.connections(), connections, "the validation is cached");
    appview.revoke(&home.secret(&appview, EVAN));
    home.run(&["status"]).status(1).stdout_has(&["rejected"]).any_stderr().check();
    get().status(1).stdout_has(&["rejected the credential"]).any_stderr().check();
}

#[test]
fn every_registry_is_shown_or_the_one_that_was_named() {
    let (appview, home) = two_accounts_in_docker();
    add(&home, "https://buoy.cr:8443", "a.example");
    let only = "\
buoy.cr:8443
  ! a.example (only account)  not checked
      offline, no cached result
  - from ~/.atcr/device.json
  ! Docker does not use docker-credential-atcr for buoy.cr:8443
      run: docker-credential-atcr configure-docker buoy.cr:8443
";
    for named in ["buoy.cr:8443", "https://buoy.cr:8443"] {
        home.shows(&appview, home.run(&["status", "--offline", named]), only);
    }
    let both = home.run(&["status", "--offline"]).stdout_has(&[&format!("{}\n", appview.host())]).check();
    assert!(home.screen(&appview, &both.stdout).ends_with(&format!("\n\n{only}")), "{}", both.stdout);
}

#[test]
fn the_environments_account_is_listed_first_even_half_of_one() {
    let (appview, home) = two_accounts_in_docker();
    let status = || {
        let run = home.run(&["status"]).env("ATCR_HANDLE", EVAN).env("ATCR_REGISTRY", appview.host());
        run.status(1).stderr("error: 1 of 3 accounts can't be used\n")
    };
    let whole = "\
HOST
  ✗ evan.jarrett.net (ATCR_HANDLE)
      rejected (checked just now)
      check ATCR_HANDLE and the secret set with it
  ✓ evan.jarrett.net
      valid (checked just now)     did:plc:evan
  ✓ michelle.jarrett.net
      valid (checked just now)     did:plc:michelle
  - from ~/.atcr/device.json, not used while ATCR_HANDLE is set
  ✓ Docker uses docker-credential-atcr for HOST
";
    home.shows(&appview, status().env("ATCR_DEVICE_SECRET", "atcr_device_hidden"), whole);
    let half = "\
HOST
  ✗ ATCR_HANDLE           incomplete
      ATCR_HANDLE is set, but none of ATCR_DEVICE_SECRET,
      ATCR_DEVICE_SECRET_FILE and ATCR_APP_PASSWORD is
  ✓ evan.jarrett.net      valid (checked just now)  did:plc:evan
  ✓ michelle.jarrett.net  valid (checked just now)  did:plc:michelle
  - from ~/.atcr/device.json, not used while ATCR_HANDLE is set
  ✓ Docker uses docker-credential-atcr for HOST
";
    home.shows(&appview, status(), half);
}

#[test]
fn the_account_variable_marks_its_account_or_fails() {
    let (appview, home) = two_accounts_in_docker();
    home.run(&["status"])
        .env("ATCR_ACCOUNT", EVAN)
        .stdout_has(&["evan.jarrett.net (ATCR_ACCOUNT)", "michelle.jarrett.net  "])
        .check();
    let host = appview.host();
    let nobody = format!(
        "ATCR_ACCOUNT names nobody.example, which is not logged in to {host} (logged in: {EVAN}, {MICHELLE})\n"
    );
    let on_two_lines = nobody.replace(" (logged in", "\n    (logged in");
    home.run(&["status"])
        .env("ATCR_ACCOUNT", "nobody.example")
        .status(1)
        .stdout_has(&[&format!(
            "  ✗ {on_two_lines}      run: docker-credential-atcr login {host} --account nobody.example\n"
        )])
        .stderr(format!("error: {nobody}  run: docker-credential-atcr login {host} --account nobody.example\n"))
        .check();
}

#[test]
fn an_account_variable_that_names_nothing_is_said_once() {
    let (_appview, home) = two_accounts_in_docker();
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "a.example", "Secret": "atcr_device_1"}"#).check();
    home.run(&["configure-docker"]).any_stderr().check();
    let error = "ATCR_ACCOUNT is neither a handle nor a DID";
    let run = || home.run(&["status", "--offline"]).env("ATCR_ACCOUNT", "nobody").status(1);
    let seen = run().any_stdout().stderr(format!("error: {error}\n  run: unset ATCR_ACCOUNT\n")).check();
    assert!(!seen.stdout.contains(error), "{}", seen.stdout);
    let doctor = home.run(&["doctor"]).env("ATCR_ACCOUNT", "nobody").any_end().check();
    assert_eq!(doctor.stdout.matches(&format!("✗ {error}\n    run: unset ATCR_ACCOUNT\n")).count(), 1);
}

#[test]
fn several_accounts_without_an_active_one_are_a_warning() {
    let (appview, home) = two_accounts_none_active();
    home.configure_docker(&appview.host());
    let expected = "\
HOST
  ✓ evan.jarrett.net      valid (checked just now)  did:plc:evan
  ✓ michelle.jarrett.net  valid (checked just now)  did:plc:michelle
  - from ~/.atcr/device.json
  ! several accounts for HOST (evan.jarrett.net,
    michelle.jarrett.net), none of them active
      run: docker-credential-atcr switch --registry HOST
  ✓ Docker uses docker-credential-atcr for HOST
";
    home.shows(&appview, home.run(&["status"]), expected);
}

#[test]
#[cfg(unix)]
fn files_open_to_others_are_a_warning() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    home.configure_docker(&appview.host());
    home.set_mode(".atcr", 0o755);
    home.set_mode(".atcr/device.json", 0o640);
    let expected = "\
HOST
  ✓ evan.jarrett.net (active)  valid (checked just now)  did:plc:evan
  - from ~/.atcr/device.json
  ✓ Docker uses docker-credential-atcr for HOST

! HOME/.atcr is open to other users (mode 0755)
    run: chmod 700 HOME/.atcr
! HOME/.atcr/device.json is open to other users (mode 0640)
    run: chmod 600 HOME/.atcr/device.json
";
    home.shows(&appview, home.run(&["status"]), expected);
    let mode = |name| {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777
    };
    home.set_mode(".atcr", 0o700);
    home.set_mode(".atcr/device.json", 0o600);
    home.set_mode(".atcr/validated", 0o750);
    let path = home.path(".atcr/validated").display().to_string();
    let warning = format!("! {path} is open to other users (mode 0750)\n    run: chmod 700 {path}\n");
    home.run(&["status"]).stdout_has(&[&warning]).check();
    home.run(&["logout", "--account", EVAN]).any_stderr().check();
    assert_eq!(mode(".atcr/validated"), 0o700, "the next change closes it");
}

#[test]
#[cfg(unix)]
fn a_program_that_is_not_on_path_is_a_warning_with_a_link_to_make() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    home.configure_docker(&appview.host());
    fs::create_dir(home.path("tools")).unwrap();
    let expected = "\
HOST
  ✓ evan.jarrett.net (active)  valid (checked just now)  did:plc:evan
  - from ~/.atcr/device.json
  ! docker-credential-atcr is not on PATH, so Docker can't run it
      run: ln -s PROGRAM HOME/tools/docker-credential-atcr
";
    home.shows(&appview, home.run(&["status"]).env("PATH", home.path("tools")), expected);
}

#[test]
fn not_logged_in_fails_and_names_the_command() {
    let stderr = "error: nobody is logged in\n  run: docker-credential-atcr login\n";
    Home::new().run(&["status"]).status(1).stderr(stderr).check();
    Home::new().run(&["status", "--json"]).status(1).stdout("{\n  \"registries\": []\n}\n").stderr(stderr).check();
    let (_appview, home) = two_accounts();
    home.run(&["status", "buoy.cr"])
        .status(1)
        .stderr("error: not logged in to buoy.cr\n  run: docker-credential-atcr login buoy.cr\n")
        .check();
}

#[test]
fn json_has_the_documented_shape() {
    let (appview, home) = two_accounts_in_docker();
    add(&home, NOWHERE, "a.example");
    appview.expire_session(EVAN);
    let seen = home.run(&["status", "--json"]).status(1).any_stdout().stderr_has(&["1 of 3 accounts"]).check();
    let mut report: Value = serde_json::from_str(&home.screen(&appview, &seen.stdout)).unwrap();
    for registry in report["registries"].as_array_mut().unwrap() {
        for account in registry["accounts"].as_array_mut().unwrap() {
            let time = account["checked_at"].as_str().unwrap();
            assert!(time.len() == 20 && time.starts_with("20") && time.ends_with('Z'), "{time}");
            account["checked_at"] = "NOW".into();
        }
    }
    let file = "HOME/.atcr/device.json";
    let expected = json!({"registries": [
        {"registry": "http://HOST", "docker": {"configured": true, "on_path": true}, "accounts": [
            {"handle": EVAN, "did": "did:plc:evan", "active": false, "source": file, "state": "session_expired",
             "checked": "asked", "checked_at": "NOW",
             "login_url": "http://HOST/auth/oauth/login?handle=evan.jarrett.net"},
            {"handle": MICHELLE, "did": "did:plc:michelle", "active": true, "why": "active", "source": file,
             "state": "accepted", "checked": "asked", "checked_at": "NOW"},
        ]},
        {"registry": NOWHERE, "docker": {"configured": false, "on_path": true}, "accounts": [
            {"handle": "a.example", "did": null, "active": true, "why": "only account", "source": file,
             "state": "unknown", "checked": "asked", "checked_at": "NOW", "reason": "it can't be reached: REASON"},
        ]},
    ]});
    assert_eq!(report, expected);
}

#[test]
fn json_tells_cached_unchecked_and_incomplete_apart() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    home.run(&["status"]).any_stdout().check();
    add(&home, NOWHERE, "a.example");
    let states = |run: crate::support::Run| -> Vec<Value> {
        let report: Value = serde_json::from_str(&run.any_stdout().any_stderr().check().stdout).unwrap();
        let registries = report["registries"].as_array().unwrap();
        let accounts = registries.iter().flat_map(|registry| registry["accounts"].as_array().unwrap());
        accounts
            .map(|account| json!([account["source"] == "ATCR_HANDLE", account["state"], account["checked"]]))
            .collect()
    };
    let offline = || home.run(&["status", "--offline", "--json"]);
    let of_file = [json!([false, "accepted", "stamp"]), json!([false, "not_checked", null])];
    assert_eq!(states(offline()), of_file);
    let with_environment = states(offline().env("ATCR_APP_PASSWORD", "hidden").status(1));
    assert_eq!(with_environment, [&[json!([true, "incomplete", null])], &of_file[..]].concat());
}

#[test]
fn all_accounts_are_checked_in_parallel() {
    let home = Home::new();
    let registry = Answers::to_checks(Answer::token().after(Duration::from_millis(300)));
    let handles: Vec<String> = (0..20).map(|number| format!("person{number}.example")).collect();
    home.log_in(&registry, &handles.iter().map(String::as_str).collect::<Vec<_>>());
    let time = || {
        let started = Instant::now();
        let seen = home.run(&["status"]).any_stdout().check();
        assert_eq!(seen.stdout.matches("valid (").count(), 20, "{}", seen.stdout);
        started.elapsed()
    };
    // The machine may be busy with other tests.
    assert!((0..5).any(|_| time() <= Duration::from_millis(600) + *SLACK));
}

#[test]
fn a_hanging_registry_delays_it_by_six_seconds_at_most() {
    let (registry, home) = (Answers::to_checks(Answer::never()), Home::new());
    home.log_in(&registry, &[EVAN, MICHELLE]);
    let started = Instant::now();
    // What goes to loopback goes through no proxy.
    let reason = format!("      no answer within 5 s\n      run: curl -v {}/v2/\n", registry.url());
    home.run(&["status"]).stdout_has(&["  check failed  ", &reason]).check();
    assert!(started.elapsed() < Duration::from_millis(6500) + *SLACK, "{:?}", started.elapsed());
}

#[test]
fn colour_is_there_where_it_is_wanted_and_not_otherwise() {
    let (appview, home) = two_accounts();
    appview.revoke(&home.secret(&appview, EVAN));
    let run = || home.run(&["status"]).status(1).any_stderr();
    let plain = run().stdout_has(&["✗ evan"]).check();
    assert!(!plain.stdout.contains('\u{1b}'));
    let colours = ["\u{1b}[31m✗\u{1b}[0m evan", "\u{1b}[32m✓\u{1b}[0m michelle", "\u{1b}[33m!\u{1b}[0m Docker"];
    run().env("CLICOLOR_FORCE", "1").stdout_has(&colours).check();
    let json = home.run(&["status", "--json"]).env("CLICOLOR_FORCE", "1").status(1).any_stdout().any_stderr().check();
    assert!(!json.stdout.contains('\u{1b}'));
}

#[test]
fn another_helper_and_a_password_are_both_shown() {
    let appview = appview();
    let (home, host) = (home_of_evan(&appview), appview.host());
    let config = format!(r#"{{"credHelpers": {{"{host}": "pass"}}, "auths": {{"{host}": {{"auth": "bWU6cHc="}}}}}}"#);
    home.write(".docker/config.json", config);
    let fix = format!("    run: docker-credential-atcr configure-docker {host} --yes\n");
    let run =
        home.run(&["status"]).any_stdout().stdout_has(&["Docker uses docker-credential-pass", "plain-text", &fix]);
    run.check();
}
