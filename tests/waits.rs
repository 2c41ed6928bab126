//! Waits that take longer than half a second, on a terminal.

use std::time::Duration;

use crate::support::answers::CHECK;
use crate::support::terminal::Terminal;
use crate::support::{Answer, Answers, EVAN, Home, MICHELLE, PROGRAM};

fn accounts_of(registry: &Answers) -> Home {
    let home = Home::new();
    home.log_in(registry, &[EVAN, MICHELLE]);
    home.configure_docker(&registry.host());
    home
}

#[test]
fn a_long_check_is_named_and_leaves_nothing_of_it() {
    let registry = Answers::start();
    registry.always(CHECK, Answer::token().after(Duration::from_secs(2)));
    for (variables, message) in
        [(&[][..], "Checking 2 accounts"), (&[("ATCR_ACCESSIBLE", "1")], "Checking 2 accounts...")]
    {
        let home = accounts_of(&registry);
        let mut command = home.command(*PROGRAM);
        command.arg("status").envs(variables.iter().copied());
        let mut terminal = Terminal::start(&command);
        terminal.shows(message).shows("Docker uses docker-credential-atcr for ");
        let (status, screen) = terminal.ends();
        let is_gone = !screen.contains("Checking") || !variables.is_empty();
        assert!(status == 0 && is_gone && screen.contains("valid (checked just now)"), "{screen}");
    }
}

#[test]
fn a_short_check_says_nothing() {
    let registry = Answers::to_checks(Answer::token());
    let home = accounts_of(&registry);
    let is_silent = || {
        let mut command = home.command(*PROGRAM);
        command.arg("status");
        let mut terminal = Terminal::start(&command);
        terminal.shows("Docker uses docker-credential-atcr for ");
        !terminal.printed().contains("Checking")
    };
    // The machine may be busy with other tests.
    assert!((0..5).any(|_| is_silent()));
}

#[test]
fn without_a_terminal_nothing_is_said() {
    let registry = Answers::start();
    registry.always(CHECK, Answer::token().after(Duration::from_secs(1)));
    accounts_of(&registry).run(&["status"]).stdout_has(&["valid (checked just now)"]).check();
}
