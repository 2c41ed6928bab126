//! `kubelet`: a kubelet image credential provider, and its configuration.

use std::io::{Read, Write};
use std::path;
use std::time::Duration;

use super::output::written;
use crate::app::App;
use crate::appview::CheckOutcome;
use crate::cli::Kubelet;
use crate::domain::{is_foreign_registry, server_of};
use crate::error::{Error, Kind};
use crate::kubernetes::{Provided, ProviderConfig, serve};
use crate::storage::validation_cache::TTL;
use crate::terminal::{Mark, is_stdin_terminal, print_status};
use crate::text::escape_json;

pub(super) fn run(arguments: &Kubelet, app: &App, input: &mut dyn Read, data: &mut dyn Write) -> Result<(), Error> {
    if arguments.print_config {
        let hosts = app.hosts()?;
        if hosts.is_empty() {
            return Err(Error::nobody_logged_in());
        }
        let config = ProviderConfig { hosts, environment: environment(app)? };
        return written(write!(data, "{}", escape_json(&config.to_string())));
    }
    if is_stdin_terminal() {
        return Err(Error::new("kubelet is part of Kubernetes' protocol: it reads a request from stdin")
            .hint("for the kubelet's configuration, run: docker-credential-atcr kubelet --print-config"));
    }
    serve(input, data, |image| provide(image, app)).map_err(|error| on_one_line(&error))
}

/// The kubelet's log has the program's name only in front of the first line.
fn on_one_line(error: &Error) -> Error {
    Error::new(error.line().replace('\n', " "))
}

/// The account that `which` shows for the image, unless the registry rejects it. The image itself names the identity,
/// so no command line is read. A failure reaches the kubelet's log, and the image is pulled anonymously.
fn provide(image: &str, app: &App) -> Result<Option<Provided>, Error> {
    let Some(server) = server_of(image) else { return Ok(None) };
    let (resolved, credential) = match app.resolve_credential(&server, None) {
        // A pattern of the configuration may match registries that have no accounts of ours.
        Err(error) if error.kind == Kind::NotLoggedIn && is_foreign_registry(&server.host()) => return Ok(None),
        resolved => resolved?,
    };
    // No longer than the cached validation, so that a revocation is seen as soon as by Docker.
    let duration = match app.verify(&resolved, &credential, None)? {
        CheckOutcome::Valid => {
            let validation = app.validation_cache().of(&resolved.registry, &credential);
            validation.and_then(|validation| validation.left(app.now())).unwrap_or(TTL)
        }
        _ => Duration::ZERO,
    };
    Ok(Some(Provided { credential, duration }))
}

/// Where the kubelet finds the same accounts: it runs as root, and without a home.
fn environment(app: &App) -> Result<Vec<(&'static str, String)>, Error> {
    let mut environment = Vec::new();
    let has_accounts = app.registries()?.0.in_use().next().is_some();
    if has_accounts && let Some(folder) = app.accounts.folder() {
        let folder = path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        environment.push(("ATCR_CONFIG_DIR", folder.display().to_string()));
    }
    let variables = app.environment.credential.names();
    if !variables.is_empty() {
        environment.extend(app.environment.credential_settings());
    }
    for name in variables.iter().filter(|name| matches!(**name, "ATCR_DEVICE_SECRET" | "ATCR_APP_PASSWORD")) {
        let advice = "put it in a file and set ATCR_DEVICE_SECRET_FILE";
        print_status(format!("{} The value of {name} is left out: {advice}.", Mark::Warning));
    }
    Ok(environment)
}
