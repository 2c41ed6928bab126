//! A pseudo-terminal, to see what the program does in front of a person.

use std::fs::{File, OpenOptions};
use std::process::{Command, Output, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs a command whose stdin is a terminal that nobody types on.
pub fn output_with_terminal_stdin(mut command: Command) -> Output {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs: File = OpenOptions::new().read(true).write(true).open(name).unwrap();
    command.stdin(Stdio::from(theirs)).output().unwrap()
}
