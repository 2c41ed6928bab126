//! The registry that a command is given, where something else may have been meant.

use crate::app::App;
use crate::cli::help;
use crate::domain::{
    Handle, Identity, InvalidServer, Registries, ServerString, closest, closest_host, is_foreign_registry,
};
use crate::error::{Error, Kind};
use crate::text::{listed, sanitize, shell_word, visible};

/// Refuses what is not meant as a registry: an account of the user's own, and a word that no image's name can begin with.
pub(super) fn check(named: Option<&str>, command: &str, registries: &Registries, app: &App) -> Result<(), Error> {
    let Some(named) = named else { return Ok(()) };
    if let Some(identity) = account(named, registries, app) {
        let error = Error::usage(format_args!("{identity} is an account, not a registry"));
        return Err(error.run(with_account(command, &identity)));
    }
    match ServerString::typed(named) {
        Err(InvalidServer::Secret) => Ok(()),
        // configure-docker takes the registry of an image, as Docker looks it up.
        Ok(server) if server.identity().is_some() && command != "configure-docker" => {
            Err(image(named, &server, command))
        }
        Ok(server) if is_host(&server) || named.contains("://") => Ok(()),
        _ => Err(no_registry(named, command, registries, app)),
    }
}

/// The account that a text certainly means: it has a mark that only accounts have, or is logged in. One that is a registry
/// too is one.
pub(super) fn account(text: &str, registries: &Registries, app: &App) -> Option<Identity> {
    let identity: Identity = text.parse().ok()?;
    let is_marked =
        !matches!(&identity, Identity::Handle(handle) if visible(text).eq_ignore_ascii_case(handle.as_str()));
    let handles = app.handles(registries);
    let is_registry = handles.iter().any(|(registry, _)| registry.is_at(&visible(text)));
    let is_own = handles.iter().any(|(_, handle)| Identity::Handle(handle.clone()) == identity);
    if is_marked || is_own && !is_registry { Some(identity) } else { None }
}

/// Docker takes the first part of an image's name for a host only then.
pub(super) fn is_host(server: &ServerString) -> bool {
    let host = server.host();
    host.contains(['.', ':']) || host == "localhost"
}

fn no_registry(named: &str, command: &str, registries: &Registries, app: &App) -> Error {
    let error = Error { kind: Kind::Usage, ..Error::invalid("", named, InvalidServer::Name) };
    let name = visible(named);
    if help::is_command_or_topic(&name) {
        // `login help` is `help login`.
        let meant = if name == "help" { command } else { &*name };
        return error.run(format_args!("docker-credential-atcr help {meant}"));
    }
    let handles: Vec<Handle> = app.handles(registries).into_iter().map(|(_, handle)| handle).collect();
    if let Some(handle) = closest(&name, &handles) {
        return error.run(with_account(command, &Identity::Handle(handle.clone())));
    }
    match likely(&name, registries, app) {
        Some(host) => error.run(format_args!("docker-credential-atcr {command} {}", shell_word(&host))),
        None => error,
    }
}

/// An image where its registry is meant. Without its owner, another account might be logged out.
fn image(named: &str, server: &ServerString, command: &str) -> Error {
    let host = shell_word(&server.host());
    let error = Error { kind: Kind::Usage, ..Error::invalid("", named, "an image, not a registry") };
    match (command, server.identity()) {
        ("login" | "logout" | "status", Some(owner)) => {
            error.run(format_args!("docker-credential-atcr {command} {host} --account {owner}"))
        }
        _ => error.hint(format_args!("did you mean {host}?")),
    }
}

pub(super) fn with_account(command: &str, identity: &Identity) -> String {
    format!("docker-credential-atcr {command} --account {identity}")
}

/// The registry whose name is most like this one: the default one, or one that is logged in to.
pub(super) fn likely(host: &str, registries: &Registries, app: &App) -> Option<String> {
    let mut hosts = vec![app.environment.registry_or_default().to_owned()];
    hosts.extend(app.handles(registries).iter().map(|(registry, _)| registry.host()));
    closest_host(host, hosts.iter().map(String::as_str)).map(str::to_owned)
}

/// The one that a host without accounts may be a misspelling of.
pub(super) fn misspelled(host: &str, registries: &Registries, app: &App) -> Option<String> {
    let is_known = registries.in_use().any(|(registry, _)| registry.is_at(host));
    likely(host, registries, app).filter(|likely| !is_known && likely != host && !is_foreign_registry(host))
}

/// That nobody is logged in there. At a registry of others no login is possible.
pub(super) fn not_logged_in(host: &str, registries: &Registries, app: &App) -> Error {
    if is_foreign_registry(host) { foreign(host) } else { meant(Error::not_logged_in(host), host, registries, app) }
}

/// The same for who wants to log out there, which no login helps.
pub(super) fn nothing_to_log_out(host: &str, registries: &Registries, app: &App) -> Error {
    if is_foreign_registry(host) {
        return foreign(host);
    }
    let mut others: Vec<String> = registries.in_use().map(|(registry, _)| registry.host()).collect();
    others.dedup();
    let others = if others.is_empty() { String::new() } else { format!(" (logged in: {})", listed(others)) };
    meant(Error::new(format_args!("not logged in to {host}{others}")), host, registries, app)
}

fn foreign(host: &str) -> Error {
    let foreign = Error::new(format_args!("{host} is not an ATCR registry; nothing is logged in there"));
    Error { kind: Kind::NotLoggedIn, ..foreign }
}

/// The same error, with the registry or account that was probably meant.
fn meant(error: Error, host: &str, registries: &Registries, app: &App) -> Error {
    if let Some(likely) = likely(host, registries, app).filter(|likely| likely != host) {
        return or_meant(error, &likely);
    }
    let handles: Vec<Handle> = app.handles(registries).into_iter().map(|(_, handle)| handle).collect();
    match closest(host, &handles) {
        Some(handle) => error.hint(format_args!("did you mean --account {handle}?")),
        None => error,
    }
}

/// The same error, with what was probably meant before its hint.
pub(super) fn or_meant(error: Error, meant: &str) -> Error {
    let otherwise = error.hint.as_ref().map(|hint| format!(" otherwise, {hint}")).unwrap_or_default();
    error.hint(format_args!("did you mean {}?{otherwise}", sanitize(meant)))
}
