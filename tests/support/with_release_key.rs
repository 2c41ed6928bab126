//! The whole program, built with the release key that `TEST_RELEASE_KEY` holds, or with none. The program itself knows no such
//! variable.
#![allow(clippy::disallowed_methods, reason = "a program of the tests")]

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    atcr::main_with_release_key(env::var("TEST_RELEASE_KEY").ok().map(|key| &*key.leak()))
}
