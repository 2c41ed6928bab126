//! Many that edit one config.json at the same time, and other programs that write it meanwhile.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{CONFIG, home, read};
#[cfg(target_os = "linux")]
use crate::support::{EVAN, appview};
use crate::support::{Home, SLACK};

const BEFORE: &str = "{\n\t\"psFormat\": \"table\"\n}\n";

/// The registries that config.json names this program for.
fn configured(home: &Home) -> usize {
    let config: Value = serde_json::from_slice(&read(home, CONFIG)).unwrap();
    config["credHelpers"].as_object().unwrap().values().filter(|helper| **helper == "atcr").count()
}

#[test]
fn of_many_edits_at_once_none_is_lost() {
    let home = home(BEFORE);
    let names: Vec<String> = (0..12).map(|number| format!("r{number}.example")).collect();
    thread::scope(|scope| {
        for name in &names {
            let run = home.run(&["configure-docker", "--yes", name]);
            scope.spawn(move || run.stderr_has(&["now uses"]).check());
        }
    });
    assert_eq!(configured(&home), names.len());
    home.run(&["configure-docker", "--remove", "--yes"]).stderr_has(&["no longer uses"]).check();
    assert_eq!(String::from_utf8(read(&home, CONFIG)).unwrap(), BEFORE);
}

#[test]
#[cfg(target_os = "linux")]
fn a_login_that_docker_saves_meanwhile_is_kept() {
    use crate::support::Run;

    if !crate::support::can_trace() {
        return;
    }
    let home = home(BEFORE);
    let edit = home.command("docker-credential-atcr");
    let mut strace = home.command("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_enter=700000:when=1"]);
    strace.arg(edit.get_program()).args(["configure-docker", "--yes", "a.example"]);
    thread::scope(|scope| {
        let edited = scope.spawn(|| Run::new(strace).stderr_has(&["now uses"]).check());
        // The new file is there, and has not got its name yet.
        let deadline = Instant::now() + Duration::from_secs(30) + *SLACK;
        while !fs::read_dir(home.path(".docker"))
            .unwrap()
            .any(|entry| entry.unwrap().file_name().to_str().unwrap().starts_with("config.json.atcr-backup.atcr-"))
        {
            assert!(Instant::now() < deadline, "nothing was written");
        }
        let login = r#"{"psFormat": "table", "auths": {"ghcr.io": {"auth": "bmV3"}}}"#;
        home.write(".docker/config.json.new", login);
        fs::rename(home.path(".docker/config.json.new"), home.path(CONFIG)).unwrap();
        edited.join().unwrap();
    });
    let config: Value = serde_json::from_slice(&read(&home, CONFIG)).unwrap();
    assert_eq!(config["auths"]["ghcr.io"]["auth"], "bmV3");
    assert_eq!(config["credHelpers"]["a.example"], "atcr");
}

/// What `slow` has seen.
#[cfg(target_os = "linux")]
const CALLS: &str = "calls";

/// A run of the program that waits before each of these system calls, which are in the file `CALLS` then.
#[cfg(target_os = "linux")]
fn slow(calls: &str, home: &Home, arguments: &[&str]) -> Option<crate::support::Run> {
    if !crate::support::can_trace() {
        return None;
    }
    let program = home.command("docker-credential-atcr");
    let mut strace = home.command("strace");
    strace.args(["-f", "-qq", "-o"]).arg(home.path(CALLS)).args(["-e", &format!("trace={calls}")]);
    strace.args(["-e", &format!("inject={calls}:delay_enter=700000")]);
    strace.arg(program.get_program()).args(arguments);
    Some(crate::support::Run::new(strace))
}

#[cfg(target_os = "linux")]
fn until(what: &str, is_true: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30) + *SLACK;
    while !is_true() {
        assert!(Instant::now() < deadline, "{what}");
    }
}

/// After the last look at the file, too, and whichever command edits it.
#[test]
#[cfg(target_os = "linux")]
fn a_login_that_docker_saves_right_before_the_rename_is_kept() {
    const EXCHANGE: &str = "config.json\", RENAME_EXCHANGE";
    let appview = appview();
    let host = appview.host();
    for words in [
        &["configure-docker", "--yes", &*host][..],
        &["login", &host, "--with-token", "--account", EVAN, "--configure-docker", "yes"],
    ] {
        let home = home(BEFORE);
        let Some(edit) = slow("rename,renameat2", &home, words) else { return };
        let login = r#"{"psFormat": "table", "auths": {"ghcr.io": {"auth": "bmV3"}}}"#;
        thread::scope(|scope| {
            let edit = edit.stdin(appview.device_secret(EVAN));
            let edited = scope.spawn(|| edit.stderr_has(&["now uses"]).check());
            until("nothing was renamed", || {
                fs::read_to_string(home.path(CALLS)).is_ok_and(|calls| calls.contains(EXCHANGE))
            });
            home.write(".docker/config.json.new", login);
            fs::rename(home.path(".docker/config.json.new"), home.path(CONFIG)).unwrap();
            edited.join().unwrap();
        });
        let config: Value = serde_json::from_slice(&read(&home, CONFIG)).unwrap();
        assert_eq!(config["auths"]["ghcr.io"]["auth"], "bmV3");
        assert_eq!(config["credHelpers"][&host], "atcr");
        let names = fs::read_dir(home.path(".docker")).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(!names.into_iter().any(|name| name.to_str().unwrap().contains("atcr-new")), "a new file is left");
    }
}

