//! Each call of the system about the program's files, failing in each way that file systems do.

use super::{Rehearsed, SCENARIOS, Scenario, strace};
use crate::support::{rounds, tried};

const ERRORS: [&str; 3] = ["EIO", "ENOSPC", "EACCES"];

/// What only some calls fail with.
const MORE: [(&str, &[&str]); 6] = [
    ("openat", &["EMFILE", "ENFILE", "EROFS", "EINTR"]),
    // As musl calls it.
    ("open", &["EMFILE", "ENFILE", "EROFS", "EINTR"]),
    ("rename", &["EBUSY", "EXDEV", "EROFS"]),
    ("write", &["EDQUOT", "EINTR"]),
    ("flock", &["ENOLCK", "EINTR"]),
    ("mkdir", &["EROFS"]),
];

#[test]
fn whichever_call_fails_the_old_or_the_new_file_is_there() {
    if !crate::support::can_trace() {
        return;
    }
    let mut faults = 0;
    for scenario in &SCENARIOS {
        let rehearsed = scenario.rehearse();
        // What is written is on disk before a file is closed, and the standard library does not ask how that went.
        let calls = scenario.calls();
        for (place, call) in calls.iter().filter(|call| call.is_at_home && call.name != "close").enumerate() {
            let more = MORE.iter().filter(|(name, _)| *name == call.name).flat_map(|(_, errors)| *errors);
            // All of them in the long form, else each at every third call.
            let some = place % ERRORS.len();
            let errors = if rounds(0) > 0 { &ERRORS[..] } else { &ERRORS[some..=some] };
            for error in errors.iter().chain(more) {
                fails_as_it_should(scenario, &rehearsed, call, error);
                faults += 1;
            }
        }
    }
    tried(&format!("{faults} calls failing"));
}

fn fails_as_it_should(scenario: &'static Scenario, rehearsed: &Rehearsed, call: &strace::Call, error: &str) {
    let home = scenario.home();
    let trouble = format!("{error} from {}", call.line);
    let output = scenario.failing_at(call, error, &home);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let is_done = rehearsed.is_done(&home, &trouble);
    match output.status.code() {
        Some(0) => {
            assert!(is_done || scenario.goes_on, "{} with {trouble}: said to be done, and is not", scenario.name);
        }
        Some(1) => {
            assert!(!is_done, "{} with {trouble}: said to have failed, and is done\n{stderr}", scenario.name);
            let is_named = [".atcr", ".docker"].iter().any(|folder| stderr.contains(folder));
            assert!(is_named, "{} with {trouble}: no file is named\n{stderr}", scenario.name);
        }
        _ => panic!("{} with {trouble}: {output:?}", scenario.name),
    }
    assert!(!stderr.contains("atcr_device") && !stderr.contains("panicked"), "{stderr}");
    // Where that folder can't be written, as where a container is given the file alone, nothing is kept beside it.
    let is_without_backup = ["EACCES", "EROFS"].contains(&error) && call.line.contains(".atcr-backup");
    if !is_without_backup {
        rehearsed.recovers(&home, &trouble);
    }
}

/// A folder that can't be written, and then no space: the old content must not be cut off before the new is there.
#[test]
fn a_file_changed_in_place_on_a_full_disk_is_the_old_one() {
    if !crate::support::can_trace() {
        return;
    }
    let scenario = &SCENARIOS[4];
    let rehearsed = scenario.rehearse();
    let calls = scenario.calls();
    let backup = calls.iter().find(|call| call.name.starts_with("open") && call.line.contains("backup.atcr-")).unwrap();
    let home = scenario.home();
    // Neither the backup nor a new file can be made beside it.
    let denied = format!("inject={}:error=EACCES:when={}..{}", backup.name, backup.nth, backup.nth + 1);
    let words = ["-f", "-qq", "-o", "/dev/null", "-e", &denied, "-e", "inject=write:error=ENOSPC:when=1"];
    let output = scenario.command(&home, "strace", &words).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("No space left on device"), "{output:?}");
    assert!(!rehearsed.is_done(&home, "no space where it is"));
    rehearsed.recovers(&home, "no space where it is");
}
