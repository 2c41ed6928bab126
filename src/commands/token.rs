//! `token`: a registry token for one image, as Docker would get it.

use std::io::Write;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::image;
use super::output::{with_json_error, write_json, written};
use crate::app::{App, Permission, Resolved};
use crate::appview::RegistryToken;
use crate::cli::Token;
use crate::domain::Reason;
use crate::error::Error;
use crate::terminal::{Mark, print_status};
use crate::text::{sanitize, shell_word};

pub(super) fn run(arguments: &Token, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let result = token(arguments, app, data);
    with_json_error(result, arguments.json, data)
}

fn token(arguments: &Token, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let image = &image::typed(&arguments.image, arguments.registry.as_deref(), "token", app)?;
    let (_, repository) = (image::server(image)?, image::repository(image)?);
    let actions = if arguments.pull { "pull" } else { "pull,push" };
    let account = image::account(arguments.account.as_deref(), app)?;
    let resolved = image::resolve_as(image, account.as_ref(), app)?;
    let credential = app.credential(&resolved.registry, &resolved.account)?;
    let token = match app.registry_token(&resolved, &credential, repository, actions)? {
        Permission::Token(token) => token,
        Permission::Denied => return Err(denied(image, &resolved, arguments.pull)),
    };
    warn(image, &resolved, &token, actions);
    if arguments.json {
        return write_json(data, &entry(image, &resolved, &token, app.now()));
    }
    written(writeln!(data, "{}", token.token.expose()))
}

fn denied(image: &str, resolved: &Resolved, is_pull: bool) -> Error {
    let (handle, host) = (&resolved.account.handle, resolved.registry.host());
    let image = sanitize(image);
    if is_pull {
        let error = Error::new(format_args!("{host} does not let {handle} pull {image}"));
        return error.run(doctor(&image, resolved));
    }
    let error = Error::new(format_args!("{host} does not let {handle} push {image}"));
    let account = if resolved.reason == Reason::Flag { format!(" --account {handle}") } else { String::new() };
    error.run(format_args!("docker-credential-atcr token --pull {}{account}", shell_word(&image)))
}

/// It is a token all the same, and Docker would get it too.
fn warn(image: &str, resolved: &Resolved, token: &RegistryToken, actions: &str) {
    let lacking: Vec<&str> = actions.split(',').filter(|action| token.certainly_lacks(action)).collect();
    if lacking.is_empty() {
        return;
    }
    let (handle, lacking) = (&resolved.account.handle, lacking.join(" or "));
    print_status(format!("{} The token does not let {handle} {lacking} {}.", Mark::Warning, sanitize(image)));
    print_status(format!("  run: {}", doctor(image, resolved)));
}

/// Asks about the same account.
fn doctor(image: &str, resolved: &Resolved) -> String {
    let doctor = format!("docker-credential-atcr doctor {}", shell_word(image));
    match resolved.reason {
        Reason::Flag => format!("{doctor} --account {}", resolved.account.handle),
        _ => doctor,
    }
}

fn entry(image: &str, resolved: &Resolved, token: &RegistryToken, now: SystemTime) -> Value {
    json!({
        "image": image,
        "registry": resolved.registry.to_string(),
        "handle": resolved.account.handle.as_str(),
        "token": token.token.expose(),
        "expires_at": humantime::format_rfc3339_seconds(token.expires).to_string(),
        "expires_in": token.expires.duration_since(now).unwrap_or_default().as_secs(),
        "granted": token.granted,
    })
}
