//! What was probably meant by what is not there.

use crate::support::{EVAN, Home, MICHELLE, one_account, two_accounts};

#[test]
fn a_login_to_a_mistyped_registry_names_the_one_meant() {
    let (_appview, home) = one_account();
    // Nothing resolves it.
    for (typed, meant) in [("atcr.i", "atcr.io"), ("atcr.invalid", "atcr.io")] {
        let run = home.run(&["login", typed]).status(1);
        run.stderr_has(&[&format!("\n  did you mean {meant}?\n")]).check();
    }
}

#[test]
fn another_port_is_another_registry() {
    let (_appview, home) = one_account();
    let run = home.run(&["status", "127.0.0.1:1"]).status(1);
    let hint = "run: docker-credential-atcr login 127.0.0.1:1";
    run.stderr(format!("error: not logged in to 127.0.0.1:1\n  {hint}\n")).check();
}

#[test]
fn a_handle_may_be_the_address_of_a_profile() {
    let (appview, home) = two_accounts();
    let page = format!("https://bsky.app/profile/{EVAN}");
    home.run(&["switch", &page]).stderr_has(&[&format!("✓ {EVAN} is now the active account")]).check();
    home.run(&["switch", "--account", &format!("bsky.app/profile/{MICHELLE}/")]).stderr_has(&[MICHELLE]).check();
    home.run(&["login", &page]).status(2).stderr_has(&[&format!("login --account {EVAN}\n")]).check();
    home.run(&["logout", &appview.host(), "--account", &page]).stderr_has(&[EVAN]).check();
    assert!(!home.device_json().contains(EVAN));
}

#[test]
fn a_topic_that_is_none_leads_to_one() {
    for (word, meant) in [("json", "status"), ("docker", "configure-docker"), ("setup-git", "configure-docker")] {
        let hint = format!("\n  run: docker-credential-atcr help {meant}\n");
        Home::new().run(&["help", word]).status(2).stderr_has(&[&hint]).check();
    }
    let tip = "run: docker-credential-atcr configure-docker";
    Home::new().run(&["setup-git"]).status(2).stderr_has(&[tip]).check();
}

#[test]
fn what_is_done_elsewhere_is_said_in_words() {
    let revoke = "a device is revoked on the registry's website; logout removes its secret from this machine";
    for (word, tip) in [
        ("revoke", revoke),
        ("devices", revoke),
        ("push", "use docker push, pull and build: Docker runs this program by itself"),
        ("register", "there is no sign-up: log in with your handle on the AT Protocol, such as Bluesky's"),
        (
            "uninstall",
            "run docker-credential-atcr configure-docker --remove, then uninstall the program as it was installed",
        ),
    ] {
        Home::new().run(&[word]).status(2).stderr_has(&[&format!("\n\n  tip: {tip}\n\n")]).check();
    }
}

#[test]
fn flags_of_other_programs_lead_to_ours() {
    for (arguments, tip) in [
        (&["status", "--verbose"][..], "tip: set ATCR_DEBUG=1\n"),
        (&["status", "-v"], "tip: set ATCR_DEBUG=1\n"),
        (&["-v"], "tip: set ATCR_DEBUG=1\n"),
        (&["switch", "-u", "evan.example"], "tip: the flag is --account\n"),
        (&["login", "--web"], "tip: login uses the browser by default\n"),
        (&["login", "--insecure-storage"], "tip: the flag is --store file\n"),
        (&["login", "-p", "x"], "tip: pipe the device secret into: docker-credential-atcr login --with-token"),
        (&["status", "-o", "json"], "tip: the flag is --json\n"),
        (&["status", "--format=json"], "tip: the flag is --json\n"),
        (&["status", "--active"], "tip: run: docker-credential-atcr status --json | jq '.. | select(.active?)'\n"),
        (&["status", "-t"], "tip: run: docker-credential-atcr token IMAGE\n"),
        (&["status", "-q"], "tip: redirect the output: the exit code says whether it worked\n"),
        (&["login", "--authfile", "x"], "tip: set REGISTRY_AUTH_FILE\n"),
        (
            &["login", "--tls-verify=false"],
            "tip: certificates are always verified; for http, see insecure-registries in Docker's daemon.json\n",
        ),
    ] {
        Home::new().run(arguments).status(2).stderr_has(&[tip]).check();
    }
}

#[test]
fn every_page_of_the_help_ends_with_the_documentation() {
    let line = "\n\nDocumentation: https://github.com/atcr-io/docker-credential-atcr\n";
    for command in ["login", "status", "help", "version", "configure-docker", "completion"] {
        let seen = Home::new().run(&[command, "--help"]).any_stdout().check().stdout;
        assert!(seen.ends_with(line), "{seen}");
    }
}
