//! Looking, without changing anything.

use serde_json::json;

use super::{Installed, NEWEST, THIS, file, newest, tar_gz};
use crate::support::Answer;
use crate::support::answers::VERSION;

#[test]
fn a_newer_version_is_named_with_what_is_new_and_the_command_and_nothing_is_downloaded() {
    let installed = Installed::new();
    let notes = "Faster.\n\n\u{1b}[31mSafer.\n";
    installed.offer_with("a.tar.gz", b"", |answer| answer["release_notes"] = json!(notes));
    let host = installed.appview.host();
    let expected = format!(
        "docker-credential-atcr {NEWEST} is out, says {host}; this is {THIS}.\n    Faster.\n    \u{fffd}[31mSafer.\n  \
         run: docker-credential-atcr update\n"
    );
    installed.run(&["update", "--check"]).stderr(expected).check();
    assert_eq!(installed.appview.paths(), [VERSION.1]);
    assert!(installed.is_as_it_was());
}

#[test]
fn the_newest_version_and_one_that_is_newer_still_are_left_as_they_are() {
    for (latest, line) in [
        (THIS, format!("✓ This is docker-credential-atcr {THIS}, the newest version.\n")),
        (
            "v0.0.1",
            format!("✓ This is docker-credential-atcr {THIS}, which is newer than the newest release (v0.0.1).\n"),
        ),
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
fn without_a_terminal_nobody_is_asked_and_the_flag_is_named() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", b"");
    installed.run(&["update"]).status(2).stderr_has(&["error: nobody can be asked here", "add --yes\n"]).check();
    assert!(installed.is_as_it_was());
}

#[test]
fn an_answer_that_says_nothing_is_a_failure_that_names_the_registry() {
    for (answer, reason) in [
        (Answer::status(404), "it answered with status 404"),
        (Answer::status(500), "it answered with status 500"),
        (Answer::dropped(), "connection closed"),
        (body("<html>"), "its answer names none"),
        (body("{}"), "its answer names none"),
        (body("{\"latest\": \"\\u001b[31mred\"}"), "its answer names none, but \"\\u{1b}[31mred\""),
        (body(&"x".repeat(70_000)), "the answer is longer than 65536 bytes"),
    ] {
        let installed = Installed::new();
        installed.appview.always(VERSION, answer.clone());
        let start = format!("error: can't ask {} for the newest version: ", installed.appview.url());
        for arguments in [&["update", "--check"][..], &["update", "--yes"]] {
            installed.run(arguments).status(1).stderr_has(&[&start, reason]).check();
        }
        assert!(installed.is_as_it_was(), "{answer:?}");
    }
}

fn body(text: &str) -> Answer {
    Answer::body(200, "application/json", text)
}

#[test]
fn a_registry_over_http_elsewhere_is_asked_for_nothing() {
    let installed = Installed::new();
    installed.home.write(".docker/daemon.json", r#"{"insecure-registries": ["registry.invalid"]}"#);
    for registry in ["registry.invalid", "http://registry.invalid"] {
        installed.run(&["update", "--check"]).env("ATCR_REGISTRY", registry).status(1).stderr_has(&["http"]).check();
    }
}

#[test]
fn of_several_registries_none_is_favoured_and_the_only_one_is_asked() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", b"");
    installed.home.log_in(&installed.appview, &["a.example"]);
    let host = installed.appview.host();
    installed.run(&["update", "--check"]).without_env("ATCR_REGISTRY").stderr_has(&[&format!("says {host};")]).check();
}
