//! Files that may not be read or written: the command that is named lets the person at them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;

use super::{CONFIG, home, is_configured, shown};
use crate::support::{EVAN, Home, PROGRAM, Run, appview, executable, skip};

/// A user id that no machine that runs these tests has.
const EVANS: u32 = 54321;

/// A home of Evan's, with the program where he may run it. None: only root can make one.
fn evans_home() -> Option<Home> {
    let home = home("{}");
    if chown(home.path(""), Some(EVANS), Some(EVANS)).is_err() {
        skip("only root can give files away");
        return None;
    }
    executable::copy(*PROGRAM, home.path("program"));
    Some(home)
}

/// Exit code and stderr.
fn configured_by_evan(home: &Home) -> (i32, String) {
    let mut command = home.command(home.path("program"));
    command.args(["configure-docker", "atcr.io"]).uid(EVANS).gid(EVANS);
    let (_, (code, _, stderr)) = Run::new(command).timed();
    (code, stderr)
}

/// The command of the hint. Root needs no sudo.
fn command_in(stderr: &str) -> String {
    let (_, hint) = stderr.split_once("run: ").unwrap_or_else(|| panic!("no command: {stderr}"));
    hint.lines().next().unwrap().replacen("sudo ", "", 1)
}

/// Writing takes them from a file that is not root's.
#[test]
fn set_id_bits_stay() {
    for mode in [0o4755, 0o2755, 0o6711, 0o1600] {
        let Some(home) = evans_home() else { return };
        for name in [CONFIG, ".docker"] {
            chown(home.path(name), Some(EVANS), Some(EVANS)).unwrap();
        }
        home.set_mode(CONFIG, mode);
        let (code, stderr) = configured_by_evan(&home);
        assert_eq!(code, 0, "{stderr}");
        assert_eq!(fs::metadata(home.path(CONFIG)).unwrap().permissions().mode() & 0o7777, mode);
    }
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
fn where_no_backup_can_be_made_it_says_so() {
    let Some(home) = evans_home() else { return };
    chown(home.path(CONFIG), Some(EVANS), Some(EVANS)).unwrap();
    home.write("other/auth.json", "{}");
    chown(home.path("other/auth.json"), Some(EVANS), Some(EVANS)).unwrap();
    for folder in [".docker", "other"] {
        home.set_mode(folder, 0o755);
    }
    let mut command = home.command(home.path("program"));
    command.args(["configure-docker", "atcr.io", "--podman"]).env("REGISTRY_AUTH_FILE", home.path("other/auth.json"));
    command.uid(EVANS).gid(EVANS);
    let stderr = Run::new(command).any_stderr().check().stderr;
    for (file, folder) in [(CONFIG, ".docker"), ("other/auth.json", "other")] {
        let (path, folder) = (shown(&home, file), home.path(folder));
        let said = format!("! No backup of {path} was made: {} can't be written to.\n", folder.display());
        assert!(stderr.contains(&said), "{stderr}");
        assert!(is_configured(&home, file) && !home.path(&format!("{file}.atcr-backup")).exists());
    }
    assert!(!configured_by_evan(&home).1.contains("backup"), "there is nothing to change");
}

#[test]
fn a_login_that_makes_no_backup_says_so_too() {
    let Some(home) = evans_home() else { return };
    let appview = appview();
    chown(home.path(CONFIG), Some(EVANS), Some(EVANS)).unwrap();
    home.set_mode(".docker", 0o755);
    let mut command = home.command(home.path("program"));
    command.args(["login", &appview.host(), "--with-token", "--handle", EVAN, "--configure-docker=yes"]);
    command.uid(EVANS).gid(EVANS);
    let said = format!("! No backup of {} was made: ", shown(&home, CONFIG));
    Run::new(command).stdin(appview.device_secret(EVAN)).stderr_has(&["✓ Docker now uses", &said]).check();
}

#[test]
fn the_same_lets_one_at_ones_accounts() {
    for (of_file, of_folder, command) in [
        ((EVANS, 0o600), 0o500, "chmod u+rwx HOME/.atcr"),
        ((EVANS, 0o200), 0o700, "chmod u+rw HOME/.atcr/device.json"),
    ] {
        let Some(home) = evans_home() else { return };
        let text =
            r#"{"version": 2, "registries": {"https://atcr.io": {"accounts": {"a.example": {"device_secret": "s"}}}}}"#;
        home.write_device_json(text);
        for (name, (owner, mode)) in [(".atcr/device.json", of_file), (".atcr", (EVANS, of_folder))] {
            chown(home.path(name), Some(owner), Some(owner)).unwrap();
            home.set_mode(name, mode);
        }
        let logs_out = || {
            let mut command = home.command(home.path("program"));
            command.args(["logout", "atcr.io"]).uid(EVANS).gid(EVANS);
            Run::new(command)
        };
        let hint =
            format!("\n  run: {}\n", command.replace("HOME", &home.path("").display().to_string()).replace("//", "/"));
        let seen = logs_out().status(1).stderr_has(&[&hint]).check();
        assert!(home.command("sh").args(["-c", &command_in(&seen.stderr)]).uid(EVANS).status().unwrap().success());
        logs_out().any_stderr().check();
    }
}

#[test]
fn where_nothing_can_be_opened_another_place_is_named() {
    let Some(home) = evans_home() else { return };
    for name in ["closed", "closed/54321"] {
        std::fs::create_dir(home.path(name)).unwrap();
        home.set_mode(name, 0o700);
    }
    for (arguments, variable, value, hint) in [
        (&["configure-docker", "atcr.io"][..], "DOCKER_CONFIG", "closed/54321", "set DOCKER_CONFIG"),
        (
            &["configure-docker", "atcr.io", "--podman"],
            "REGISTRY_AUTH_FILE",
            "closed/54321/podmans.json",
            "set REGISTRY_AUTH_FILE",
        ),
        (&["logout", "atcr.io"], "ATCR_CONFIG_DIR", "closed/54321", "set ATCR_CONFIG_DIR"),
    ] {
        let mut command = home.command(home.path("program"));
        command.args(arguments).env(variable, home.path(value)).uid(EVANS).gid(EVANS);
        Run::new(command).status(1).stderr_has(&[&format!("\n  use a place of your own: {hint}\n")]).check();
    }
}

#[test]
fn a_file_in_the_place_of_the_folder_is_said_to_be_one() {
    let home = Home::new();
    home.write("file", "");
    for (variable, value, flag) in
        [("DOCKER_CONFIG", "file", "--yes"), ("REGISTRY_AUTH_FILE", "file/podmans.json", "--podman")]
    {
        let run = home.run(&["configure-docker", "atcr.io", flag]).env(variable, home.path(value));
        run.status(1).stderr_has(&[&format!("\n  its folder is a file: set {variable} elsewhere\n")]).check();
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

#[test]
fn nobody_is_told_to_take_a_folder_of_the_systems() {
    let Some(home) = evans_home() else { return };
    std::fs::create_dir(home.path("etc")).unwrap();
    for (name, owner) in [("", 0), ("etc", 0)] {
        chown(home.path(name), Some(owner), Some(owner)).unwrap();
        home.set_mode(name, 0o755);
    }
    let mut command = home.command(home.path("program"));
    command.args(["configure-docker", "atcr.io"]).env("DOCKER_CONFIG", home.path("etc")).uid(EVANS).gid(EVANS);
    let (_, (code, _, stderr)) = Run::new(command).timed();
    assert!(code == 1 && !stderr.contains("chown"), "{stderr}");
    assert!(stderr.contains("use a place of your own: set DOCKER_CONFIG"), "{stderr}");
}

/// Under `su` or in cron podman has a folder of its own, if nobody else can write to it.
#[test]
#[cfg(target_os = "linux")]
fn without_a_session_podmans_own_folder_counts() {
    const LOGIN: &str = r#"{"auths": {"atcr.io": {"auth": "YTpi"}}}"#;
    for name in ["podman-run-54321", "storage-run-54321"] {
        let Some(home) = evans_home() else { return };
        let auth = format!("tmp/{name}/containers/auth.json");
        home.write(&auth, LOGIN);
        for part in [".docker", CONFIG, "tmp", &format!("tmp/{name}"), &format!("tmp/{name}/containers"), &auth] {
            chown(home.path(part), Some(EVANS), Some(EVANS)).unwrap();
        }
        let configure = || {
            let mut command = home.command(home.path("program"));
            command.args(["configure-docker", "atcr.io", "--podman", "--yes"]).uid(EVANS).gid(EVANS);
            Run::new(command).without_env("XDG_RUNTIME_DIR").env("TMPDIR", home.path("tmp"))
        };
        // One that others could have made is not podman's.
        home.set_mode(&format!("tmp/{name}"), 0o777);
        configure().stderr_has(&["podman now uses"]).check();
        assert_eq!(fs::read_to_string(home.path(&auth)).unwrap(), LOGIN);
        home.set_mode(&format!("tmp/{name}"), 0o700);
        configure().stderr_has(&["Removed the password"]).check();
        assert!(is_configured(&home, &auth) && is_configured(&home, ".config/containers/auth.json"));
    }
}
