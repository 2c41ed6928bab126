//! Files that may not be read or written: the command that is named lets the person at them.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;

use super::{CONFIG, home, is_configured};
use crate::support::{Home, PROGRAM, Run, executable, skip};

/// A user id that no machine that runs these tests has.
const EVANS: u32 = 54321;

/// A home of Evan's, with the program where he may run it. None: only root can make one.
fn evans_home() -> Option<Home> {
    let home = home("{}");
    if chown(home.path(""), Some(EVANS), Some(EVANS)).is_err() {
        skip("only root can give files away");
        return None;
    }
    executable::copy(PROGRAM, home.path("program"));
    Some(home)
}

/// Exit code and stderr.
fn configured_by_evan(home: &Home) -> (i32, String) {
    let mut command = home.command(home.path("program"));
    command.args(["configure-docker", "atcr.io"]).uid(EVANS).gid(EVANS);
    let (_, (code, _, stderr)) = Run::new(command).timed();
    (code, stderr)
}

/// The first command of the hint. Root needs no sudo.
fn command_in(stderr: &str) -> String {
    let (_, hint) = stderr.split_once("\n  run: ").unwrap_or_else(|| panic!("no command: {stderr}"));
    let command = hint.lines().next().unwrap();
    command.split(", or ").next().unwrap().replacen("sudo ", "", 1)
}

#[test]
fn the_command_that_is_named_gives_the_right() {
    for (of_file, of_folder) in [
        ((EVANS, 0o200), (EVANS, 0o700)),
        ((EVANS, 0o400), (EVANS, 0o700)),
        ((EVANS, 0o600), (EVANS, 0o000)),
        ((0, 0o600), (EVANS, 0o700)),
        ((0, 0o600), (0, 0o700)),
        ((0, 0o644), (0, 0o755)),
    ] {
        let Some(home) = evans_home() else { return };
        for (name, (owner, mode)) in [(CONFIG, of_file), (".docker", of_folder)] {
            chown(home.path(name), Some(owner), Some(owner)).unwrap();
            home.set_mode(name, mode);
        }
        let mut commands = Vec::new();
        let mut run = configured_by_evan(&home);
        while run.0 != 0 && commands.len() < 3 {
            let command = command_in(&run.1);
            let done = home.command("sh").args(["-c", &command]).status().unwrap();
            commands.push(command);
            assert!(done.success(), "{commands:?}");
            run = configured_by_evan(&home);
        }
        assert!(run.0 == 0 && !commands.is_empty(), "{of_file:?} in {of_folder:?}: {commands:?}: {}", run.1);
        assert!(is_configured(&home, CONFIG), "{commands:?}");
    }
}

#[test]
fn a_folder_in_the_place_of_the_file_is_moved_aside() {
    let home = Home::new();
    std::fs::create_dir_all(home.path(CONFIG)).unwrap();
    let (_, (code, _, stderr)) = home.run(&["configure-docker", "atcr.io"]).timed();
    assert_eq!(code, 1, "{stderr}");
    assert!(home.command("sh").args(["-c", &command_in(&stderr)]).status().unwrap().success(), "{stderr}");
    super::configure(&home, &["atcr.io"]);
    assert!(Path::new(&home.path(&format!("{CONFIG}.old"))).is_dir());
}