/// Nor does another process of ours take it for a leftover, before it has its name back.
#[test]
#[cfg(target_os = "linux")]
fn what_docker_saved_is_no_leftover_while_names_are_exchanged() {
    if !crate::support::can_trace() {
        return;
    }
    let home = home(BEFORE);
    let program = home.command("docker-credential-atcr");
    let mut strace = home.command("strace");
    strace.args(["-f", "-qq", "-o"]).arg(home.path(CALLS)).args(["-e", "trace=renameat2"]);
    strace.args(["-e", "inject=renameat2:delay_enter=700000:delay_exit=2000000:when=1", "--"]);
    strace.arg(program.get_program()).args(["configure-docker", "--yes", "a.example"]);
    let config = || String::from_utf8(read(&home, CONFIG)).unwrap();
    thread::scope(|scope| {
        let edited = scope.spawn(|| crate::support::Run::new(strace).stderr_has(&["now uses"]).check());
        until("nothing was exchanged", || {
            fs::read_to_string(home.path(CALLS)).is_ok_and(|calls| calls.contains("renameat2"))
        });
        let login = r#"{"psFormat": "table", "auths": {"ghcr.io": {"auth": "bmV3"}}}"#;
        home.write(".docker/config.json.new", login);
        fs::rename(home.path(".docker/config.json.new"), home.path(CONFIG)).unwrap();
        until("the names were not exchanged", || config().contains("a.example"));
        home.run(&["configure-docker", "--yes", "b.example"]).stderr_has(&["now uses"]).check();
        edited.join().unwrap();
    });
    assert!(config().contains("bmV3"), "{}", config());
    assert_eq!(configured(&home), 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_backup_that_is_being_made_is_no_leftover() {
    let home = home(BEFORE);
    let Some(edit) = slow("flock", &home, &["configure-docker", "--yes", "a.example"]) else { return };
    thread::scope(|scope| {
        let edited = scope.spawn(|| edit.stderr_has(&["now uses"]).check());
        until("no backup was begun", || {
            let mut names = fs::read_dir(home.path(".docker")).unwrap().map(|entry| entry.unwrap().file_name());
            names.any(|name| name.to_str().unwrap().starts_with("config.json.atcr-backup.atcr-"))
        });
        home.run(&["configure-docker", "--yes", "b.example"]).stderr_has(&["now uses"]).check();
        edited.join().unwrap();
    });
    assert_eq!(configured(&home), 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_backup_that_is_about_to_go_is_not_relied_on() {
    const SECRET: &str = "Zm9vOmJhcg==";
    let home = home(format!(r#"{{"auths": {{"a.example": {{"auth": "{SECRET}"}}}}}}"#));
    home.run(&["configure-docker", "--yes", "a.example"]).any_stderr().check();
    let Some(removal) = slow("unlink,rename", &home, &["configure-docker", "--remove", "--yes"]) else { return };
    let has_secret = |name: &str| fs::read_to_string(home.path(name)).is_ok_and(|text| text.contains(SECRET));
    thread::scope(|scope| {
        let removed = scope.spawn(|| removal.any_stderr().check());
        until("nothing was restored", || has_secret(CONFIG));
        home.run(&["configure-docker", "--yes", "a.example"]).any_stderr().check();
        removed.join().unwrap();
    });
    assert!(has_secret(CONFIG) || has_secret(super::BACKUP), "the password is gone");
}

#[test]
#[cfg(target_os = "linux")]
fn what_was_written_while_the_file_is_removed_is_kept() {
    let home = Home::new();
    home.run(&["configure-docker", "a.example"]).any_stderr().check();
    let Some(removal) = slow("unlink,rename", &home, &["configure-docker", "--remove", "--yes"]) else { return };
    let login = r#"{"auths": {"ghcr.io": {"auth": "bmV3"}}, "credHelpers": {"a.example": "atcr"}}"#;
    thread::scope(|scope| {
        let removed = scope.spawn(|| removal.any_stderr().check());
        // Then the file was compared, and is about to go.
        let is_locked = || fs::File::open(home.path(".docker")).is_ok_and(|folder| folder.try_lock().is_err());
        until("nothing is removed", is_locked);
        home.write(".docker/config.json.new", login);
        fs::rename(home.path(".docker/config.json.new"), home.path(CONFIG)).unwrap();
        removed.join().unwrap();
    });
    let kept = String::from_utf8(read(&home, CONFIG)).unwrap();
    assert_eq!(kept, r#"{"auths": {"ghcr.io": {"auth": "bmV3"}}}"#);
}

/// The link has no lock.
#[test]
#[cfg(target_os = "linux")]
fn a_plugin_that_others_set_up_or_remove_meanwhile_is_no_error() {
    const ADD: &[&str] = &["configure-docker", "--plugin", "--yes"];
    const REMOVE: &[&str] = &["configure-docker", "--remove", "--yes"];
    for (before, slow_one, call, meanwhile, is_there) in [
        (&[][..], ADD, "symlink", &[ADD][..], true),
        (&[], ADD, "symlink", &[ADD, REMOVE], true),
        (&[ADD], REMOVE, "unlink", &[REMOVE], false),
    ] {
        let home = home(BEFORE);
        let run = |words: &&[&str]| drop(home.run(words).any_stderr().check());
        before.iter().for_each(run);
        let Some(edit) = slow(call, &home, slow_one) else { return };
        thread::scope(|scope| {
            let edited = scope.spawn(|| edit.any_stderr().check());
            until("the link was not changed", || {
                fs::read_to_string(home.path(CALLS)).is_ok_and(|calls| calls.contains("docker-atcr\""))
            });
            meanwhile.iter().for_each(run);
            edited.join().unwrap();
        });
        assert_eq!(home.path(".docker/cli-plugins/docker-atcr").is_symlink(), is_there, "{call}, {meanwhile:?}");
    }
}
