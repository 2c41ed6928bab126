//! A login where Docker's config.json can't be read.
#![cfg(unix)]

use crate::support::terminal::Terminal;
use crate::support::{EVAN, Home, PROGRAM, appview};

const CONFIG: &str = ".docker/config.json";
const BROKEN: &str = "{ \"auths\": \n";

fn fix(home: &Home, host: &str) -> String {
    let config = home.path(CONFIG).display().to_string();
    format!("run: mv -n {config} {config}.broken && docker-credential-atcr configure-docker {host}\n")
}

#[test]
fn a_broken_config_is_said_and_nothing_is_asked() {
    let (appview, home) = (appview(), Home::new());
    appview.approve_devices_as(EVAN);
    home.write(CONFIG, BROKEN);
    let host = appview.host();
    let mut command = home.command(*PROGRAM);
    command.args(["login", &host, "--no-browser"]);
    // Wide, so that no line is broken.
    let (status, screen) = Terminal::start_of(&command, 40, 300).ends();
    assert!(status == 0 && screen.contains("Logged in") && !screen.contains("(y/n)"), "{status} {screen}");
    assert!(screen.contains("config.json: invalid JSON: ") && !screen.contains("Next, "), "{screen}");
    assert!(screen.contains(&format!("  {}", fix(&home, &host).trim_end())), "{screen}");
    assert_eq!(std::fs::read_to_string(home.path(CONFIG)).unwrap(), BROKEN);
}

#[test]
fn a_broken_config_is_said_without_a_terminal_too() {
    let (appview, home) = (appview(), Home::new());
    appview.approve_devices_as(EVAN);
    home.write(CONFIG, BROKEN);
    let host = appview.host();
    home.run(&["login", &host]).stderr_has(&["! ", "invalid JSON: ", &fix(&home, &host)]).check();
    let run = home.run(&["login", &host, "--configure-docker=yes"]).status(1);
    run.stderr_has(&["Logged in", "error: ", &fix(&home, &host)]).check();
}

#[test]
fn the_command_sets_the_file_aside_and_configures() {
    let (appview, home) = (appview(), Home::new());
    home.write(CONFIG, BROKEN);
    let host = appview.host();
    let seen = home.run(&["configure-docker", &host, "--yes"]).status(1).any_stderr().check().stderr;
    let command = seen.split_once("run: ").unwrap().1.trim_end().to_owned();
    assert!(command.ends_with(&format!("configure-docker {host} --yes")), "{command}");
    let mut shell = home.command("sh");
    shell.args(["-c", &command]);
    crate::support::Run::new(shell).any_stderr().check();
    assert_eq!(std::fs::read_to_string(home.path(".docker/config.json.broken")).unwrap(), BROKEN);
    assert!(std::fs::read_to_string(home.path(CONFIG)).unwrap().contains(&host));
    // Nothing is left to remove from it.
    home.write(CONFIG, BROKEN);
    let config = home.path(CONFIG).display().to_string();
    let line = format!("  run: mv -n {config} {config}.broken-2\n");
    home.run(&["configure-docker", "--remove", &host]).status(1).stderr_has(&[&line]).check();
}
