//! What the program costs: `cargo bench`.
//!
//! Starts the real program as Docker does, beside `/bin/true` and whatever peers are installed, in short turns, so
//! that whatever else the machine does hits all alike. Prints a table and writes it to `cost.json` in cargo's
//! target folder. Behind `--`:
//!
//! - `--instructions` counts instructions only, which callgrind does repeatably on a busy machine too;
//! - `--check` fails if a goal is missed, or if a count is more than a tenth above the one kept in `instructions.json`;
//! - `--record` keeps the counts there, and puts the table and its picture into the README.
//!
//! `ATCR_BENCH_PROGRAM` names the program to measure, instead of the one that cargo built: the static one is what is
//! shipped for Linux.
#![allow(clippy::expect_used, clippy::panic, reason = "a measurement that can't be made has to stop")]
#![allow(clippy::print_stdout, clippy::disallowed_macros, clippy::disallowed_methods, reason = "a program of its own")]

#[path = "../../tests/support/appview/mod.rs"]
mod appview;
mod case;
mod competitors;
mod measure;
mod picture;
mod report;
mod rows;
mod table;

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use self::rows::{Bench, CLIENT_WORDS};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let is_asked_for = |name: &str| arguments.iter().any(|argument| argument == name);
    if !is_asked_for(CLIENT_WORDS[0]) {
        return below_a_client(&arguments);
    }
    let bench = Bench::set_up();
    let results = measure::all(&bench, is_asked_for("--instructions"));
    table::print(&results);
    report::write(Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("cost.json").as_path(), &results);
    if is_asked_for("--record") {
        report::record(&results);
        picture::write(&results);
    }
    let complaints = if is_asked_for("--check") { table::complaints(&results) } else { Vec::new() };
    for complaint in &complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts this program again with a client's words among its own: the helper reads its parent's command line.
fn below_a_client(arguments: &[String]) -> ExitCode {
    let program = env::current_exe().expect("this program's own file");
    let status = Command::new(program).args(CLIENT_WORDS).args(arguments).status().expect("start this program again");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
