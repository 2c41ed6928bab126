//! `login --with-token`: a device secret that was issued before.

use crate::support::{Answer, Answers, EVAN, Home, MICHELLE, Run, appview};

fn login(home: &Home, host: &str, secret: &str) -> Run {
    home.run(&["login", host, "--with-token", "--handle", EVAN]).stdin(secret)
}

#[test]
fn a_valid_device_secret_is_stored() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    for input in [secret.clone(), format!("\u{feff}  {secret}\r\n")] {
        login(&home, &host, &input).stderr_has(&[&format!("✓ Logged in to {host} as {EVAN}.\n")]).check();
        assert_eq!(home.secret(&appview, EVAN), secret);
    }
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
}

/// It replaces none, which somebody would look for to revoke.
#[test]
fn the_secret_that_is_stored_already_is_no_new_one() {
    let (appview, home) = (appview(), Home::new());
    home.install_credential_store("fake");
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    let arguments = ["login", &host, "--with-token", "--handle", EVAN, "--configure-docker=no"];
    let login = |arguments: &[&str], secret: &str| {
        let login = home.run_with_stores("", arguments).stdin(secret);
        login.stderr_has(&[&format!("✓ Logged in to {host} as {EVAN}.\n")]).check().stderr
    };
    let with_store = [&arguments[..], &["--store", "fake"]].concat();
    assert!(!login(&arguments, &secret).contains("Already"));
    // The file's, one that moves from there, and the store's.
    for arguments in [&arguments[..], &with_store, &with_store] {
        let stderr = login(arguments, &secret);
        let report = format!("as {EVAN}.\nAlready logged in.\nThe device secret is stored in ");
        assert!(stderr.contains(&report), "{stderr}");
    }
    let stderr = login(&arguments, &appview.device_secret(EVAN));
    assert!(stderr.contains("Already logged in; the device secret was replaced. "), "{stderr}");
}

#[test]
fn a_secret_that_is_rejected_or_not_checked_is_not_stored() {
    let (appview, home) = (appview(), Home::new());
    let (host, michelles) = (appview.host(), appview.device_secret(MICHELLE));
    login(&home, &host, &michelles)
        .status(1)
        .stderr(format!(
            "error: {host} rejected this device secret for {EVAN}\n  \
             get a new one: docker-credential-atcr login {host} --account {EVAN}\n"
        ))
        .check();
    let secret = appview.device_secret(EVAN);
    appview.expire_session(EVAN);
    let expired =
        format!("error: the login of {EVAN} at {host} has expired\n  renew it in a browser, then try again: ");
    login(&home, &host, &secret).status(1).stderr_has(&[&expired, &appview.url()]).check();
    let down = Answers::to_checks(Answer::status(503));
    login(&home, &down.host(), &secret)
        .status(1)
        .stderr(format!(
            "error: can't check the device secret with {}: it returned 503 without a token\n  \
             nothing was saved; try again when it can be reached\n",
            down.url()
        ))
        .check();
    assert!(!home.path(".atcr/device.json").exists());
}

#[test]
fn anything_but_a_device_secret_is_refused_unchecked() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    login(&home, &host, "abcd-efgh-ijkl-mnop")
        .status(1)
        .stderr(format!(
            "error: only device secrets (atcr_device_...) can be stored, not passwords\n  \
             for an app password, set ATCR_HANDLE, ATCR_APP_PASSWORD and ATCR_REGISTRY={host}; to log in, run: \
             docker-credential-atcr login {host}\n"
        ))
        .check();
    login(&home, &host, " \n").status(1).stderr("error: stdin contains no device secret\n").check();
    login(&home, &host, "atcr_device_1\natcr_device_2\n")
        .status(1)
        .stderr("error: stdin contains more than one device secret\n")
        .check();
    assert!(appview.log().is_empty());
}

#[test]
fn a_stdin_that_stays_open_is_an_error_after_ten_seconds() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    let arguments = ["login", &*host, "--with-token", "--handle", EVAN];
    let mut waiting = Vec::new();
    for input in ["", "atcr_device_1"] {
        waiting.push(home.with_open_stdin(&arguments, input));
    }
    for (child, stdin) in waiting {
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        let stderr = String::from_utf8(output.stderr).unwrap();
        let expected = "error: can't read the device secret from stdin: it was not closed within 10 seconds\n";
        assert_eq!((output.status.code(), &*stderr), (Some(1), expected));
    }
    assert!(appview.log().is_empty() && !home.path(".atcr").exists());
}

#[test]
fn without_a_handle_it_is_a_usage_error_that_names_the_flag() {
    let home = Home::new();
    home.run(&["login", "--with-token"]).status(2).stderr_has(&["--account <HANDLE>"]).check();
    home.run(&["login", "--with-token", "--handle", "evan"])
        .status(2)
        .stderr("error: --account \"evan\" is not a handle (a domain name such as evan.jarrett.net)\n  did you mean evan.bsky.social?\n")
        .check();
}

/// In the same words as a login in the browser.
#[test]
fn what_is_no_atcr_registry_is_said_to_be_none() {
    for answer in [Answer::status(404), Answer::status(405), Answer::status(501)] {
        let (other, home) = (Answers::to_checks(answer), Home::new());
        let (host, url) = (other.host(), other.url());
        login(&home, &host, "atcr_device_x")
            .status(1)
            .stderr(format!(
                "error: can't log in to {url}: it does not seem to be an ATCR registry\n  \
                 check its spelling; to log in to a registry of another kind, run: docker login {host}\n"
            ))
            .check();
        assert!(!home.path(".atcr/device.json").exists());
    }
}
