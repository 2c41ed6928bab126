//! `status`: every registry and account, and whether it is valid.

mod json;
mod lines;
mod overview;
mod rows;
mod screen;

use std::io::Write;

use super::output::{write_json, write_text};
use super::registry_argument;
use crate::app::App;
use crate::cli::Status;
use crate::error::Error;

pub(super) fn run(arguments: &Status, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let overview = overview::load(arguments, app)?;
    if arguments.json {
        write_json(data, &json::report(&overview, app.now()))?;
    } else {
        write_text(data, &screen::screen(&overview))?;
    }
    if overview.registries.is_empty() {
        return Err(registry_argument::not_logged_in(&host(arguments, app)?, &app.accounts.load()?, app));
    }
    overview.check()
}

/// The registry that is not logged in to.
fn host(arguments: &Status, app: &App) -> Result<String, Error> {
    match arguments.registry() {
        Some(named) => Ok(app.server(Some(named), &app.accounts.load()?)?.host()),
        None => Ok(app.environment.registry_or_default().to_owned()),
    }
}
