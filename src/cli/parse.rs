//! A command line is parsed, or answered at once: help, the version and usage errors.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process;

use anstream::AutoStream;
use clap::error::ErrorKind;
use clap::{Error, FromArgMatches};

use super::Cli;
use super::error::explained;
use super::help::{command, rendered};
use crate::platform::executable::NAME;
use crate::terminal::{for_stdout, print_status};

/// Parses a command line, without the program. On help, version and usage errors it prints them and exits.
pub fn parse(arguments: &[OsString]) -> Cli {
    let words = [OsString::from(NAME)].into_iter().chain(arguments.iter().cloned());
    let parsed = command().try_get_matches_from(words).and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.unwrap_or_else(|error| exit_with(&explained(error, arguments)))
}

/// As clap does, but in words and lines for whoever started the program.
#[expect(clippy::disallowed_methods, reason = "nothing is there yet that could be dropped")]
fn exit_with(error: &Error) -> ! {
    let text = plain(error.kind(), &rendered(&error.render()));
    if error.use_stderr() {
        print_status(text.trim_end_matches('\n'));
    } else {
        // A closed pipe is no error.
        let _ = AutoStream::always(io::stdout()).write_all(for_stdout(&text).as_bytes());
    }
    process::exit(error.exit_code())
}

/// clap's message, in the words that all others use.
fn plain(kind: ErrorKind, text: &str) -> String {
    match kind {
        // Without a tip, its place is empty.
        ErrorKind::InvalidSubcommand => {
            text.replacen("unrecognized subcommand", "unknown command", 1).replacen("\n\n\n", "\n\n", 1)
        }
        ErrorKind::TooManyValues => text.replacen(" found; no more were expected", ", which takes none", 1),
        _ => text.to_owned(),
    }
}
