//! Usage errors.

use std::env;
use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use super::help::{closest_topic, command, line_of};
use super::near::{elsewhere, is_group};
use super::near_flag::near_flag;
use crate::domain::closest_word;
use crate::text::{sanitize, sanitize_name};

/// clap's error, with what was probably meant and without advice that helps nobody. It repeats arguments, which may contain
/// terminal escapes. `words` follow the program's name.
pub(super) fn explained(error: Error, words: &[OsString]) -> Error {
    let mut error = sanitized(error);
    // Whatever it looks like, it is a secret: that of an app, or of another registry.
    if error.kind() == ErrorKind::TooManyValues && names_secret(&error) {
        error.insert(ContextKind::InvalidValue, ContextValue::String("***".to_owned()));
    }
    // How a flag's name would be given as a value: nobody means that.
    if error.kind() == ErrorKind::UnknownArgument {
        error.remove(ContextKind::Suggested);
        if let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg)
            && let Some(tip) = near_flag(flag, &command_of(words))
        {
            error.remove(ContextKind::SuggestedArg);
            set_tip(&mut error, tip.to_owned());
        }
    }
    // clap takes `--store` for `--scopes`, and `zsh` for `tcsh`.
    if !is_close(&error, ContextKind::InvalidArg, ContextKind::SuggestedArg) {
        error.remove(ContextKind::SuggestedArg);
        error.remove(ContextKind::Usage);
    }
    if !is_close(&error, ContextKind::InvalidValue, ContextKind::SuggestedValue) {
        error.remove(ContextKind::SuggestedValue);
    }
    if has_misleading_usage(&error, words) {
        error.remove(ContextKind::Usage);
    }
    if error.kind() == ErrorKind::InvalidSubcommand {
        // clap's list takes `open` for `token`, and has the nearest last.
        error.remove(ContextKind::SuggestedSubcommand);
        if let Some(tip) = tip_of_command(words) {
            set_tip(&mut error, tip);
        }
    }
    error
}

/// Whether the value was given to a flag that has a secret read.
fn names_secret(error: &Error) -> bool {
    matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(flag)) if flag.starts_with("--with-token"))
}

/// Whether what clap suggests, if anything, is a likely misspelling of what was given.
fn is_close(error: &Error, given: ContextKind, suggested: ContextKind) -> bool {
    match (error.get(given), error.get(suggested)) {
        (Some(ContextValue::String(given)), Some(ContextValue::String(suggested))) => {
            closest_word(given, [suggested.as_str()]).is_some()
        }
        _ => true,
    }
}

fn set_tip(error: &mut Error, tip: String) {
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
}

/// clap's usage line shows what was refused, or before any command `--version`.
fn has_misleading_usage(error: &Error, words: &[OsString]) -> bool {
    match error.kind() {
        ErrorKind::ArgumentConflict | ErrorKind::TooManyValues => true,
        ErrorKind::UnknownArgument => words.first().is_some_and(|first| first.to_string_lossy().starts_with('-')),
        _ => false,
    }
}

/// The command that the arguments are for, or the program where they stand before any.
fn command_of(words: &[OsString]) -> Command {
    let root = command();
    words.first().and_then(|first| root.find_subcommand(first)).cloned().unwrap_or(root)
}

/// For a word that is no command, and for the one after it in `auth status`.
fn tip_of_command(words: &[OsString]) -> Option<String> {
    let mut words = words.iter().map(|word| word.to_string_lossy());
    let word = words.next()?;
    let next = words.find(|word| !word.starts_with('-')).filter(|_| is_group(&word));
    next.and_then(|next| tip_of_word(&next)).or_else(|| tip_of_word(&word))
}

fn tip_of_word(word: &str) -> Option<String> {
    elsewhere(word).map(str::to_owned).or_else(|| Some(format!("run: {}", line_of(&closest_topic(word)?))))
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
    sanitize_name(word)
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
