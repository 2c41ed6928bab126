//! The update notification after a person's command, on a terminal.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use super::{Installed, NEWEST, THIS, release};
use crate::support::answers::{CHECK, VERSION};
use crate::support::terminal::Terminal;
use crate::support::{Answer, EVAN};

const FILE: &str = ".atcr/update-check.json";

/// Somebody who is logged in, and a server that knows a newer version.
fn logged_in() -> Installed {
    let installed = Installed::new();
    installed.home.log_in(&installed.appview, &[EVAN]);
    installed.offer("a.tar.gz", b"");
    installed
}

fn newest() -> Answer {
    Answer::json(200, release("https://registry.invalid/a.tar.gz", b""))
}

fn command(installed: &Installed, arguments: &[&str]) -> Command {
    let mut command = installed.command(arguments);
    command.env_remove("ATCR_NO_UPDATE_NOTIFIER");
    command
}

/// A command that takes longer than a check.
fn slow_command(installed: &Installed) -> Command {
    installed.appview.always(CHECK, Answer::token().after(Duration::from_secs(2)));
    command(installed, &["status"])
}

/// What a command shows on a terminal.
fn screen(command: &Command) -> String {
    let (status, screen) = Terminal::start(command).ends();
    assert_eq!(status, 0, "{screen}");
    screen
}

fn write_state(installed: &Installed, hours_ago: u64, latest: &str, notified: bool) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let checked_at = now.saturating_sub(Duration::from_hours(hours_ago)).as_secs();
    let state = json!({"checked_at": checked_at, "latest": latest, "notified": notified});
    installed.home.write(FILE, state.to_string());
}

fn state(installed: &Installed) -> Value {
    let content = fs::read(installed.home.path(FILE)).unwrap_or_default();
    serde_json::from_slice(&content).unwrap_or_default()
}

fn checks(installed: &Installed) -> usize {
    installed.appview.count(VERSION)
}

fn notice() -> String {
    format!(
        "! A new version of docker-credential-atcr is available: {NEWEST} (installed: {THIS})\n  \
         run: docker-credential-atcr update"
    )
}

#[test]
fn a_check_beside_a_command_is_shown_once_after_it() {
    let installed = logged_in();
    let slow = slow_command(&installed);
    let shown = screen(&slow);
    assert!(shown.contains(EVAN) && shown.ends_with(&notice()), "{shown}");
    assert_eq!(state(&installed)["latest"], NEWEST.trim_start_matches('v'));
    assert!(!screen(&slow).contains("available"));
    assert_eq!(checks(&installed), 1);
}

#[test]
fn a_check_that_outlasts_the_command_is_given_up_and_repeated() {
    let installed = logged_in();
    // The first of several answers to a request is given.
    installed.appview.forget();
    installed.appview.always(VERSION, newest().after(Duration::from_secs(15)));
    let started = Instant::now();
    assert!(!screen(&command(&installed, &["status", "--offline"])).contains("available"));
    assert!(started.elapsed() < Duration::from_secs(15), "the command waited for the check");
    assert_eq!(state(&installed), Value::Null);
    installed.appview.forget();
    installed.appview.always(VERSION, newest());
    assert!(screen(&slow_command(&installed)).ends_with(&notice()));
}

#[test]
fn one_check_lasts_a_day_even_if_it_failed() {
    let installed = logged_in();
    installed.appview.next(VERSION, [Answer::status(500), Answer::status(500)]);
    let slow = slow_command(&installed);
    screen(&slow);
    assert!(state(&installed)["checked_at"].is_u64());
    screen(&slow);
    assert_eq!(checks(&installed), 1);
    write_state(&installed, 25, THIS.trim_start_matches('v'), true);
    screen(&slow);
    assert_eq!(checks(&installed), 2);
}

#[test]
fn many_commands_at_once_make_one_check_and_show_it_once() {
    let installed = logged_in();
    let slow = slow_command(&installed);
    let terminals: Vec<_> = (0..16).map(|_| Terminal::start(&slow)).collect();
    let screens: Vec<String> = terminals.into_iter().map(|terminal| terminal.ends().1).collect();
    assert_eq!(screens.iter().filter(|screen| screen.ends_with(&notice())).count(), 1, "{screens:?}");
    assert_eq!(checks(&installed), 1);
}

