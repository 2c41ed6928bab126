//! Usage errors.

use std::env;

use clap::Error;
use clap::builder::StyledStr;
use clap::error::ContextValue;

use crate::text::sanitize;

/// The error repeats arguments, which may contain terminal escapes.
pub(crate) fn sanitize_error(mut error: Error) -> Error {
    if env::args_os().all(|word| sanitize(&word.to_string_lossy()) == word.to_string_lossy()) {
        return error;
    }
    let cleaned: Vec<_> = error.context().map(|(kind, value)| (kind, cleaned(value))).collect();
    for (kind, value) in cleaned {
        error.insert(kind, value);
    }
    error
}

fn cleaned(value: &ContextValue) -> ContextValue {
    let text = |text: &str| sanitize(text).into_owned();
    let styled = |styled: &StyledStr| StyledStr::from(text(&styled.to_string()));
    match value {
        ContextValue::String(word) => ContextValue::String(text(word)),
        ContextValue::Strings(words) => ContextValue::Strings(words.iter().map(|word| text(word)).collect()),
        ContextValue::StyledStrs(words) => ContextValue::StyledStrs(words.iter().map(styled).collect()),
        // The usage line repeats no argument.
        other => other.clone(),
    }
}
