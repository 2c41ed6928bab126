//! A newer version of the program, as far as `update` sees one: it says what is written behind the last `says:` in its
//! own file, and does as the words before that tell.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a program of the tests"
)]
#![allow(clippy::expect_used, reason = "a program of the tests")]

use std::process::ExitCode;
use std::thread::park;
use std::{env, fs};

fn main() -> ExitCode {
    let content = fs::read(env::current_exe().expect("own path")).expect("own file");
    let tail = String::from_utf8_lossy(&content[content.len().saturating_sub(500)..]).into_owned();
    let (before, text) = tail.rsplit_once("says:").expect("something to say");
    println!("{text}");
    if before.ends_with("hangs ") {
        park();
    }
    #[cfg(unix)]
    if before.ends_with("is interrupted ") {
        use rustix::process::{Signal, getpid, kill_process};
        kill_process(getpid(), Signal::INT).expect("a signal to itself");
    }
    if before.ends_with("fails ") { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
