//! `update` on a terminal.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::{DOWNLOAD, Installed, NEWEST, file, newer, newest, release, tar_gz};
use crate::support::Answer;
use crate::support::answers::VERSION;
use crate::support::terminal::Terminal;

#[test]
fn a_terminal_asks_for_confirmation_and_shows_the_progress() {
    let installed = Installed::new();
    let archive = tar_gz(&[(&file(), &newest())]);
    installed.offer("a.tar.gz", &archive);
    let update = installed.command(&["update"]);
    for (keys, status) in [("n", 130), ("\x03", 130), ("\x1b", 130)] {
        let mut terminal = Terminal::start(&update);
        terminal.shows(&format!("Update to {NEWEST}? (y/n)")).answers(keys);
        assert_eq!(terminal.ends().0, status);
        assert!(installed.is_as_it_was() && installed.folder() == [file()]);
    }
    let late = Answer::body(200, "application/gzip", archive).after(Duration::from_millis(200));
    installed.appview.next(DOWNLOAD, [late]);
    let mut terminal = Terminal::start(&update);
    terminal.shows("(y/n)").answers("\r").shows(&format!("Downloading {NEWEST}"));
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("✓ Updated ") && !screen.contains("Downloading"), "{screen}");
    assert_eq!(installed.version(), NEWEST);
}

#[test]
fn control_c_during_the_download_keeps_the_old_version() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", b"");
    installed.appview.next(DOWNLOAD, [Answer::never()]);
    let mut terminal = Terminal::start(&installed.command(&["update", "--yes"]));
    terminal.shows(&format!("Downloading {NEWEST}")).types("\x03");
    assert_eq!(terminal.ends().0, 130);
    assert!(installed.is_as_it_was());
    // No run of it by now could have removed what was left.
    assert_eq!(installed.folder(), [file()]);
}

/// Waits until the folder of the update has a file whose name starts like this.
fn waits_for_a_file(installed: &Installed, start: &str) {
    let end = Instant::now() + Duration::from_mins(1);
    let folder = installed.home.path("bin/.docker-credential-atcr.update");
    let is_there = || {
        let mut names = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.any(|name| name.to_string_lossy().starts_with(start))
    };
    while !is_there() {
        assert!(Instant::now() < end, "no {start}");
        thread::yield_now();
    }
}

#[test]
fn control_c_during_the_trial_run_leaves_nothing() {
    let installed = Installed::new();
    let hangs = newer("hangs ", &format!("docker-credential-atcr {NEWEST}"));
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &hangs)]));
    let mut terminal = Terminal::start(&installed.command(&["update", "--yes"]));
    waits_for_a_file(&installed, "new-");
    terminal.types("\x03");
    assert_eq!(terminal.ends().0, 130);
    assert!(installed.is_as_it_was() && installed.folder() == [file()]);
}

/// Which of the two programs in the terminal is the first to see it is chance.
#[test]
fn an_interrupt_that_only_the_trial_run_has_seen_counts() {
    let installed = Installed::new();
    let interrupted = newer("is interrupted ", &format!("docker-credential-atcr {NEWEST}"));
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &interrupted)]));
    let seen = installed.run(&["update", "--yes"]).status(130).any_stderr().check();
    assert!(!seen.stderr.contains("error"), "{}", seen.stderr);
    assert!(installed.is_as_it_was() && installed.folder() == [file()]);
}

#[test]
fn without_a_terminal_signals_leave_nothing_either() {
    use rustix::process::{Pid, Signal, kill_process};
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let installed = Installed::new();
        installed.offer("a.tar.gz", b"");
        installed.appview.next(DOWNLOAD, [Answer::never()]);
        let mut child = installed.command(&["update", "--yes"]).stderr(Stdio::piped()).spawn().unwrap();
        waits_for_a_file(&installed, "lock");
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        assert!(installed.is_as_it_was() && installed.folder() == [file()]);
    }
}

/// On a machine that is slow to say that the new version is in place.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn an_interrupt_after_the_replacement_comes_too_late() {
    if !crate::support::can_trace() {
        return;
    }
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    let update = installed.command(&["update", "--yes"]);
    let mut command = installed.home.command("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=rename:delay_exit=500ms"]);
    command.arg(update.get_program()).args(update.get_args());
    command.envs(update.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", format!("{}:/usr/bin:/bin", installed.home.path("bin").display()));
    let mut terminal = Terminal::start(&command);
    terminal.waits_for("the replacement", |_| !installed.is_as_it_was());
    terminal.types("\x03");
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("✓ Updated "), "{status} {screen}");
}

#[test]
fn what_is_typed_while_update_looks_answers_no_question() {
    let installed = Installed::new();
    let archive = tar_gz(&[(&file(), &newest())]);
    installed.offer("a.tar.gz", &archive);
    let slow = Answer::json(200, release(&installed.appview.url(), &archive)).after(Duration::from_millis(500));
    installed.appview.next(VERSION, [slow]);
    let mut terminal = Terminal::start(&installed.command(&["update"]));
    terminal.types("y\ry\r").shows("(y/n)").answers("n");
    let (status, screen) = terminal.ends();
    assert!(status == 130 && installed.is_as_it_was(), "{status} {screen}");
}
