//! `which`: the account an image is pushed or pulled with.

use std::io::Write;

use serde::Serialize;

use super::output::{print_error, write_json, written};
use crate::app::{App, Resolved};
use crate::cli::Which;
use crate::domain::{ServerString, server_of, without_transport};
use crate::error::{Error, Kind};
use crate::text::sanitize;

struct Answer<'a> {
    image: &'a str,
    result: Result<Resolved, Error>,
}

pub(super) fn run(arguments: &Which, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let mut answers = Vec::new();
    for image in &arguments.images {
        answers.push(Answer { image, result: resolve(image, app) });
    }
    if arguments.json {
        let entries: Vec<Entry<'_>> = answers.iter().map(Entry::new).collect();
        write_json(data, &entries)?;
    } else {
        for Answer { image, result } in &answers {
            if let Ok(Resolved { account, reason, .. }) = result {
                written(writeln!(data, "{}: {} ({reason})", sanitize(image), account.handle))?;
            }
        }
    }
    fail(answers)
}

/// The image itself names the identity, so no command line is read.
fn resolve(image: &str, app: &App) -> Result<Resolved, Error> {
    app.resolve(&server(image)?, |_| Vec::new())
}

/// Prints all errors but one, which ends the command: the last, or a usage error, which decides the exit code. Of
/// several images each error names its own.
fn fail(answers: Vec<Answer<'_>>) -> Result<(), Error> {
    let has_several = answers.len() > 1;
    let mut errors = Vec::new();
    for Answer { image, result } in answers {
        match result {
            Err(error) if has_several && error.kind != Kind::Usage => {
                errors.push(Error { message: format!("{}: {}", sanitize(image), error.message), ..error });
            }
            Err(error) => errors.push(error),
            Ok(_) => {}
        }
    }
    errors.sort_by_key(|error| error.kind == Kind::Usage);
    let Some(last) = errors.pop() else { return Ok(()) };
    errors.iter().for_each(print_error);
    Err(last)
}

/// One image in `--json`: the account, or why there is none.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    image: &'a str,
    registry: Option<String>,
    handle: Option<&'a str>,
    did: Option<&'a str>,
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl<'a> Entry<'a> {
    fn new(answer: &'a Answer<'a>) -> Self {
        let resolved = answer.result.as_ref().ok();
        let error = answer.result.as_ref().err();
        Self {
            image: answer.image,
            registry: resolved.map(|resolved| resolved.registry.to_string()),
            handle: resolved.map(|resolved| resolved.account.handle.as_str()),
            did: resolved.and_then(|resolved| Some(resolved.account.did.as_ref()?.as_str())),
            why: resolved.map(|resolved| resolved.reason.to_string()),
            error: error.map(|error| error.message.as_str()),
            hint: error.and_then(|error| error.hint.as_ref().map(ToString::to_string)),
        }
    }
}

fn server(image: &str) -> Result<ServerString, Error> {
    let (reference, _) = without_transport(image);
    server_of(reference).ok_or_else(|| {
        Error::usage(format_args!(
            "{:?} is not an image with a registry, such as atcr.io/evan.jarrett.net/app",
            sanitize(image)
        ))
    })
}
