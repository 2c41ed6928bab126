//! Stands above the helper as a client does: its own words are the command line that the helper will find.
//!
//! `PARENT_CHAIN` holds, as JSON, the words of each process below, outermost first, and last the program to run. Streams
//! and exit code are passed on. `PARENT_HIDES`: they are not dumpable.
#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "a program of the tests")]

use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if env::var_os("PARENT_HIDES").is_some() {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).expect("hide from others");
    }
    let chain = env::var("PARENT_CHAIN").expect("PARENT_CHAIN");
    let mut chain: Vec<Vec<String>> = serde_json::from_str(&chain).expect("JSON in PARENT_CHAIN");
    let next = chain.remove(0);
    let mut command = if chain.is_empty() {
        let mut command = Command::new(&next[0]);
        command.args(&next[1..]).env_remove("PARENT_CHAIN");
        command
    } else {
        let chain = serde_json::to_string(&chain).expect("strings are JSON");
        let mut command = Command::new(env::current_exe().expect("own path"));
        command.args(next).env("PARENT_CHAIN", chain);
        command
    };
    let status = command.status().expect("start the next process");
    ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))
}