#[test]
fn a_locked_state_neither_delays_nor_fails_a_command() {
    let installed = logged_in();
    write_state(&installed, 48, NEWEST.trim_start_matches('v'), false);
    installed.home.write(&format!("{FILE}.lock"), "");
    let lock = fs::File::options().write(true).open(installed.home.path(&format!("{FILE}.lock"))).unwrap();
    lock.lock().unwrap();
    let version = command(&installed, &["version"]);
    assert!(!screen(&version).contains("available"));
    assert_eq!(checks(&installed), 0);
    // Not by closing it: a program that another test is starting has it open, too.
    lock.unlock().unwrap();
    assert!(screen(&version).ends_with(&notice()));
}

#[test]
fn nothing_is_shown_if_unwanted_known_or_not_newer() {
    for (variable, latest, notified) in [
        (Some("ATCR_NO_UPDATE_NOTIFIER"), "99.1.2", false),
        (Some("CI"), "99.1.2", false),
        (None, "99.1.2", true),
        (None, THIS.trim_start_matches('v'), false),
        (None, "0.0.1", false),
    ] {
        let installed = logged_in();
        write_state(&installed, if variable.is_some() { 48 } else { 1 }, latest, notified);
        let before = state(&installed);
        let mut status = command(&installed, &["status", "--offline"]);
        status.envs(variable.map(|name| (name, "1")));
        assert!(!screen(&status).contains("available"), "{variable:?} {latest}");
        assert_eq!(state(&installed), before);
        assert_eq!(checks(&installed), 0);
    }
}

#[test]
fn in_pipes_and_for_docker_nothing_is_checked_or_shown() {
    let installed = logged_in();
    write_state(&installed, 48, "99.1.2", false);
    let before = state(&installed);
    let output = command(&installed, &["status", "--offline"]).output().unwrap();
    assert!(!String::from_utf8(output.stderr).unwrap().contains("available"));
    let (program, url) = (installed.program().display().to_string(), installed.appview.url());
    // A pipe after a command on a terminal, and Docker's words.
    for script in [format!("'{program}' status --offline | cat"), format!("echo {url} | '{program}' get")] {
        let mut shell = installed.home.command("sh");
        shell.args(["-c", &script]).env_remove("ATCR_NO_UPDATE_NOTIFIER").env("ATCR_UPDATE_URL", &url);
        assert!(!screen(&shell).contains("available"), "{script}");
    }
    assert_eq!((state(&installed), checks(&installed)), (before, 0));
}

#[test]
fn before_the_first_login_no_folder_is_created() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", b"");
    screen(&command(&installed, &["version"]));
    assert!(!installed.home.path(".atcr").exists());
    assert_eq!(checks(&installed), 0);
}

#[test]
fn the_command_is_that_of_the_package_manager() {
    let installed = logged_in();
    write_state(&installed, 1, "99.1.2", false);
    installed.home.write(
        ".crates.toml",
        "\"docker-credential-atcr 0.1.0 (registry+https://registry.example/index)\" = [\"docker-credential-atcr\"]\n",
    );
    let shown = screen(&command(&installed, &["version"]));
    assert!(shown.ends_with("\n  run: cargo install --locked docker-credential-atcr"), "{shown}");
}

#[test]
fn after_update_check_nothing_more_is_shown() {
    let installed = logged_in();
    assert!(screen(&command(&installed, &["update", "--check"])).contains(NEWEST));
    assert!(!screen(&command(&installed, &["version"])).contains("available"));
    assert_eq!(checks(&installed), 1);
}

#[test]
fn a_registry_one_is_logged_in_to_is_not_asked() {
    let installed = logged_in();
    let registry = crate::support::Answers::to_checks(Answer::token().after(Duration::from_secs(2)));
    registry.always(VERSION, Answer::json(200, json!({"latest": "v98.0.0"})));
    installed.home.log_in(&registry, &[EVAN]);
    for default in [None, Some(registry.url())] {
        let mut status = command(&installed, &["status"]);
        status.envs(default.map(|url| ("ATCR_REGISTRY", url)));
        assert!(screen(&status).ends_with(&notice()));
        fs::remove_file(installed.home.path(FILE)).unwrap();
    }
    assert_eq!((checks(&installed), registry.count(VERSION)), (2, 0));
}
