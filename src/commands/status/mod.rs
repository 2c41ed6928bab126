//! `status`: every registry and account, and whether it is valid.

mod json;
mod lines;
mod overview;
mod rows;
mod screen;

use std::io::Write;

use super::output::{with_json_error, write_json, write_text};
use super::registry_argument;
use crate::app::App;
use crate::cli::Status;
use crate::error::Error;

pub(super) fn run(arguments: &Status, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let overview = with_json_error(overview::load(arguments, app), arguments.json, data)?;
    if arguments.json {
        write_json(data, &json::report(&overview, app.now()))?;
    } else {
        write_text(data, &screen::screen(&overview))?;
    }
    if overview.registries.is_empty() {
        return Err(nobody(arguments, app)?);
    }
    overview.check()
}

/// Nobody is logged in: to the registry that is named, or anywhere.
fn nobody(arguments: &Status, app: &App) -> Result<Error, Error> {
    let Some(named) = arguments.registry() else { return Ok(Error::nobody_logged_in()) };
    let registries = app.accounts.load()?;
    Ok(registry_argument::not_logged_in(&app.server(Some(named), &registries)?.host(), &registries, app))
}
