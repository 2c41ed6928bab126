//! The question about Docker, with which a login ends.

use std::fs;

use crate::support::terminal::Terminal;
use crate::support::{EVAN, Home, PROGRAM, appview};

/// A login on a terminal that ends with the question.
fn login(home: &Home, host: &str) -> Terminal {
    let mut command = home.command(*PROGRAM);
    command.args(["login", host, "--no-browser"]);
    Terminal::start(&command)
}

const QUESTION: &str = "in Docker (and podman, buildah, skopeo)? (y/n)";

#[test]
fn cancelling_the_question_about_docker_keeps_the_login() {
    const CONTROL_C: &str = "\x03";
    const ESCAPE: &str = "\x1b";
    let appview = appview();
    let host = appview.host();
    appview.approve_devices_as(EVAN);
    for keys in [CONTROL_C, "\x04", ESCAPE, "q"] {
        let home = Home::new();
        let mut terminal = login(&home, &host);
        terminal.shows(QUESTION).answers(keys);
        let (status, screen) = terminal.ends();
        let line = format!("  docker-credential-atcr configure-docker {host}");
        assert!(status == 0 && screen.contains("✓ Logged in") && screen.contains(&line), "{status} {screen}");
        assert!(!home.secret(&appview, EVAN).is_empty() && !home.path(".docker").exists());
    }
}

#[test]
fn another_helper_is_replaced_only_if_that_is_the_answer() {
    let appview = appview();
    let host = appview.host();
    appview.approve_devices_as(EVAN);
    let question = format!("Docker uses docker-credential-ecr-login for {host}. Use docker-credential-atcr instead?");
    let command = format!("  docker-credential-atcr configure-docker {host} --yes");
    for (keys, helper) in [("y", "atcr"), ("\r", "ecr-login"), ("n", "ecr-login"), ("\x1b", "ecr-login")] {
        let home = Home::new();
        home.write(".docker/config.json", format!(r#"{{"credHelpers": {{"{host}": "ecr-login"}}}}"#));
        let mut terminal = login(&home, &host);
        terminal.shows("(y/n)").answers(keys);
        let (status, screen) = terminal.ends();
        let screen = screen.replace("\n  ", " ");
        assert!(status == 0 && screen.contains(&question) || keys == "\x1b", "{keys:?} {status} {screen}");
        assert!(screen.contains(command.trim()) != (helper == "atcr"), "{keys:?} {screen}");
        let config = fs::read_to_string(home.path(".docker/config.json")).unwrap();
        assert_eq!(config, format!(r#"{{"credHelpers": {{"{host}": "{helper}"}}}}"#), "{keys:?}");
    }
}

#[test]
fn a_password_is_removed_only_if_that_is_the_answer() {
    let appview = appview();
    let host = appview.host();
    appview.approve_devices_as(EVAN);
    for (keys, is_removed) in [("y", true), ("n", false)] {
        let home = Home::new();
        home.write(".docker/config.json", format!(r#"{{"auths": {{"{host}": {{"auth": "bWU6cHc="}}}}}}"#));
        let mut terminal = login(&home, &host);
        terminal.shows(QUESTION).answers("y");
        terminal.shows("Remove it? (y/n)").answers(keys);
        let (status, screen) = terminal.ends();
        let config = fs::read_to_string(home.path(".docker/config.json")).unwrap();
        assert!(status == 0 && config.contains(&format!(r#""{host}": "atcr""#)), "{status} {screen} {config}");
        assert_eq!(config.contains("bWU6cHc="), !is_removed, "{screen}");
    }
}

#[test]
fn what_is_typed_while_login_waits_answers_no_question() {
    let (appview, home) = (appview(), Home::new());
    let mut terminal = login(&home, &appview.host());
    let screen = terminal.shows("Waiting for your approval").text();
    let code = screen.split_once("shows this code: ").unwrap().1.lines().next().unwrap().to_owned();
    // Ctrl-Z and Ctrl-\ would leave a shell whose terminal does not echo.
    terminal.answers("y\ry\r\r\x1a\x1c");
    appview.approve(&code, EVAN);
    terminal.shows(QUESTION).answers("n");
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("Next, have Docker use it, "), "{screen}");
    assert!(!home.path(".docker").exists());
}
