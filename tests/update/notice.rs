//! The word of a newer version after a person's command, on a terminal.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use super::{Installed, NEWEST, THIS, release};
use crate::support::answers::VERSION;
use crate::support::terminal::Terminal;
use crate::support::{Answer, EVAN};

const FILE: &str = ".atcr/update-check.json";

/// Somebody who is logged in, and a registry that knows of a newer version.
fn logged_in() -> Installed {
    let installed = Installed::new();
    installed.home.log_in(&installed.appview, &[EVAN]);
    installed.offer("a.tar.gz", b"");
    installed
}

/// The next look is answered after 300 ms.
fn delays_the_answer(installed: &Installed) {
    let answer = Answer::json(200, release("https://registry.invalid/a.tar.gz", b""));
    installed.appview.next(VERSION, [answer.after(Duration::from_millis(300))]);
}

fn command(installed: &Installed, arguments: &[&str]) -> Command {
    let mut command = installed.command(arguments);
    command.env_remove("ATCR_NO_UPDATE_NOTIFIER");
    command
}

/// What a command shows on a terminal.
fn screen(command: &Command) -> String {
    let (status, screen) = Terminal::start(command).ends();
    assert_eq!(status, 0, "{screen}");
    screen
}

fn remembers(installed: &Installed, hours_ago: u64, latest: &str, told: bool) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let looked_at = now.saturating_sub(Duration::from_hours(hours_ago)).as_secs();
    installed.home.write(FILE, json!({"looked_at": looked_at, "latest": latest, "told": told}).to_string());
}

fn memory(installed: &Installed) -> Value {
    let content = fs::read(installed.home.path(FILE)).unwrap_or_default();
    serde_json::from_slice(&content).unwrap_or_default()
}

fn looks(installed: &Installed) -> usize {
    installed.appview.count(VERSION)
}

/// Waits for what a process of its own writes.
#[track_caller]
fn waits_for(what: &str, is_there: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !is_there() {
        assert!(Instant::now() < end, "waited for {what}");
        sleep(Duration::from_millis(5));
    }
}

fn notice() -> String {
    format!("! docker-credential-atcr {NEWEST} is out; this is {THIS}.\n  docker-credential-atcr update")
}

#[test]
fn a_command_starts_a_look_without_waiting_for_it_and_the_next_tells_what_was_heard_once() {
    let installed = logged_in();
    delays_the_answer(&installed);
    let offline = command(&installed, &["status", "--offline"]);
    assert!(!screen(&offline).contains("is out"));
    waits_for("the look", || memory(&installed)["latest"].is_string());
    let told = screen(&offline);
    assert!(told.ends_with(&notice()), "{told}");
    assert!(!screen(&offline).contains("is out"));
    assert_eq!(looks(&installed), 1);
}

#[test]
fn one_look_lasts_a_day_whatever_came_of_it() {
    let installed = logged_in();
    installed.appview.next(VERSION, [Answer::status(500), Answer::status(500)]);
    let status = command(&installed, &["status", "--offline"]);
    screen(&status);
    waits_for("the look", || looks(&installed) == 1 && memory(&installed)["looked_at"].is_u64());
    for _ in 0..3 {
        screen(&status);
    }
    remembers(&installed, 25, THIS.trim_start_matches('v'), true);
    screen(&status);
    waits_for("the next look", || looks(&installed) == 2);
}

#[test]
fn many_commands_at_once_take_one_look() {
    let installed = logged_in();
    let mut looks_at_once: Vec<_> =
        (0..16).map(|_| command(&installed, &["look-for-update"]).spawn().unwrap()).collect();
    for look in &mut looks_at_once {
        assert!(look.wait().unwrap().success());
    }
    assert_eq!(looks(&installed), 1);
    assert_eq!(memory(&installed)["latest"], NEWEST.trim_start_matches('v'));
}

