//! `which`: the account an image is pushed or pulled with.

use std::io::Write;

use serde::Serialize;

use super::{data_json, written};
use crate::app::{App, Resolved};
use crate::cli::Which;
use crate::domain::{ServerString, server_of, without_transport};
use crate::error::{Error, Kind};
use crate::terminal::print_status;
use crate::text::sanitize;

pub(super) fn run(arguments: &Which, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let answers: Vec<_> = arguments.images.iter().map(|image| (image.as_str(), resolve(image, app))).collect();
    if arguments.json {
        let entries: Vec<Entry<'_>> = answers.iter().map(|(image, answer)| entry(image, answer)).collect();
        data_json(data, &entries)?;
    } else {
        for (image, answer) in &answers {
            if let Ok(Resolved { account, why, .. }) = answer {
                written(writeln!(data, "{}: {} ({why})", sanitize(image), account.handle))?;
            }
        }
    }
    fail(answers)
}

/// The image itself names the identity, so nobody's command line is asked.
fn resolve(image: &str, app: &App) -> Result<Resolved, Error> {
    app.resolve(&server(image)?, |_| Vec::new())
}

/// Tells all failures but one, which ends the command: the last, or a wrong call, which decides the exit code. Where
/// there are several images each failure says whose it is.
fn fail(answers: Vec<(&str, Result<Resolved, Error>)>) -> Result<(), Error> {
    let are_several = answers.len() > 1;
    let named = |image: &str, failure: Error| match failure.kind {
        Kind::Usage => failure,
        _ if are_several => Error { message: format!("{}: {}", sanitize(image), failure.message), ..failure },
        _ => failure,
    };
    let failures = answers.into_iter().filter_map(|(image, answer)| Some(named(image, answer.err()?)));
    let mut failures: Vec<Error> = failures.collect();
    failures.sort_by_key(|failure| failure.kind == Kind::Usage);
    let Some(last) = failures.pop() else { return Ok(()) };
    for failure in failures {
        print_status(format!("error: {}", failure.message));
        failure.hint.into_iter().for_each(|hint| print_status(format!("  {hint}")));
    }
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

fn entry<'a>(image: &'a str, answer: &'a Result<Resolved, Error>) -> Entry<'a> {
    let resolved = answer.as_ref().ok();
    let failure = answer.as_ref().err();
    Entry {
        image,
        registry: resolved.map(|resolved| resolved.registry.to_string()),
        handle: resolved.map(|resolved| resolved.account.handle.as_str()),
        did: resolved.and_then(|resolved| Some(resolved.account.did.as_ref()?.as_str())),
        why: resolved.map(|resolved| resolved.why.to_string()),
        error: failure.map(|failure| failure.message.as_str()),
        hint: failure.and_then(|failure| failure.hint.as_ref().map(ToString::to_string)),
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
