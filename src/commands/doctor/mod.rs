//! `doctor`: what would make a push fail, and the command that fixes it, which `--fix` runs. Files are read first.

mod accounts;
mod accounts_file;
mod cleartext;
mod clients;
mod diagnosis;
mod engine;
mod finding;
mod fixes;
mod image;
mod machine;
mod network;
mod plugin;

use std::io::Write;

use super::image as image_argument;
use super::output::{counted, with_json_error, write_json, write_text, written};
use super::{confirmation, registry_argument};
use crate::app::App;
use crate::cli::Doctor;
use crate::domain::{Identity, ServerString};
use crate::error::Error;
use crate::terminal::Mark;
use crate::text::shell_word;
use finding::Finding;

/// What an account may do with an image is asked for no image in particular.
const IF_DENIED: &str = "If the push of an image is denied, run: docker-credential-atcr doctor IMAGE\n";

pub(super) fn run(arguments: &Doctor, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    // A mistake in what was typed is no finding.
    let asked = with_json_error(asked(arguments, app), arguments.json, data)?;
    let find = |app: &App| diagnosis::findings(arguments, asked.image.as_deref(), asked.account.as_ref(), app);
    let mut found = with_json_error(find(app), arguments.json, data)?;
    show(&found, arguments, data)?;
    if arguments.fix && fixes::run(&found, arguments.yes, app, data)? {
        // What was read of files and folders is not what they are now.
        found = find(&App::new(app.environment.clone()))?;
        // What is good was shown before.
        found.retain(|finding| finding.mark != Mark::Good);
        if !found.is_empty() {
            written(writeln!(data))?;
        }
        show(&found, arguments, data)?;
    }
    match problems(&found) {
        0 => Ok(()),
        problems => Err(Error::new(format_args!("{} would make a push fail", counted(problems, "problem")))),
    }
}

struct Asked {
    account: Option<Identity>,
    image: Option<String>,
}

fn asked(arguments: &Doctor, app: &App) -> Result<Asked, Error> {
    let account = image_argument::account(arguments.account.as_deref(), app)?;
    let mut image = None;
    if let Some(named) = &arguments.image {
        let typed = image_argument::typed(named, arguments.registry.as_deref(), "doctor", app);
        let typed = typed.map_err(|error| or_flag(error, named, app))?;
        image_argument::repository(&typed)?;
        image = Some(typed);
    }
    if arguments.fix && !arguments.yes {
        confirmation::require_terminal("fix anything")?;
    }
    Ok(Asked { account, image })
}

/// Other commands take a registry or an account where this one takes an image.
fn or_flag(error: Error, named: &str, app: &App) -> Error {
    if error.hint.is_some() {
        return error;
    }
    let registries = app.accounts.load().unwrap_or_default();
    if let Some(identity) = registry_argument::account(named, &registries, app) {
        return error.run(registry_argument::with_account("doctor", &identity));
    }
    match ServerString::typed(named) {
        Ok(server) if server.identity().is_none() && registry_argument::is_host(&server) => {
            error.run(format_args!("docker-credential-atcr doctor --registry {}", shell_word(&server.host())))
        }
        _ => error,
    }
}

fn problems(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.mark == Mark::Bad).count()
}

fn show(findings: &[Finding], arguments: &Doctor, data: &mut dyn Write) -> Result<(), Error> {
    if arguments.json {
        return write_json(data, &findings.iter().map(Finding::json).collect());
    }
    let mut text = finding::lines(findings);
    if problems(findings) == 0 {
        let warnings = findings.iter().filter(|finding| finding.mark == Mark::Warning).count();
        let warnings = if warnings == 0 { String::new() } else { format!("; {}", counted(warnings, "warning")) };
        text.extend(["\nNo problems found", &*warnings, ".\n"]);
        if arguments.image.is_none() && accounts::are_any(findings) {
            text += IF_DENIED;
        }
    }
    write_text(data, &text)
}
