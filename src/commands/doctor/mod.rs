//! `doctor`: what would make a push fail, and the command that fixes it. Everything is read first, then judged.

mod accounts;
mod accounts_file;
mod clients;
mod finding;
mod machine;
mod network;
mod path;

use std::io::Write;

use super::output::{write_json, written};
use crate::app::App;
use crate::app::account_status::{self, RegistryStatus};
use crate::cli::Doctor;
use crate::docker::config::ConfigEditor;
use crate::domain::RegistryUrl;
use crate::error::Error;
use crate::platform::executable::look_up;
use crate::storage::accounts_file::permissions;
use clients::ClientFiles;
use finding::{Finding, State};
use machine::Machine;

pub(super) fn run(arguments: &Doctor, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let findings = findings(app);
    let problems = findings.iter().filter(|finding| finding.state == State::Problem).count();
    if arguments.json {
        write_json(data, &findings)?;
    } else {
        let mut text: String = findings.iter().map(Finding::lines).collect();
        if problems == 0 {
            text += "\nNo problems found.\n";
        }
        written(data.write_all(text.as_bytes()))?;
    }
    match problems {
        0 => Ok(()),
        1 => Err(Error::new("one problem would make a push fail")),
        several => Err(Error::new(format_args!("{several} problems would make a push fail"))),
    }
}

fn findings(app: &App) -> Vec<Finding> {
    let loaded = app.accounts.load();
    let machine = Machine::of(&app.environment);
    let registries = loaded.as_ref().ok().cloned().unwrap_or_default();
    let rolled = account_status::load(app, &registries, None);
    let mut sections: Vec<RegistryStatus> = rolled.clone().unwrap_or_default();
    let known: Vec<RegistryUrl> = sections.iter().map(|section| section.registry.clone()).collect();
    let folder = app.accounts.folder();
    let exposures =
        folder.map(|folder| permissions::issues(folder, app.environment.home.as_deref())).unwrap_or_default();

    let mut findings = path::findings(&look_up(app.environment.search_path.as_deref()));
    findings.extend(machine::findings(&machine, sections.is_empty(), folder));
    let files =
        ClientFiles { docker: ConfigEditor::docker(&app.environment), podman: ConfigEditor::podman(&app.environment) };
    let hosts: Vec<String> = known.iter().map(RegistryUrl::host).collect();
    findings.extend(clients::findings(files, &machine, &hosts));
    findings.extend(accounts_file::findings(folder, app.environment.home.as_deref(), &loaded, &sections, &exposures));
    findings.extend(rolled.err().map(|error| accounts::failed(&error)));
    let contacts = network::contact(app, known);
    findings.extend(network::findings(&contacts, app.now()));
    accounts::check(app, &mut sections, &contacts);
    findings.extend(accounts::findings(&sections));
    findings
}
