//! Checks that change nothing.

use serde_json::json;

use super::{Installed, NEWEST, THIS, file, newest, tar_gz};
use crate::support::Answer;
use crate::support::answers::VERSION;

#[test]
fn check_shows_the_newer_version_and_downloads_nothing() {
    let installed = Installed::new();
    // Not one of them looks like a line of the program's own.
    let notes = "Faster.\n\n\u{1b}[31mSafer.\n  run: something\n";
    installed.offer_with("a.tar.gz", b"", |answer| answer["release_notes"] = json!(notes));
    let host = installed.appview.host();
    let expected = format!(
        "A new version of docker-credential-atcr is available at {host}: {NEWEST} (installed: {THIS})\n  > Faster.\n  > \
         \u{fffd}[31mSafer.\n  > run: something\n  run: docker-credential-atcr update\n"
    );
    installed.run(&["update", "--check"]).stderr(expected).check();
    assert_eq!(installed.appview.paths(), [VERSION.1]);
    assert!(installed.is_as_it_was());
}

#[test]
fn the_latest_version_or_a_newer_one_is_not_replaced() {
    for (latest, line) in [
        (THIS, format!("✓ docker-credential-atcr {THIS} is the latest version.\n")),
        ("v0.0.1", format!("✓ docker-credential-atcr {THIS} is newer than the latest release (v0.0.1).\n")),
    ] {
        let installed = Installed::new();
        let program = newest();
        installed.offer_with("a.tar.gz", &tar_gz(&[(&file(), &program)]), |answer| answer["latest"] = json!(latest));
        for arguments in [&["update", "--check"][..], &["update"], &["update", "--yes"]] {
            installed.run(arguments).stderr(&*line).check();
        }
        assert!(installed.is_as_it_was());
    }
}

#[test]
fn a_version_that_is_not_built_for_this_machine_is_not_advised() {
    let installed = Installed::new();
    installed.offer_with("a.tar.gz", b"", |answer| answer["download_urls"] = json!({}));
    let lack = format!("there is no {NEWEST} for ");
    let seen = installed.run(&["update", "--check"]).stderr_has(&[&format!("! {lack}")]).check();
    assert!(!seen.stderr.contains("run: "), "{}", seen.stderr);
    installed.run(&["update", "--yes"]).status(1).stderr_has(&[&format!("error: {lack}")]).check();
    let seen = installed.run(&["update", "--check", "--json"]).stdout_has(&["\"available\""]).check();
    assert!(seen.stdout.contains("\"command\": null"), "{}", seen.stdout);
}

#[test]
fn an_address_that_is_refused_is_shown_without_escapes_and_passwords() {
    for arguments in [&["update", "--check"][..], &["update", "--yes"]] {
        let installed = Installed::new();
        let url = "http://bob:hidden@x/\u{1b}]52;c;x\u{7}\u{202e}";
        installed.offer_with("a.tar.gz", b"", |answer| {
            for address in answer["download_urls"].as_object_mut().unwrap().values_mut() {
                *address = json!(url);
            }
        });
        let seen = installed.run(arguments).any_end().any_stderr().check().stderr;
        assert!(seen.contains("http://***@x/\u{fffd}]52;c;x\u{fffd}\u{fffd}"), "{seen}");
    }
}

#[test]
fn check_in_json_says_which_version_there_is_and_how_to_get_it() {
    for (latest, state, hint, command) in [
        (NEWEST, "available", json!("run: docker-credential-atcr update"), json!("docker-credential-atcr update")),
        (THIS, "latest", json!(null), json!(null)),
        ("v0.0.1", "newer", json!(null), json!(null)),
    ] {
        let installed = Installed::new();
        installed.offer_with("a.tar.gz", b"", |answer| {
            answer["latest"] = json!(latest);
            answer["release_notes"] = json!("Faster.\n\u{1b}[31mSafer.\n");
        });
        let seen = installed.run(&["update", "--check", "--json"]).any_stdout().check();
        assert!(!seen.stdout.contains('\u{1b}'), "{}", seen.stdout);
        let expected = json!({
            "installed": &THIS[1..], "latest": &latest[1..], "state": state, "server": installed.appview.host(),
            "notes": "Faster.\n\u{1b}[31mSafer.\n", "hint": hint, "command": command,
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&seen.stdout).unwrap(), expected);
        assert!(installed.is_as_it_was());
    }
    Installed::new().run(&["update", "--json"]).status(2).stderr_has(&["--check"]).check();
}

#[test]
fn without_a_terminal_update_fails_and_names_the_flag() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", b"");
    let error = "error: refusing to update without confirmation\n  pass --yes to confirm\n";
    installed.run(&["update"]).status(2).stderr_has(&[error]).check();
    assert!(installed.is_as_it_was());
}

#[test]
fn an_unusable_answer_is_an_error_that_names_the_server() {
    for (answer, reason) in [
        (Answer::status(404), "it returned 404: there is no release for this platform yet\n"),
        (Answer::status(500), "it returned 500"),
        (Answer::dropped(), "connection closed"),
        (body("<html>"), "it returned no version"),
        (body("{}"), "it returned no version"),
        (body("{\"latest\": \"\\u001b[31mred\"}"), "it returned the invalid version \"\\u{1b}[31mred\""),
        (body(&"x".repeat(70_000)), "the answer is longer than 65536 bytes"),
    ] {
        let installed = Installed::new();
        installed.appview.always(VERSION, answer.clone());
        let start = format!("error: can't get the newest version from {}: ", installed.appview.url());
        for arguments in [&["update", "--check"][..], &["update", "--yes"]] {
            installed.run(arguments).status(1).stderr_has(&[&start, reason]).check();
        }
        assert!(installed.is_as_it_was(), "{answer:?}");
    }
}

#[test]
fn a_failed_check_in_json_is_an_error_in_json() {
    let installed = Installed::new();
    let run = installed.run(&["update", "--check", "--json"]).status(1).any_stdout();
    let seen = run.stderr_has(&["error: "]).check();
    let report: serde_json::Value = serde_json::from_str(&seen.stdout).unwrap();
    let message = report["error"].as_str().unwrap();
    assert!(seen.stderr.contains(&format!("error: {message}\n")), "{report} {}", seen.stderr);
}

fn body(text: &str) -> Answer {
    Answer::body(200, "application/json", text)
}
