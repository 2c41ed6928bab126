//! A client in front of a person. Plainer than `support::terminal`, whose calls qemu's user mode lacks.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A client that shows nothing for so long hangs.
const HANGS: Duration = Duration::from_mins(1);

/// What a terminal shows on which this command runs, with all its streams, and the exit code.
pub fn shown(mut command: Command) -> (String, Option<i32>) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = || Stdio::from(OpenOptions::new().read(true).write(true).open(&name).unwrap());
    let mut child = command.stdin(theirs()).stdout(theirs()).stderr(theirs()).spawn().unwrap();
    // It holds their side of the terminal too, whose end would never come.
    drop(command);
    let output = read_aside(File::from(ours));
    let mut shown = Vec::new();
    loop {
        match output.recv_timeout(HANGS) {
            Ok(part) => shown.extend(part),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill().unwrap();
                break;
            }
        }
    }
    (String::from_utf8_lossy(&shown).into_owned(), child.wait().unwrap().code())
}

/// Reads until the last process has left the terminal, which is an error (EIO) on our side of it.
fn read_aside(mut terminal: File) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = terminal.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}
