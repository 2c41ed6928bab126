//! A person's commands, a file each: plan, then act. Text goes to stderr, data to the stream that is given.

mod completion;
mod configure_docker;
mod doctor;
mod help;
mod kubelet;
mod login;
mod logout;
mod select_account;
mod status;
mod switch;
mod update;
mod which;

use std::io::{self, Read, Write};

use serde::Serialize;

use crate::app::App;
use crate::cli::help::command;
use crate::cli::{Cli, Command};
use crate::domain::Identity;
use crate::error::Error;
use crate::text::{escape_json, sanitize};

pub use update::update_notice;

/// Carries out one command; none shows the help. `input` is read only by a command that is told to.
///
/// # Errors
/// What failed, and what mends it.
pub fn run(cli: Cli, app: &App, input: &mut dyn Read, data: &mut dyn Write) -> Result<(), Error> {
    match cli.command {
        None => written(write!(data, "{}", command().render_long_help().ansi())),
        Some(Command::Login(arguments)) => login::run(&arguments, app, input),
        Some(Command::Logout(arguments)) => logout::run(&arguments, app),
        Some(Command::Status(arguments)) => status::run(&arguments, app, data),
        Some(Command::Switch(arguments)) => switch::run(&arguments, app),
        Some(Command::Which(arguments)) => which::run(&arguments, app, data),
        Some(Command::ConfigureDocker(arguments)) => configure_docker::run(&arguments, app, data),
        Some(Command::Doctor(arguments)) => doctor::run(&arguments, app, data),
        Some(Command::Update(arguments)) => update::run(&arguments, app),
        Some(Command::Help(arguments)) => help::run(&arguments, data),
        Some(Command::Completion(arguments)) => completion::run(&arguments, data),
        Some(Command::Kubelet(arguments)) => kubelet::run(&arguments, app, input, data),
        Some(Command::Version) => written(writeln!(data, "{}", command().render_version().trim_end())),
    }
}

/// Data that nobody reads any more, as of `status | head -1`, is no failure.
fn written(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format_args!("can't write the output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Data for a program: indented JSON and a newline.
fn data_json(data: &mut dyn Write, value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| Error::new(format_args!("can't write the output: {error}")))?;
    written(writeln!(data, "{}", escape_json(&text)))
}

/// The hosts of the registries that somebody is logged in to, and that the environment brings an account for.
fn hosts(app: &App) -> Result<Vec<String>, Error> {
    let registries = app.accounts.load()?;
    let of_environment = app.environment_credential()?.map(|(registry, _)| registry.host());
    let logged_in = registries.iter().filter(|(_, accounts)| !accounts.is_empty());
    let mut hosts = Vec::new();
    for host in logged_in.map(|(registry, _)| registry.host()).chain(of_environment) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Ok(hosts)
}

/// The identity that an argument names.
fn identity(text: &str) -> Result<Identity, Error> {
    text.parse().map_err(|error| Error::usage(format_args!("{:?} is {error}", sanitize(text))))
}
