//! `configure-docker`: makes this program the credential helper of Docker, and of podman, for registries.

mod confirmation;
mod report;

use std::io::Write;

use self::confirmation::{removes_secrets, replaces_helper};
use self::report::{Outcome, Report};
use super::output::written;
use crate::app::App;
use crate::cli::Configure;
use crate::docker::config::{self, ConfigEditor, ConfiguredHelper};
use crate::domain::Registries;
use crate::error::Error;
use crate::terminal::print_status;
use crate::text::escape_json;

pub(super) fn run(arguments: &Configure, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let mut editors = editors(arguments, app)?;
    let hosts =
        if arguments.remove { hosts_to_remove(arguments, app, &editors)? } else { hosts_to_add(arguments, app)? };
    // Every question comes before the first file is written.
    let mut reports = Vec::new();
    for editor in &mut editors {
        let mut report = Report::new(editor.client(), editor.path(), editor.other_default()?);
        if arguments.remove && arguments.registries.is_empty() && editor.is_atcr_default()? {
            editor.remove_default()?;
            report.removes_default = true;
        }
        for host in &hosts {
            let outcome = if arguments.remove { remove(editor, host)? } else { add(editor, host, arguments)? };
            report.outcomes.push((editor.state(host)?, outcome));
        }
        reports.push(report);
    }
    if hosts.is_empty() && !reports.iter().any(|report| report.removes_default) {
        print_status("No registry is configured, so there is nothing to undo.");
    }
    for (editor, report) in editors.into_iter().zip(reports) {
        if arguments.dry_run {
            written(write!(data, "{}", escape_json(&editor.diff()?)))?;
            report.warn();
        } else {
            let backups = editor.backups();
            let saved = editor.save().map_err(|error| unsaved(error, &hosts, arguments.remove))?;
            report.print(&saved);
            if arguments.remove {
                report::print_kept(&backups);
            }
        }
    }
    if !arguments.dry_run && !arguments.remove {
        report::print_path_lookup(&app.environment);
    }
    Ok(())
}

/// The files to change. Of podman's those that exist, or else the one that outlasts the session.
fn editors(arguments: &Configure, app: &App) -> Result<Vec<ConfigEditor>, Error> {
    let mut editors = vec![ConfigEditor::docker(&app.environment)?];
    if !arguments.podman {
        return Ok(editors);
    }
    let mut podman = ConfigEditor::podman(&app.environment).into_iter().collect::<Result<Vec<_>, _>>()?;
    let last = podman.len().saturating_sub(1);
    if podman.iter().all(ConfigEditor::is_missing) {
        podman.drain(..last);
    } else {
        podman.retain(|editor| !editor.is_missing());
    }
    podman.retain(|editor| editor.path() != editors[0].path());
    editors.extend(podman);
    Ok(editors)
}

/// The hosts that were named, as Docker looks them up: with the port that an image's name has.
fn named_hosts(arguments: &Configure, app: &App) -> Result<Vec<String>, Error> {
    let mut hosts = Vec::new();
    for name in &arguments.registries {
        let server = app.server(Some(name), &Registries::default())?;
        app.registry(&server)?;
        hosts.push(server.host());
    }
    Ok(hosts)
}

/// The hosts that were named, else all that have an account.
fn hosts_to_add(arguments: &Configure, app: &App) -> Result<Vec<String>, Error> {
    if !arguments.registries.is_empty() {
        return named_hosts(arguments, app);
    }
    let hosts = app.hosts()?;
    if hosts.is_empty() {
        let error = Error::new("nobody is logged in, and no registry is named");
        let host = app.environment.registry_or_default();
        return Err(error.run(format_args!("docker-credential-atcr login {host}")));
    }
    Ok(hosts)
}

/// The hosts that were named, else all that the files name this program for.
fn hosts_to_remove(arguments: &Configure, app: &App, editors: &[ConfigEditor]) -> Result<Vec<String>, Error> {
    let mut hosts = named_hosts(arguments, app)?;
    if arguments.registries.is_empty() {
        for editor in editors {
            for host in editor.atcr_hosts()? {
                if !hosts.contains(&host) {
                    hosts.push(host);
                }
            }
        }
    }
    Ok(hosts)
}

fn add(editor: &mut ConfigEditor, host: &str, arguments: &Configure) -> Result<Outcome, Error> {
    let state = editor.state(host)?;
    if matches!(state.helper, ConfiguredHelper::Other(_)) && !replaces_helper(arguments, &state)? {
        return Ok(Outcome::NotReplaced);
    }
    let is_new = state.helper != ConfiguredHelper::Atcr;
    let removes_secrets = removes_secrets(arguments, &state)?;
    if is_new || removes_secrets {
        // Also where it is the default already: the entry tells --remove that the secrets are to be put back.
        editor.add(host)?;
    }
    if removes_secrets {
        for key in &state.plaintext_auths {
            editor.remove_secrets(key)?;
        }
    }
    Ok(Outcome::Added { is_new, removes_secrets })
}

fn remove(editor: &mut ConfigEditor, host: &str) -> Result<Outcome, Error> {
    let (before, lacked) = (editor.state(host)?, editor.lacks(host)?);
    editor.remove(host)?;
    let (after, lacks) = (editor.state(host)?, editor.lacks(host)?);
    if after.helper == ConfiguredHelper::Atcr {
        return Ok(Outcome::StillDefault);
    }
    Ok(Outcome::Removed {
        was_configured: before.helper == ConfiguredHelper::Atcr,
        restored: lacked.without(&lacks),
        lacks,
    })
}

/// Names the edit to make by hand too, where the file can't be written.
fn unsaved(error: config::Error, hosts: &[String], is_removal: bool) -> Error {
    let is_unwritable = matches!(error, config::Error::Unwritable { .. });
    let error = Error::from(error);
    if !is_unwritable {
        return error;
    }
    let fix = error.hint.as_ref().map_or_else(String::new, |hint| format!("{hint}, or "));
    let entries: Vec<String> = hosts.iter().map(|host| format!("\"{host}\": \"atcr\"")).collect();
    let entries = escape_json(&entries.join(", "));
    if is_removal {
        error.hint(format_args!("{fix}remove this from its credHelpers yourself: {entries}"))
    } else {
        error.hint(format_args!("{fix}add this to it yourself: \"credHelpers\": {{ {entries} }}"))
    }
}
