//! What the program costs: `cargo bench`.
//!
//! Starts the real program as Docker does, beside `/bin/true` and the competitors that are installed, in short turns, so
//! that other load on the machine hits all rows alike. Prints a table and writes it to `cost.json` in cargo's target
//! folder. Behind `--`:
//!
//! - `--instructions` only counts instructions, which callgrind does repeatably on a busy machine too;
//! - `--check` fails if a goal is missed, or if a count is more than a tenth above the one in `instructions.json`;
//! - `--record` writes the counts there, and the table and its picture into REFERENCE.md.
//!
//! `ATCR_BENCH_PROGRAM` names the program to measure instead of the one that cargo built: Linux releases are static.
#![allow(clippy::expect_used, clippy::panic, reason = "a failed measurement has to stop the bench")]
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_macros, reason = "a program of its own")]
#![allow(clippy::disallowed_methods, reason = "a program of its own")]

mod accounts;
#[path = "../../tests/support/appview/mod.rs"]
mod appview;
mod case;
mod competitors;
mod format;
mod goals;
mod measure;
mod options;
mod picture;
mod report;
mod row;
mod rows;
mod sandbox;
mod table;

use std::env;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

use self::measure::Measurement;
use self::options::Options;
use self::rows::{BELOW_COMPOSE, Bench, CLIENT_WORDS};

fn main() -> ExitCode {
    if let Some(helper) = env::var_os(BELOW_COMPOSE) {
        return exit_code(Command::new(helper).arg("get").status());
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (is_below_client, arguments) = match arguments.strip_prefix(&CLIENT_WORDS.map(str::to_owned)) {
        Some(rest) => (true, rest),
        None => (false, arguments.as_slice()),
    };
    match Options::parse(arguments) {
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
        Ok(options) if is_below_client => run(&options),
        Ok(_) => run_below_client(arguments),
    }
}

/// Starts this program again with a client's words among its own: the helper reads its parent's command line.
fn run_below_client(arguments: &[String]) -> ExitCode {
    let program = env::current_exe().expect("the path of this program");
    exit_code(Command::new(program).args(CLIENT_WORDS).args(arguments).status())
}

fn exit_code(status: io::Result<ExitStatus>) -> ExitCode {
    if status.expect("start a program").success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(options: &Options) -> ExitCode {
    let bench = Bench::set_up();
    let results = measure::all(&bench.rows, options.instructions_only);
    table::print(&results);
    report::write(Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("cost.json").as_path(), &results);
    if options.record {
        report::record(&results);
        picture::write(&results);
    }
    if options.check { check(&results) } else { ExitCode::SUCCESS }
}

fn check(results: &[Measurement<'_>]) -> ExitCode {
    let complaints = goals::complaints(results, &report::recorded_instructions());
    for complaint in &complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
