//! `configure-docker`: has Docker, and podman, ask this program for registries.

mod confirmation;
mod report;

use std::io::Write;

use self::confirmation::Confirmation;
use self::report::{Outcome, Reader, Report};
use super::output::written;
use crate::app::App;
use crate::cli::Configure;
use crate::docker::config::{self, ConfigEditor, ConfiguredHelper};
use crate::domain::Registries;
use crate::error::Error;
use crate::terminal::print_status;
use crate::text::escape_json;

pub(super) fn run(arguments: &Configure, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let mut drafts = drafts(arguments, app)?;
    let hosts = if arguments.remove { removed(arguments, app, &drafts)? } else { added(arguments, app)? };
    if hosts.is_empty() {
        print_status("No registry is configured, so there is nothing to undo.");
    }
    let mut reports = Vec::new();
    for (reader, draft) in &mut drafts {
        let outcomes = hosts.iter().map(|host| {
            let outcome = if arguments.remove {
                remove(draft, host)
            } else {
                add(draft, host, *reader, &Confirmation::new(arguments))
            };
            Ok((host.clone(), outcome?))
        });
        reports.push(outcomes.collect::<Result<Vec<_>, Error>>()?);
    }
    for ((reader, draft), outcomes) in drafts.into_iter().zip(reports) {
        let report = Report::new(reader, &draft, outcomes)?;
        if arguments.dry_run {
            written(write!(data, "{}", escape_json(&draft.diff()?)))?;
            report.warn();
        } else {
            let saved = draft.save().map_err(|error| unsaved(error, &hosts, arguments.remove))?;
            report.tell(&saved);
        }
    }
    if !arguments.dry_run && !arguments.remove {
        report::tell_whether_it_is_found(&app.environment);
    }
    Ok(())
}

/// The files to change, and who reads them.
fn drafts(arguments: &Configure, app: &App) -> Result<Vec<(Reader, ConfigEditor)>, Error> {
    let mut drafts = vec![(Reader::Docker, ConfigEditor::docker(&app.environment)?)];
    if arguments.podman {
        let containers = ConfigEditor::containers(&app.environment)?;
        if containers.path() != drafts[0].1.path() {
            drafts.push((Reader::Podman, containers));
        }
    }
    Ok(drafts)
}

/// The hosts that were named, as Docker looks them up: with the port that an image's name has.
fn named(arguments: &Configure, app: &App) -> Result<Vec<String>, Error> {
    let host = |name: &String| {
        let server = app.server(Some(name), &Registries::default())?;
        app.registry(&server)?;
        Ok(server.host())
    };
    arguments.registries.iter().map(host).collect()
}

/// The hosts to add: those that were named, else all that somebody is logged in to.
fn added(arguments: &Configure, app: &App) -> Result<Vec<String>, Error> {
    if !arguments.registries.is_empty() {
        return named(arguments, app);
    }
    let hosts = app.hosts()?;
    if hosts.is_empty() {
        let login = format!("docker-credential-atcr login {}", app.environment.registry_or_default());
        return Err(Error::new("nobody is logged in, and no registry is named").run(format_args!("{login}")));
    }
    Ok(hosts)
}

/// The hosts to remove: those that were named, else all that the files name us for.
fn removed(arguments: &Configure, app: &App, drafts: &[(Reader, ConfigEditor)]) -> Result<Vec<String>, Error> {
    let mut hosts = named(arguments, app)?;
    if arguments.registries.is_empty() {
        for (_, draft) in drafts {
            hosts.extend(draft.ours()?);
        }
    }
    Ok(hosts)
}

fn add(draft: &mut ConfigEditor, host: &str, reader: Reader, consent: &Confirmation) -> Result<Outcome, Error> {
    let before = draft.helper(host)?;
    if let ConfiguredHelper::Other(name) = &before
        && !consent.replaces(name, host, reader, draft.path())?
    {
        return Ok(Outcome::Other(name.clone()));
    }
    if before != ConfiguredHelper::Atcr {
        draft.add(host)?;
    }
    let shadows = draft.shadows(host)?;
    let are_removed = !shadows.is_empty() && consent.removes_secrets(host, draft.path())?;
    if are_removed {
        for key in &shadows {
            draft.forget_secrets(key)?;
        }
    }
    Ok(Outcome::Added { is_new: before != ConfiguredHelper::Atcr, shadows, are_removed })
}

fn remove(draft: &mut ConfigEditor, host: &str) -> Result<Outcome, Error> {
    let was_there = draft.helper(host)? == ConfiguredHelper::Atcr;
    draft.remove(host)?;
    Ok(match draft.helper(host)? {
        ConfiguredHelper::Atcr => Outcome::StillUs,
        _ => Outcome::Removed { was_there },
    })
}

/// A file that can't be written is for a person to change, or for what made it read-only.
fn unsaved(error: config::Error, hosts: &[String], is_removal: bool) -> Error {
    let is_unwritable = matches!(error, config::Error::Unwritable { .. });
    let failure = Error::from(error);
    let entries: Vec<String> = hosts.iter().map(|host| format!("\"{host}\": \"atcr\"")).collect();
    let entries = escape_json(&entries.join(", "));
    match (is_unwritable, is_removal) {
        (true, false) => failure.hint(format_args!("put this into it yourself: \"credHelpers\": {{ {entries} }}")),
        (true, true) => failure.hint(format_args!("take this out of its credHelpers yourself: {entries}")),
        (false, _) => failure,
    }
}
