//! What commands write: data to the stream that is given, everything else to stderr.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::error::Error;
use crate::terminal::{for_stdout, print_status};
pub(super) use crate::text::counted;
use crate::text::{escape_json, redact};

/// A closed pipe, as of `status | head -1`, is no error.
pub(super) fn written(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format_args!("can't write the output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Text for a person, on stdout.
pub(super) fn write_text(data: &mut dyn Write, text: &str) -> Result<(), Error> {
    written(data.write_all(for_stdout(text).as_bytes()))
}

/// Indented JSON and a newline, without secrets: names from files and variables can be secrets in the wrong place.
pub(super) fn write_json(data: &mut dyn Write, value: &Value) -> Result<(), Error> {
    written(writeln!(data, "{}", escape_json(&redact(&format!("{value:#}")))))
}

/// A program that asked for JSON gets the error as JSON too.
pub(super) fn with_json_error<T>(result: Result<T, Error>, is_json: bool, data: &mut dyn Write) -> Result<T, Error> {
    if let Err(error) = &result
        && is_json
    {
        let mut report = json!({"error": error.message});
        if let Some(hint) = &error.hint {
            report["hint"] = hint.to_string().into();
        }
        write_json(data, &report)?;
    }
    result
}

pub(crate) fn print_error(error: &Error) {
    print_status(format!("error: {}", error.message));
    if let Some(hint) = &error.hint {
        print_status(format!("  {hint}"));
    }
}
