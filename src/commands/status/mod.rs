//! `status`: every registry and account, and how each stands.

mod json;
mod screen;

use std::io::Write;

use super::{data_json, written};
use crate::app::App;
use crate::app::account_status::{RegistryStatus, ask, recall, roll};
use crate::cli::Status;
use crate::docker::config;
use crate::domain::RegistryUrl;
use crate::error::{Error, Hint};
use crate::platform::executable::place;
use crate::storage::accounts_file::{PermissionIssue, exposures};
use crate::terminal::Mark;

/// Everything that is shown, from where it is shown.
struct Seen {
    sections: Vec<(RegistryStatus, Docker)>,
    exposures: Vec<PermissionIssue>,
    file: String,
}

/// What Docker's config.json says about a registry, and whether Docker finds the program.
struct Docker {
    config: Result<config::State, config::Error>,
    is_on_path: bool,
}

impl Docker {
    fn is_configured(&self) -> bool {
        self.config.as_ref().is_ok_and(config::State::uses_atcr)
    }

    /// What is wrong with the file, whichever helper it names, and what fixes it.
    fn problem(&self) -> Option<(String, Option<Hint>)> {
        match &self.config {
            Err(error) => Some((error.to_string(), error.hint())),
            Ok(state) => Some((state.warning()?, state.fix())),
        }
    }
}

pub(super) fn run(arguments: &Status, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let seen = look(arguments, app)?;
    if arguments.json {
        data_json(data, &json::report(&seen, app.now()))?;
    } else {
        written(data.write_all(screen::screen(&seen, app.now()).as_bytes()))?;
    }
    if seen.sections.is_empty() {
        return Err(Error::not_logged_in(&host(arguments, app)?));
    }
    seen.failure().map_or(Ok(()), Err)
}

fn look(arguments: &Status, app: &App) -> Result<Seen, Error> {
    let registries = app.accounts.load()?;
    let wanted = match arguments.registry.as_deref() {
        Some(_) => Some(app.registry_among(&app.server(arguments.registry.as_deref(), &registries)?, &registries)?),
        None => None,
    };
    let mut sections = roll(app, &registries, wanted.as_ref())?;
    if arguments.offline {
        recall(app, &mut sections);
    } else {
        ask(app, &mut sections);
    }
    let is_on_path = place(&app.environment).is_found();
    let docker =
        |registry: &RegistryUrl| Docker { config: config::state(&app.environment, &registry.host()), is_on_path };
    let sections = sections.into_iter().map(|section| {
        let docker = docker(&section.registry);
        (section, docker)
    });
    let folder = app.accounts.folder();
    Ok(Seen {
        sections: sections.collect(),
        exposures: folder.map(|folder| exposures(folder, app.environment.home.as_deref())).unwrap_or_default(),
        file: folder.map(|folder| folder.join("device.json").display().to_string()).unwrap_or_default(),
    })
}

/// The registry that nobody is logged in to.
fn host(arguments: &Status, app: &App) -> Result<String, Error> {
    match arguments.registry.as_deref() {
        Some(_) => Ok(app.server(arguments.registry.as_deref(), &app.accounts.load()?)?.host()),
        None => Ok(app.environment.registry_or_default().to_owned()),
    }
}

impl Seen {
    /// What makes the exit code 1: accounts that a registry would turn away, or that can't be chosen.
    fn failure(&self) -> Option<Error> {
        let members = || self.sections.iter().flat_map(|(section, _)| &section.members);
        let bad = members().filter(|member| member.standing.mark() == Mark::Bad).count();
        let blocked = self.sections.iter().find(|(section, _)| section.is_blocked);
        match (bad, blocked.and_then(|(section, _)| section.undecided.clone())) {
            (0, undecided) => undecided,
            (1, _) => Some(Error::new(format_args!("one account of {} can't be used", members().count()))),
            (bad, _) => Some(Error::new(format_args!("{bad} accounts of {} can't be used", members().count()))),
        }
    }
}
