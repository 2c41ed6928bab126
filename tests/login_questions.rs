//! The question about Docker, with which a login ends.

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
    for keys in [CONTROL_C, ESCAPE, "q"] {
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
fn what_is_typed_while_login_waits_answers_no_question() {
    let (appview, home) = (appview(), Home::new());
    let mut terminal = login(&home, &appview.host());
    let screen = terminal.shows("Waiting for your approval").text();
    let code = screen.split_once("shows this code: ").unwrap().1.lines().next().unwrap().to_owned();
    terminal.answers("y\ry\r\r");
    appview.approve(&code, EVAN);
    terminal.shows(QUESTION).answers("n");
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("Next, have Docker use it, "), "{screen}");
    assert!(!home.path(".docker").exists());
}