/// Another look, which came too late and goes at once, has it locked for a moment.
#[test]
fn what_was_heard_is_noted_down_although_another_process_has_the_file_locked() {
    let installed = logged_in();
    delays_the_answer(&installed);
    let mut look = command(&installed, &["look-for-update"]).spawn().unwrap();
    waits_for("the note of the look", || memory(&installed)["looked_at"].is_u64());
    let held = fs::File::options().write(true).open(installed.home.path(&format!("{FILE}.lock"))).unwrap();
    held.lock().unwrap();
    waits_for("the request", || looks(&installed) == 1);
    // Until the answer is there, and time enough to give up.
    sleep(Duration::from_millis(500));
    assert!(look.try_wait().unwrap().is_none(), "it gave up");
    drop(held);
    assert!(look.wait().unwrap().success());
    assert_eq!(memory(&installed)["latest"], NEWEST.trim_start_matches('v'));
}

#[test]
fn nobody_is_told_where_it_is_not_wanted_or_no_news() {
    for (variable, latest, told) in [
        (Some("ATCR_NO_UPDATE_NOTIFIER"), "99.1.2", false),
        (Some("CI"), "99.1.2", false),
        (None, "99.1.2", true),
        (None, THIS.trim_start_matches('v'), false),
        (None, "0.0.1", false),
    ] {
        let installed = logged_in();
        remembers(&installed, if variable.is_some() { 48 } else { 1 }, latest, told);
        let before = memory(&installed);
        let mut status = command(&installed, &["status", "--offline"]);
        status.envs(variable.map(|name| (name, "1")));
        assert!(!screen(&status).contains("is out"), "{variable:?} {latest}");
        assert_eq!(memory(&installed), before);
        assert_eq!(looks(&installed), 0);
    }
}

#[test]
fn off_a_terminal_nothing_is_read_said_or_looked_for() {
    let installed = logged_in();
    remembers(&installed, 48, "99.1.2", false);
    let before = memory(&installed);
    let output = command(&installed, &["status", "--offline"]).output().unwrap();
    assert!(!String::from_utf8(output.stderr).unwrap().contains("is out"));
    // A pipe behind a command on a terminal gets data alone, and so does who started it.
    let mut shell = installed.home.command("sh");
    let script = format!("'{}' status --offline | cat", installed.program().display());
    shell.args(["-c", &script]).env_remove("ATCR_NO_UPDATE_NOTIFIER").env("ATCR_REGISTRY", installed.appview.url());
    assert!(!screen(&shell).contains("is out"));
    assert_eq!((memory(&installed), looks(&installed)), (before, 0));
}

#[test]
fn who_never_logged_in_gets_no_folder_by_it() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", b"");
    screen(&command(&installed, &["version"]));
    assert!(!installed.home.path(".atcr").exists());
    assert_eq!(looks(&installed), 0);
}

#[test]
fn dockers_verbs_know_nothing_of_it() {
    let installed = logged_in();
    remembers(&installed, 48, "99.1.2", false);
    let before = memory(&installed);
    let mut shell = installed.home.command("sh");
    let script = format!("echo {} | '{}' get", installed.appview.url(), installed.program().display());
    shell.args(["-c", &script]).env_remove("ATCR_NO_UPDATE_NOTIFIER");
    assert!(!screen(&shell).contains("is out"));
    assert_eq!((memory(&installed), looks(&installed)), (before, 0));
}

#[test]
fn a_copy_of_a_package_manager_is_told_of_by_its_own_command() {
    let installed = logged_in();
    remembers(&installed, 1, "99.1.2", false);
    installed.home.write(
        ".crates.toml",
        "\"docker-credential-atcr 0.1.0 (registry+https://registry.example/index)\" = [\"docker-credential-atcr\"]\n",
    );
    let told = screen(&command(&installed, &["version"]));
    assert!(told.ends_with("\n  cargo install --locked docker-credential-atcr"), "{told}");
}

#[test]
fn who_looked_by_update_needs_no_other_word() {
    let installed = logged_in();
    assert!(screen(&command(&installed, &["update", "--check"])).contains(NEWEST));
    assert!(!screen(&command(&installed, &["version"])).contains("is out"));
    assert_eq!(looks(&installed), 1);
}
