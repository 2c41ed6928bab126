//! `kubelet`: the credential of an image for a Kubernetes node, and the configuration that has the node ask for it.

use std::io::{Read, Write};
use std::path;
use std::time::Duration;

use super::{hosts, written};
use crate::app::App;
use crate::appview::{CheckOutcome, verify};
use crate::cli::Kubelet;
use crate::domain::{Credential, RegistryUrl, server_of};
use crate::error::{Error, Kind};
use crate::kubernetes::{Provided, ProviderConfig, serve};
use crate::storage::validation_cache::TTL;
use crate::terminal::{Mark, is_stdin_terminal, print_status};

pub(super) fn run(arguments: &Kubelet, app: &App, input: &mut dyn Read, data: &mut dyn Write) -> Result<(), Error> {
    if arguments.print_config {
        let config = provider_config(app)?;
        return written(write!(data, "{config}"));
    }
    if is_stdin_terminal() {
        return Err(Error::new("kubelet is for Kubernetes, not for typing: it reads a request from stdin")
            .hint("for the kubelet's configuration, run: docker-credential-atcr kubelet --print-config"));
    }
    serve(input, data, |image| provide(image, app))
}

/// The account that `which` shows for the image, if the registry does not refuse it. The image itself names the
/// identity, so nobody's command line is asked.
fn provide(image: &str, app: &App) -> Result<Option<Provided>, Error> {
    let Some(server) = server_of(image) else { return Ok(None) };
    let (resolved, user) = match app.resolve_credential(&server, |_| Vec::new()) {
        Err(failure) if failure.kind == Kind::NotLoggedIn => return Ok(None),
        resolved => resolved?,
    };
    let verdict = verify(app, &resolved.registry, &user);
    match verdict.refusal(&resolved) {
        Some(refusal) => Err(refusal),
        None => Ok(Some(Provided { life: life(&verdict, &resolved.registry, &user, app), user })),
    }
}

/// No longer than the registry's word counts here, so that a revocation is seen as soon as by Docker.
fn life(verdict: &CheckOutcome, registry: &RegistryUrl, user: &Credential, app: &App) -> Duration {
    let left = || app.stamps().of(registry, user)?.left(app.now());
    match verdict {
        CheckOutcome::Accepted => left().unwrap_or(TTL),
        _ => Duration::ZERO,
    }
}

fn provider_config(app: &App) -> Result<ProviderConfig, Error> {
    let hosts = hosts(app)?;
    if hosts.is_empty() {
        return Err(Error::nobody_logged_in());
    }
    Ok(ProviderConfig { hosts, environment: environment(app)? })
}

/// Where the kubelet finds the accounts that are found here: it runs as root, and without a home.
fn environment(app: &App) -> Result<Vec<(&'static str, String)>, Error> {
    let mut environment = Vec::new();
    let is_kept = app.accounts.load()?.in_use().next().is_some();
    if let Some(folder) = app.accounts.folder().filter(|_| is_kept) {
        let folder = path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        environment.push(("ATCR_CONFIG_DIR", folder.display().to_string()));
    }
    let variables = app.environment.credential_variables();
    if !variables.is_empty() {
        environment.extend(app.environment.credential_settings());
    }
    for name in variables.iter().filter(|name| matches!(**name, "ATCR_DEVICE_SECRET" | "ATCR_APP_PASSWORD")) {
        let warning = Mark::Warning;
        print_status(format!(
            "{warning} The value of {name} is left out: put it into a file, and set ATCR_DEVICE_SECRET_FILE."
        ));
    }
    Ok(environment)
}
