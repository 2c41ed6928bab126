//! What a person is asked, on a real terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::{BACKUP, CONFIG, before, home, read};
use crate::support::{Home, PROGRAM};

/// Runs the command on a terminal, where `keys` are typed when it asks. Returns what was shown, and the exit code.
fn asked(home: &Home, keys: &str) -> (String, Option<i32>) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = || Stdio::from(OpenOptions::new().read(true).write(true).open(&name).unwrap());
    let mut command = home.command(PROGRAM);
    command.args(["configure-docker", "atcr.io"]).env("TERM", "xterm");
    let mut child = command.stdin(theirs()).stderr(theirs()).stdout(Stdio::null()).spawn().unwrap();
    // It holds their side of the terminal too, whose end would never come.
    drop(command);
    let (mut ours, mut shown, mut buffer, mut keys) = (File::from(ours), String::new(), [0; 4096], Some(keys));
    while let Ok(length @ 1..) = ours.read(&mut buffer) {
        shown += &String::from_utf8_lossy(&buffer[..length]);
        if let Some(keys) = keys.take_if(|_| shown.to_lowercase().contains("/n]")) {
            ours.write_all(keys.as_bytes()).unwrap();
        }
    }
    (shown, child.wait().unwrap().code())
}

#[test]
fn removing_a_password_is_asked_and_enter_means_yes() {
    for (keys, is_removed) in [("\r", true), ("y", true), ("n", false)] {
        let home = home(before("plain-password.json"));
        let (shown, status) = asked(&home, keys);
        assert!(shown.contains("holds a password for atcr.io that may be used instead. Remove it? [Y/n]"), "{shown}");
        let config = String::from_utf8(read(&home, CONFIG)).unwrap();
        assert_eq!((status, config.contains("\"atcr.io\": {}")), (Some(0), is_removed), "{keys:?}: {shown}");
        assert!(config.contains("\"atcr.io\": \"atcr\""), "{keys:?}: {shown}");
    }
}

#[test]
fn replacing_another_helper_is_asked_and_enter_means_no() {
    for (keys, helper) in [("\r", "pass"), ("n", "pass"), ("y", "atcr")] {
        let home = home(r#"{"credHelpers": {"atcr.io": "pass"}}"#);
        let (shown, status) = asked(&home, keys);
        let question =
            "Docker asks docker-credential-pass for atcr.io. Have it ask docker-credential-atcr instead? [y/N]";
        assert!(shown.contains(question), "{shown}");
        let expected = format!(r#"{{"credHelpers": {{"atcr.io": "{helper}"}}}}"#);
        assert_eq!((status, String::from_utf8(read(&home, CONFIG)).unwrap()), (Some(0), expected), "{shown}");
    }
}

#[test]
fn who_cancels_a_question_changes_nothing() {
    let home = home(before("plain-password.json"));
    let (shown, status) = asked(&home, "\u{1b}");
    assert_eq!(status, Some(130), "{shown}");
    assert_eq!(read(&home, CONFIG), before("plain-password.json"));
    assert!(!home.path(BACKUP).exists());
}
