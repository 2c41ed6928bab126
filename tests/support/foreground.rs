//! Runs the program that its arguments name in the foreground of the terminal that is its stdin, where alone Ctrl-C
//! reaches it, and says in the terminal's last line how it ended and how it left the terminal. Where that is closed, it tells
//! the program, as a shell does, and ends as the program did.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, reason = "a program of the tests")]

#[cfg(unix)]
fn main() {
    if std::env::var_os("IS_IN_FOREGROUND").is_some() { unix::become_the_program() } else { unix::run_it() }
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::env;
    use std::io::{Write, stderr, stdin};
    use std::os::unix::process::CommandExt;
    use std::process::{Command, exit};
    use std::thread::{sleep, spawn, yield_now};
    use std::time::Duration;

    use rustix::process::{Pid, Signal, getpgrp, ioctl_tiocsctty, kill_process_group, setsid};
    use rustix::termios::{LocalModes, tcgetattr, tcgetpgrp, tcsetpgrp};
    use signal_hook::consts::SIGHUP;
    use signal_hook::iterator::Signals;

    pub(super) fn run_it() {
        setsid().expect("begin a session");
        ioctl_tiocsctty(stdin()).expect("take over the terminal");
        let mut hangups = Signals::new([SIGHUP]).expect("outlive the terminal");
        let mut program = Command::new(env::current_exe().expect("own path"));
        program.args(env::args_os().skip(1)).env("IS_IN_FOREGROUND", "1").process_group(0);
        let mut program = program.spawn().expect("start the program");
        let group = Pid::from_child(&program);
        tcsetpgrp(stdin(), group).expect("give it the foreground");
        spawn(move || {
            for _ in hangups.forever() {
                // It may have ended.
                let _ = kill_process_group(group, Signal::HUP);
            }
        });
        let code = program.wait().expect("its end").code();
        let usual = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        let is_usual = tcgetattr(stdin()).is_ok_and(|modes| modes.local_modes.contains(usual));
        let left = if is_usual { "as it was" } else { "changed" };
        // Until the test has read it: Ctrl-C discards what is on its way to the screen.
        while write!(stderr(), "\x1b[24;1H[ended with {code:?}, the terminal is {left}]").is_ok() {
            sleep(Duration::from_millis(100));
        }
        exit(code.unwrap_or_default());
    }

    /// Who touches the terminal from the background is stopped.
    pub(super) fn become_the_program() {
        while tcgetpgrp(stdin()) != Ok(getpgrp()) {
            yield_now();
        }
        let mut words = env::args_os().skip(1);
        let mut program = Command::new(words.next().expect("a program to become"));
        panic!("{}", program.args(words).env_remove("IS_IN_FOREGROUND").exec());
    }
}
