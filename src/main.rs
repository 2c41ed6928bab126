//! Two programs in one: Docker's credential helper, and what a person types.

#![forbid(unsafe_code)]

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use atcr::app::App;
use atcr::cli::Cli;
use atcr::cli::help;
use atcr::commands;
use atcr::docker::protocol::{AtcrHelper, DeadlineStdin, Verb, serve};
use atcr::error::{CANCELLED, Error, Kind};
use atcr::platform::core_dump;
use atcr::platform::environment::Environment;
use atcr::terminal::print_status;
use atcr::update;

/// musl's own gives each size of block a mapping of its own, and each first touch of one is a page fault: on the path of
/// `get` that took as long as everything else.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    core_dump::forbid();
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match arguments.first().and_then(|first| Verb::named(first)) {
        Some(verb) => for_docker(verb, arguments.len() == 1),
        None => for_a_person(help::parse()),
    }
}

/// Verbs never reach the person's parser: Docker is waiting.
#[expect(clippy::disallowed_methods, reason = "the real streams, handed to what takes them as arguments")]
fn for_docker(verb: Verb, is_alone: bool) -> ExitCode {
    let (mut input, mut output, mut person) = (DeadlineStdin::for_stdin(), io::stdout(), io::stderr());
    if !is_alone {
        drop(writeln!(output, "{}", verb.usage()));
        return ExitCode::FAILURE;
    }
    if input.is_terminal() {
        drop(person.write_all(verb.help().as_bytes()));
        return ExitCode::FAILURE;
    }
    let app = App::new(Environment::read());
    let served = serve(verb, &mut input, &mut output, &mut person, &AtcrHelper::new(&app));
    if served.unwrap_or(false) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::disallowed_methods, reason = "the real streams, handed to what takes them as arguments")]
fn for_a_person(cli: Cli) -> ExitCode {
    let app = App::new(Environment::read());
    let notice = if cli.shows_update_notice() { commands::update_notice(&app) } else { None };
    let done = commands::run(cli, &app, &mut io::stdin(), &mut anstream::AutoStream::auto(io::stdout()));
    let code = done.map_or_else(|failure| failed(&failure), |()| ExitCode::SUCCESS);
    update::remove_leftovers();
    if let Some(notice) = notice {
        notice.show();
    }
    code
}

fn failed(failure: &Error) -> ExitCode {
    if failure.kind == Kind::Cancelled {
        return ExitCode::from(CANCELLED);
    }
    print_status(format!("error: {}", failure.message));
    if let Some(hint) = &failure.hint {
        print_status(format!("  {hint}"));
    }
    match failure.kind {
        Kind::Usage => ExitCode::from(2),
        Kind::NotLoggedIn | Kind::Cancelled | Kind::Failed => ExitCode::FAILURE,
    }
}
