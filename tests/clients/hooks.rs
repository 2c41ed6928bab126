//! Docker's CLI plugin and its hooks, run by docker itself. They are new in docker 26.

use std::path::Path;
use std::process::Command;

use super::client::Client;
use super::docker::{Docker, dockers};
use super::scenarios::{acting_as, configured, image};
use crate::support::terminal::Terminal;
use crate::support::{AppView, EVAN, Home, MICHELLE, Run, skip, two_accounts};

const HEADING: &str = "What's next:";

/// Every docker here that knows hooks.
fn dockers_with_hooks() -> Vec<Docker> {
    let mut dockers = dockers();
    let are_any = !dockers.is_empty();
    dockers.retain(|docker| major_version(docker.program()) >= 26);
    if are_any && dockers.is_empty() {
        skip("docker 26 or newer is not installed");
    }
    dockers
}

fn major_version(docker: &Path) -> u32 {
    let output = Home::new().command(docker).arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let number = version.trim_start_matches("Docker version ").split('.').next().unwrap();
    number.parse().unwrap_or_else(|_| panic!("no version: {version}"))
}

/// With the plugin set up.
fn with_plugin(docker: &Docker) -> (AppView, Home) {
    let (appview, home) = configured(docker, two_accounts());
    home.run(&["configure-docker", "--plugin"]).any_stderr().check();
    (appview, home)
}

/// The exit code, and what is on the terminal: docker calls hooks only there.
fn screen(command: &Command) -> (i32, String) {
    Terminal::start_of(command, 24, 500).ends()
}

#[track_caller]
fn explains(command: &Command, lines: &[&str]) {
    let (code, screen) = screen(command);
    assert_ne!(code, 0, "{screen}");
    let (_, below) = screen.split_once(HEADING).unwrap_or_else(|| panic!("no hook was called:\n{screen}"));
    for line in lines {
        assert!(below.contains(line), "{line:?} is not in\n{screen}");
    }
}

/// What the README shows between its command and Docker's own error.
fn explanation_in_readme() -> String {
    let readme = include_str!("../../README.md");
    let (_, below) = readme.split_once("$ docker push atcr.io/evan/app:1\n").unwrap();
    below.split_once("denied: ").unwrap().0.to_owned()
}

#[test]
fn docker_says_why_a_push_was_denied() {
    for docker in dockers_with_hooks() {
        let (appview, home) = with_plugin(&docker);
        let (host, own) = (appview.host(), image(&appview, EVAN));
        docker.make(&home, &own);
        explains(
            &acting_as(MICHELLE, docker.push(&home, &own)),
            &[
                &format!("docker push used {MICHELLE} (ATCR_ACCOUNT) at {host}"),
                &format!("ATCR_ACCOUNT decides, whatever the image is called, and only {EVAN} can push this one"),
                "run: unset ATCR_ACCOUNT",
            ],
        );
        let (mistyped, meant) = (image(&appview, "evan"), own);
        docker.make(&home, &mistyped);
        explains(
            &docker.push(&home, &mistyped),
            &[
                &format!("docker push used {MICHELLE} (active) at {host}"),
                &format!("none of your accounts is named evan: did you mean {meant}?"),
                &format!("run: docker tag {mistyped} {meant} && docker push {meant}"),
            ],
        );
        let (_, shown) = screen(&docker.push(&home, &mistyped));
        let in_readme = explanation_in_readme().replace("atcr.io", &host);
        assert!(in_readme.starts_with(HEADING), "{in_readme}");
        let (_, error) = shown.split_once(&in_readme).unwrap_or_else(|| panic!("{in_readme:?} is not in\n{shown}"));
        assert!(error.contains("denied"), "{shown}");
        explains(
            &docker.command(&home, &["image", "push", &mistyped]),
            &[
                &format!("docker push used {MICHELLE} (active) at {host}"),
                &format!("run: docker tag {mistyped} {meant} && docker push {meant}"),
            ],
        );
    }
}

#[test]
fn docker_completes_our_words_and_runs_none() {
    for docker in dockers_with_hooks() {
        let (_appview, home) = with_plugin(&docker);
        let before = home.device_json();
        let complete = |words: &[&str]| {
            let words = [&["__complete", "atcr"], words].concat();
            Run::new(docker.command(&home, &words)).any_stdout().any_stderr().check().stdout
        };
        assert!(complete(&["switch", ""]).starts_with(EVAN));
        complete(&["switch"]);
        complete(&["logout", "--all", "--yes"]);
        assert_eq!(home.device_json(), before);
    }
}

#[test]
fn docker_says_why_a_pull_was_denied() {
    for docker in dockers_with_hooks() {
        let (appview, home) = with_plugin(&docker);
        let strangers = image(&appview, "stranger.example");
        explains(
            &docker.pull(&home, &strangers),
            &[
                &format!("docker pull used {MICHELLE} (active) at {}", appview.host()),
                "the image belongs to stranger.example",
            ],
        );
    }
}

#[test]
fn docker_says_nothing_where_nothing_was_denied() {
    for docker in dockers_with_hooks() {
        let (appview, home) = with_plugin(&docker);
        let own = image(&appview, EVAN);
        docker.make(&home, &own);
        let (code, shown) = screen(&docker.push(&home, &own));
        assert!(code == 0 && !shown.contains(HEADING), "{code} {shown}");
        let (code, shown) = screen(&docker.push(&home, &image(&appview, MICHELLE)));
        assert!(code != 0 && !shown.contains(HEADING), "{code} {shown}");
    }
}

#[test]
fn docker_says_nothing_without_the_plugin() {
    for docker in dockers_with_hooks() {
        let (appview, home) = with_plugin(&docker);
        let own = image(&appview, EVAN);
        docker.make(&home, &own);
        home.run(&["configure-docker", "--remove", "--plugin"]).any_stderr().check();
        let (code, shown) = screen(&acting_as(MICHELLE, docker.push(&home, &own)));
        assert!(code != 0 && shown.contains("denied") && !shown.contains(HEADING), "{shown}");
    }
}

/// Plugins are older than hooks.
#[test]
fn docker_runs_the_commands_as_its_own() {
    for docker in dockers() {
        let (appview, home) = with_plugin(&docker);
        let own = image(&appview, EVAN);
        let which = docker.command(&home, &["atcr", "which", &own]);
        Run::new(which).stdout(format!("{own}: {EVAN} (named by the image)\n")).check();
        let help = docker.command(&home, &["--help"]);
        Run::new(help).stdout_has(&["atcr*"]).any_stderr().check();
        home.run(&["configure-docker", "--remove"]).any_stderr().check();
        let gone = docker.command(&home, &["atcr", "which", &own]);
        Run::new(gone).any_stdout().any_stderr().status(docker_unknown(&docker)).check();
    }
}

/// The exit code for a command that there is not.
fn docker_unknown(docker: &Docker) -> i32 {
    let home = Home::new();
    docker.command(&home, &["no-such-command"]).output().unwrap().status.code().unwrap()
}
