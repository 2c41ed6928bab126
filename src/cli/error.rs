//! Usage errors.

use std::env;
use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use super::help::command;
use super::near::{elsewhere, near};
use super::near_flag::near_flag;
use crate::platform::executable::NAME;
use crate::text::{redact_given, sanitize};

/// clap's error, with what was probably meant and without advice that helps nobody. It repeats arguments, which may contain
/// terminal escapes. `words` follow the program's name.
pub(super) fn explained(error: Error, words: &[OsString]) -> Error {
    let mut error = sanitized(error);
    // How a flag's name would be given as a value: nobody means that.
    if error.kind() == ErrorKind::UnknownArgument {
        error.remove(ContextKind::Suggested);
        if let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg)
            && let Some(tip) = near_flag(flag, &command_of(words))
        {
            error.remove(ContextKind::SuggestedArg);
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
        }
    }
    if let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
        && let Some(tip) = tip_of_command(word)
    {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    }
    error
}

/// The command that the arguments are for, or the program where they stand before any.
fn command_of(words: &[OsString]) -> Command {
    let root = command();
    words.first().and_then(|first| root.find_subcommand(first)).cloned().unwrap_or(root)
}

fn tip_of_command(word: &str) -> Option<String> {
    let line = || near(word).map(|command| format!("run: {NAME} {command}"));
    elsewhere(word).map(str::to_owned).or_else(line)
}

fn sanitized(mut error: Error) -> Error {
    if env::args_os().all(|word| given(&word.to_string_lossy()) == word.to_string_lossy()) {
        return error;
    }
    let cleaned: Vec<_> = error.context().map(|(kind, value)| (kind, cleaned(value))).collect();
    for (kind, value) in cleaned {
        error.insert(kind, value);
    }
    error
}

/// A word of the command line, to be shown.
fn given(word: &str) -> String {
    sanitize(&redact_given(word)).into_owned()
}

fn cleaned(value: &ContextValue) -> ContextValue {
    let text = |text: &str| sanitize(text).into_owned();
    let styled = |styled: &StyledStr| StyledStr::from(text(&styled.to_string()));
    match value {
        ContextValue::String(word) => ContextValue::String(given(word)),
        ContextValue::Strings(words) => ContextValue::Strings(words.iter().map(|word| given(word)).collect()),
        ContextValue::StyledStrs(words) => ContextValue::StyledStrs(words.iter().map(styled).collect()),
        // The usage line repeats no argument.
        other => other.clone(),
    }
}
