//! Homes as real machines have them, and those in which others can exchange files.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;

use super::{EVANS, EvansHome, MALLORYS, give_all_to_evan};
use crate::support::{AppView, EVAN, Run, appview};

/// Evan logged in, in a home that is in a folder of its own, each with a mode.
fn nested(appview: &AppView, outer: u32, home: u32) -> Option<EvansHome> {
    let evans = EvansHome::new()?;
    evans.home.log_in(appview, &[EVAN]);
    std::fs::create_dir_all(evans.home.path("outer/home")).unwrap();
    std::fs::rename(evans.home.path(".atcr"), evans.home.path("outer/home/.atcr")).unwrap();
    give_all_to_evan(&evans);
    evans.home.set_mode("outer/home", home);
    evans.home.set_mode("outer", outer);
    Some(evans)
}

fn in_nested(evans: &EvansHome, run: Run) -> Run {
    let home = evans.home.path("outer/home");
    run.env("HOME", &home).env("ATCR_CONFIG_DIR", home.join(".atcr")).env("DOCKER_CONFIG", home.join(".docker"))
}

fn get(evans: &EvansHome, appview: &AppView) -> Run {
    in_nested(evans, evans.run_as(EVANS, &["get"])).stdin(appview.host())
}

#[test]
fn every_folder_on_the_way_counts() {
    let appview = appview();
    for (outer, home, is_trusted) in [
        (0o755, 0o755, true),
        (0o711, 0o700, true),
        // Many systems give each user a group of their own.
        (0o775, 0o770, true),
        (0o1777, 0o755, true),
        (0o777, 0o755, false),
        (0o755, 0o777, false),
        (0o757, 0o700, false),
    ] {
        let Some(evans) = nested(&appview, outer, home) else { return };
        let configure = in_nested(&evans, evans.run_as(EVANS, &["configure-docker", "atcr.io"]));
        if is_trusted {
            get(&evans, &appview).stdout_has(&[EVAN]).check();
            configure.any_stderr().check();
        } else {
            let reason = ["the directory is writable by other users", "run: chmod o-w"];
            get(&evans, &appview).status(1).stdout_has(&reason).any_stderr().check();
            configure.status(1).stderr_has(&reason).check();
        }
    }
}

#[test]
fn folders_of_root_are_trusted_and_those_of_others_are_not() {
    let appview = appview();
    for (folder, owner, is_trusted) in
        [("outer", 0, true), ("outer/home", 0, true), ("outer", MALLORYS, false), ("outer/home", MALLORYS, false)]
    {
        let Some(evans) = nested(&appview, 0o755, 0o755) else { return };
        evans.give(folder, owner);
        if is_trusted {
            get(&evans, &appview).stdout_has(&[EVAN]).check();
        } else {
            let reason = format!("it belongs to user {MALLORYS}, not to user {EVANS}");
            get(&evans, &appview).status(1).stdout_has(&[&reason]).any_stderr().check();
        }
    }
}

/// `OpenShift` runs a container as any user, with the group of root, which may write to the home that the image has.
#[test]
fn a_home_of_roots_group_is_that_of_its_members() {
    let appview = appview();
    let Some(evans) = nested(&appview, 0o755, 0o770) else { return };
    chown(evans.home.path("outer/home"), Some(MALLORYS), Some(0)).unwrap();
    chown(evans.home.path("outer/home/.atcr"), Some(EVANS), Some(0)).unwrap();
    let run = |words: &[&str]| {
        let mut command = evans.home.command(&evans.program);
        command.args(words).uid(EVANS).gid(0);
        in_nested(&evans, Run::new(command))
    };
    run(&["get"]).stdin(appview.host()).stdout_has(&[EVAN]).check();
    run(&["configure-docker", "atcr.io"]).any_stderr().check();
    // Not what that group may not write to.
    evans.home.set_mode("outer/home", 0o755);
    run(&["get"]).stdin(appview.host()).status(1).stdout_has(&["it belongs to user"]).any_stderr().check();
}
