//! `which`: the account an image is pushed or pulled with.

use std::io::Write;

use serde_json::{Value, json};

use super::image::{self, Stranger};
use super::misnamed::Misnamed;
use super::output::{print_error, with_json_error, write_json, write_text};
use super::{account_helper, path_lookup};
use crate::app::{App, Resolved};
use crate::cli::Which;
use crate::docker::config::{self, ConfiguredHelper};
use crate::domain::Identity;
use crate::error::{Error, Hint, Kind};
use crate::terminal::{Mark, print_status};
use crate::text::{redact_given, sanitize};

struct Answer<'a> {
    image: &'a str,
    result: Result<(Resolved, Option<Stranger<'a>>), Error>,
}

pub(super) fn run(arguments: &Which, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let account = with_json_error(image::account(arguments.account.as_deref(), app), arguments.json, data)?;
    let mut images = Vec::new();
    for image in &arguments.images {
        images.push((image, image::typed(image, arguments.registry.as_deref(), "which", app)));
    }
    let mut answers = Vec::new();
    for (named, typed) in &images {
        answers.push(match typed {
            Ok(image) => Answer { image, result: answer(image, account.as_ref(), app) },
            Err(error) => Answer { image: named, result: Err(error.clone()) },
        });
    }
    if arguments.json {
        write_json(data, &answers.iter().map(entry).collect())?;
    } else {
        for Answer { image, result } in &answers {
            if let Ok((resolved, stranger)) = result {
                write_text(data, &format!("{}: {}\n", sanitize(image), line(image, resolved, stranger.as_ref())))?;
            }
        }
    }
    warn(&answers, app);
    warn_of_docker(&answers, app);
    fail(answers)
}

/// Of images that are used with an account, and can't be pushed with any.
fn warn(answers: &[Answer<'_>], app: &App) {
    for Answer { image, result } in answers {
        let misnamed = result.as_ref().ok().and_then(|(resolved, _)| Misnamed::of(image, resolved, app));
        if let Some(misnamed) = misnamed {
            print_status(format!("{} {}", Mark::Warning, misnamed.describe()));
        }
    }
}

/// Of registries for which Docker would not get the account from this program.
fn warn_of_docker(answers: &[Answer<'_>], app: &App) {
    let (mut hosts, mut printed) = (Vec::new(), Vec::new());
    for answer in answers.iter().filter(|answer| answer.result.is_ok()) {
        // With the port of the image's name: Docker looks for a helper by that.
        let Ok(host) = image::server(answer.image).map(|server| server.host()) else { continue };
        if hosts.contains(&host) {
            continue;
        }
        for (problem, fix) in problems(&host, app) {
            // A program that is not found is missing for every registry.
            if !printed.contains(&problem) {
                let fix = fix.map(|fix| format!("\n  {fix}")).unwrap_or_default();
                print_status(format!("{} {problem}.{fix}", Mark::Warning));
                printed.push(problem);
            }
        }
        hosts.push(host);
    }
}

/// What keeps Docker from using this program for a registry, each with its fix.
fn problems(host: &str, app: &App) -> Vec<(String, Option<Hint>)> {
    let state = match config::state(&app.environment, host) {
        Ok(state) => state,
        // As in a container whose user has none: nothing says what Docker would use.
        Err(config::Error::NoHome) => return Vec::new(),
        Err(error) => return vec![(error.to_string(), error.hint())],
    };
    if let Some(problem) = state.unused() {
        return vec![(problem, state.fix())];
    }
    match &state.helper {
        ConfiguredHelper::OneAccount { .. } => account_helper::problems(&state, app),
        _ => path_lookup::missing(&app.environment).into_iter().collect(),
    }
}

fn answer<'a>(
    image: &'a str,
    account: Option<&Identity>,
    app: &App,
) -> Result<(Resolved, Option<Stranger<'a>>), Error> {
    Ok((image::resolve_as(image, account, app)?, Stranger::of(image, app)?))
}

/// Who else has to push the image: only its owner can.
fn pushing_needs(image: &str, resolved: &Resolved, stranger: Option<&Stranger<'_>>) -> Option<String> {
    let stranger = stranger.map(|stranger| stranger.name.to_string());
    stranger.or_else(|| Some(image::other_owner(image, resolved)?.to_string()))
}

fn line(image: &str, resolved: &Resolved, stranger: Option<&Stranger<'_>>) -> String {
    let Resolved { account, reason, .. } = resolved;
    match pushing_needs(image, resolved, stranger) {
        Some(owner) => {
            let question = stranger.map(Stranger::question).unwrap_or_default();
            format!("pulls as {} ({reason}); pushing needs {owner}{question}", account.handle)
        }
        None => format!("{} ({reason})", account.handle),
    }
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
fn entry(Answer { image, result }: &Answer<'_>) -> Value {
    match result {
        Ok((resolved, stranger)) => {
            let Resolved { registry, account, reason } = resolved;
            let mut entry = json!({
                "image": image,
                "registry": registry.to_string(),
                "handle": account.handle.as_str(),
                "did": account.did.as_ref().map(ToString::to_string),
                "why": reason.to_string(),
            });
            if let Some(owner) = pushing_needs(image, resolved, stranger.as_ref()) {
                entry["pushing_needs"] = owner.into();
            }
            entry
        }
        Err(error) => {
            let mut entry =
                json!({"image": redact_given(image), "registry": null, "handle": null, "did": null, "why": null});
            entry["error"] = error.message.as_str().into();
            if let Some(hint) = &error.hint {
                entry["hint"] = hint.to_string().into();
            }
            entry
        }
    }
}
