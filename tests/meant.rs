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
fn what_the_registry_does_is_left_to_it() {
    for word in ["revoke", "devices"] {
        let tip =
            "\n  tip: a device is revoked on the registry's website; logout removes its secret from this machine\n";
        Home::new().run(&[word]).status(2).stderr_has(&[tip]).check();
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
