//! Runs the program that its arguments name in the foreground of the terminal that is its stdin, where alone Ctrl-C
//! reaches it, and says in the terminal's last line how it ended and how it left the terminal.
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
    use std::process::Command;
    use std::thread::{sleep, yield_now};
    use std::time::Duration;

    use rustix::process::{Pid, getpgrp, ioctl_tiocsctty, setsid};
    use rustix::termios::{LocalModes, tcgetattr, tcgetpgrp, tcsetpgrp};

    pub(super) fn run_it() {
        setsid().expect("begin a session");
        ioctl_tiocsctty(stdin()).expect("take over the terminal");
        let mut program = Command::new(env::current_exe().expect("own path"));
        program.args(env::args_os().skip(1)).env("IS_IN_FOREGROUND", "1").process_group(0);
        let mut program = program.spawn().expect("start the program");
        tcsetpgrp(stdin(), Pid::from_child(&program)).expect("give it the foreground");
        let code = program.wait().expect("its end").code();
        let modes = tcgetattr(stdin()).expect("the terminal's modes").local_modes;
        let usual = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        let left = if modes.contains(usual) { "as it was" } else { "changed" };
        // Until the test has read it: Ctrl-C discards what is on its way to the screen.
        while write!(stderr(), "\x1b[24;1H[ended with {code:?}, the terminal is {left}]").is_ok() {
            sleep(Duration::from_millis(100));
        }
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
