//! A person's commands, a file each.

mod account_helper;
mod completion;
mod configure_docker;
mod confirmation;
mod device_json;
mod docker_hooks;
mod doctor;
mod environment_credential;
mod help;
mod image;
mod kubelet;
mod login;
mod logout;
mod misnamed;
mod other_program;
mod output;
mod path_lookup;
mod precedence;
mod program_place;
mod registry_argument;
mod select_account;
mod shell_path;
mod start;
mod status;
mod switch;
mod token;
mod update;
mod wanted_accounts;
mod which;
mod why_denied;

use std::io::{Read, Write};

use crate::app::App;
use crate::cli::help::command;
use crate::cli::{Cli, Command};
use crate::error::{Error, Kind};
use crate::text::is_secret;

pub(crate) use output::print_error;
use output::written;
pub(crate) use update::update_notice;
pub(crate) use why_denied::lines as why_denied;

/// Runs one command; none shows what there is and who is logged in. `input` is read only by a command that is told to.
pub(crate) fn run(cli: Cli, app: &App, input: &mut dyn Read, data: &mut dyn Write) -> Result<(), Error> {
    if names_a_registry(cli.command.as_ref()) {
        refuse_secret_as_registry(app)?;
    }
    match cli.command {
        None => start::run(app, data),
        Some(Command::Login(arguments)) => login::run(&arguments, app, input),
        Some(Command::Logout(arguments)) => logout::run(&arguments, app),
        Some(Command::Status(arguments)) => status::run(&arguments, app, data),
        Some(Command::Switch(arguments)) => switch::run(&arguments, app),
        Some(Command::Which(arguments)) => which::run(&arguments, app, data),
        Some(Command::Token(arguments)) => token::run(&arguments, app, data),
        Some(Command::ConfigureDocker(arguments)) => configure_docker::run(&arguments, app, data),
        Some(Command::Doctor(arguments)) => doctor::run(&arguments, app, data),
        Some(Command::Update(arguments)) => update::run(&arguments, app, data),
        Some(Command::Help(arguments)) => help::run(&arguments, data),
        Some(Command::Completion(arguments)) => completion::run(&arguments, app, data),
        Some(Command::Complete(arguments)) => completion::complete(&arguments, app, data),
        Some(Command::Kubelet(arguments)) => kubelet::run(&arguments, app, input, data),
        Some(Command::Version) => written(writeln!(data, "{}", command().render_version().trim_end())),
    }
}

/// Those that may show the registry which `ATCR_REGISTRY` names. What doctor finds wrong it says itself.
fn names_a_registry(command: Option<&Command>) -> bool {
    use Command::{ConfigureDocker, Login, Logout, Status, Switch, Token, Which};
    matches!(command, Some(Login(_) | Logout(_) | Status(_) | Switch(_) | Which(_) | Token(_) | ConfigureDocker(_)))
}

fn refuse_secret_as_registry(app: &App) -> Result<(), Error> {
    match app.environment.registry().filter(|registry| is_secret(registry)) {
        None => Ok(()),
        Some(secret) => {
            let error = Error::invalid_variable("ATCR_REGISTRY", secret, "a secret, not the name of a registry");
            Err(Error { kind: Kind::Usage, ..error })
        }
    }
}
