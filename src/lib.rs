//! `docker-credential-atcr`: Docker's credential helper for ATCR, its CLI plugin, and a person's commands. Tests, benches and fuzz
//! targets enter here. No interface here is stable; the commands, files and exit codes are.

#![forbid(unsafe_code)]

pub mod app;
pub mod appview;
pub mod cli;
pub mod commands;
pub mod credential_store;
pub mod docker;
pub mod domain;
pub mod error;
pub mod kubernetes;
pub mod platform;
pub mod storage;
pub mod terminal;
pub mod text;
pub mod update;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::process::ExitCode;

use app::App;
use cli::Cli;
use commands::print_error;
use docker::plugin;
use docker::protocol::{AtcrHelper, Verb, serve};
use domain::HelperName;
use error::{CANCELLED, Error, Kind};
use platform::core_dump;
use platform::environment::Environment;
use platform::panic;
use platform::stdin::DeadlineStdin;
use platform::umask;
use text::without_os_code;

/// musl's own gives each size of block a mapping of its own, and each first touch of one is a page fault: on the path of
/// `get` that took as long as everything else.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// The whole program: one of Docker's verbs, or a person's command.
#[must_use]
pub fn main() -> ExitCode {
    main_with_release_key(update::RELEASE_KEY)
}

/// The same with another release key, for the tests: the program takes its own from the build and from nowhere else.
#[must_use]
pub fn main_with_release_key(release_key: Option<&'static str>) -> ExitCode {
    core_dump::forbid();
    umask::keep_own_rights();
    let mut words = env::args_os();
    let program = words.next().unwrap_or_default();
    let arguments: Vec<OsString> = words.collect();
    if let Some(call) = plugin::Call::of(&program, &arguments) {
        let mut environment = Environment::read();
        environment.docker_config = plugin::config_folder(&arguments, plugin::NAME).or(environment.docker_config);
        return run_plugin(call, environment, release_key);
    }
    let verb = arguments.first().and_then(|first| Verb::named(first));
    panic::end_in_an_error(verb.is_some());
    if let Some(verb) = verb {
        return run_verb(verb, &program, &arguments[1..]);
    }
    run_command(cli::parse(&arguments), Environment::read(), release_key)
}

/// Docker ignores a hook that answers nothing.
fn run_plugin(call: plugin::Call, environment: Environment, release_key: Option<&'static str>) -> ExitCode {
    panic::end_in_an_error(false);
    terminal::speak_as_plugin();
    match call {
        plugin::Call::Command(arguments) => run_command(cli::parse(&arguments), environment, release_key),
        plugin::Call::Completion { words, has_descriptions } => {
            // fish is one of the shells with a line about each word, bash one without.
            let shell = if has_descriptions { "fish" } else { "bash" };
            let ask = ["__complete", shell, "--"].into_iter().map(OsString::from);
            run_command(cli::parse(&ask.chain(words).collect::<Vec<_>>()), environment, release_key);
            answer(plugin::NO_FILES)
        }
        plugin::Call::Metadata => answer(&plugin::metadata()),
        plugin::Call::Hook(None) => ExitCode::SUCCESS,
        plugin::Call::Hook(Some(ended)) => {
            let lines = commands::why_denied(&ended, &App::new(environment));
            let lines: Vec<String> = lines.iter().map(|line| terminal::as_started(line)).collect();
            if lines.is_empty() { ExitCode::SUCCESS } else { answer(&plugin::next_steps(&lines)) }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "Docker reads it from the real stream")]
fn answer(line: &str) -> ExitCode {
    match writeln!(io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Verbs never reach the person's parser: Docker is waiting.
#[expect(clippy::disallowed_methods, reason = "the real streams, handed to what takes them as arguments")]
fn run_verb(verb: Verb, program: &OsStr, after: &[OsString]) -> ExitCode {
    let (mut input, mut output, mut stderr) = (DeadlineStdin::new(), io::stdout(), io::stderr());
    if matches!(after, [flag] if flag == "--help" || flag == "-h") {
        let _ = output.write_all(terminal::for_stdout(&verb.help()).as_bytes());
        return ExitCode::SUCCESS;
    }
    if !after.is_empty() {
        let _ = writeln!(output, "{}", verb.usage());
        return ExitCode::FAILURE;
    }
    if input.is_terminal() {
        let _ = stderr.write_all(verb.help().as_bytes());
        return ExitCode::FAILURE;
    }
    let name = match helper_name(program) {
        Ok(name) => name,
        Err(error) => {
            let line = error.line();
            // On both streams, as any failure of a verb.
            let _ = writeln!(output, "{line}");
            let _ = writeln!(stderr, "{line}");
            return ExitCode::FAILURE;
        }
    };
    let app = App::new(Environment::read());
    let served = serve(verb, &mut input, &mut output, &mut stderr, &AtcrHelper::new(&app, name));
    app.accounts.migrate_if_outdated();
    match served {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let reason = error.to_string();
            let _ = writeln!(stderr, "can't write the answer: {}", without_os_code(&reason));
            ExitCode::FAILURE
        }
    }
}

/// Which account the program was linked or copied for. A name that may mean one, but can't, is no reason to use another.
fn helper_name(program: &OsStr) -> Result<HelperName, Error> {
    let program = program.to_string_lossy();
    HelperName::of_process(&program).map_err(|error| {
        let account = HelperName::account_in(&program).unwrap_or_default();
        Error::invalid("the account in the helper's name:", account, error)
            .hint("name the helper docker-credential-atcr, or docker-credential-atcr-HANDLE after one account")
    })
}

#[expect(clippy::disallowed_methods, reason = "the real streams, handed to what takes them as arguments")]
fn run_command(cli: Cli, environment: Environment, release_key: Option<&'static str>) -> ExitCode {
    let app = App::new(environment).with_release_key(release_key);
    let notice = if cli.shows_update_notice() { commands::update_notice(&app) } else { None };
    let result = commands::run(cli, &app, &mut DeadlineStdin::new(), &mut anstream::AutoStream::always(io::stdout()));
    app.accounts.migrate_if_outdated();
    let code = match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    };
    update::remove_leftovers();
    if let Some(notice) = notice {
        notice.show();
    }
    code
}

/// Prints an error, unless the user cancelled. The exit code.
fn report(error: &Error) -> ExitCode {
    let code = match error.kind {
        Kind::Cancelled => return ExitCode::from(CANCELLED),
        Kind::Usage => ExitCode::from(2),
        Kind::NotLoggedIn | Kind::NoUsableAccount | Kind::Failed => ExitCode::FAILURE,
    };
    print_error(error);
    code
}
