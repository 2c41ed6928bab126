//! `doctor --fix`: does what the findings name, each with the user's consent.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use super::finding::{Finding, Fix};
use crate::app::App;
use crate::cli::{Cli, Command};
use crate::commands::configure_docker;
use crate::error::{Error, Hint};
use crate::platform::environment::Environment;
use crate::platform::executable::{NAME, PathLookup, absolute_folders, look_up};
use crate::platform::fs::OpenError;
use crate::platform::program_link::make_link_instead;
use crate::storage::accounts_file::permissions;
use crate::terminal::{Mark, confirm, print_status};
use crate::text::display_path;

/// What is to be done about findings, once for each way to do it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    /// The arguments of `configure-docker`, as the hint has them.
    Configure(Vec<String>),
    Own(Fix),
}

impl Action {
    fn of(finding: &Finding) -> Option<Self> {
        if let Some(fix) = &finding.fix {
            return Some(Self::Own(fix.clone()));
        }
        let Some(Hint::Run(command)) = &finding.hint else { return None };
        let arguments = command.strip_prefix(NAME)?.strip_prefix(" configure-docker")?;
        Some(Self::Configure(arguments.split_whitespace().map(str::to_owned).collect()))
    }
}

/// Returns whether anything was done.
pub(super) fn run(findings: &[Finding], is_yes: bool, app: &App, data: &mut dyn Write) -> Result<bool, Error> {
    let mut done: Vec<Action> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.mark != Mark::Good) {
        let Some(action) = Action::of(finding).filter(|action| !done.contains(action)) else { continue };
        if is_yes || is_wanted(finding)? {
            carry_out(&action, finding, app, data)?;
            done.push(action);
        }
    }
    if done.is_empty() {
        print_status("There is nothing that this command can fix.");
    }
    Ok(!done.is_empty())
}

/// The question alone is short, because a terminal may be narrow.
fn is_wanted(finding: &Finding) -> Result<bool, Error> {
    print_status(format!("\n{}", finding.lines().trim_end()));
    confirm("Fix it?", true)
}

/// One that fails does not keep the others from being fixed.
fn carry_out(action: &Action, finding: &Finding, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let result = match action {
        Action::Configure(arguments) => return configure(arguments, app, data),
        Action::Own(Fix::Permissions(issue)) => permissions::fix(issue).map(|()| format!("{} Fixed.", finding.message)),
        Action::Own(Fix::Link) => {
            link(&app.environment).map(|link| format!("{} leads to this program now.", display_path(&link)))
        }
    };
    match result {
        Ok(done) => print_status(format!("{} {done}", Mark::Good)),
        Err(error) => {
            print_status(format!("{} {}: {}", Mark::Bad, finding.message, reason(&error)));
            if let Some(hint) = &finding.hint {
                print_status(format!("  {hint}"));
            }
        }
    }
    Ok(())
}

fn reason(error: &OpenError) -> String {
    match error {
        OpenError::Untrusted(untrusted) => untrusted.to_string(),
        OpenError::Failed(error) => error.to_string(),
    }
}

fn configure(arguments: &[String], app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let words = [NAME, "configure-docker"].into_iter().map(str::to_owned).chain(arguments.iter().cloned());
    match Cli::of_words(words.map(OsString::from)).and_then(|cli| cli.command) {
        Some(Command::ConfigureDocker(arguments)) => configure_docker::run(&arguments, app, data),
        // Every command in a hint is one that the program understands.
        _ => Ok(()),
    }
}

/// Makes a link where Docker looks first, or in the first folder of `PATH` where that can be done. What has the name is set
/// aside.
fn link(environment: &Environment) -> Result<PathBuf, OpenError> {
    let lookup = look_up(environment.search_path().as_deref());
    let mut places = places(&lookup, environment).into_iter();
    let mut first_error = OpenError::from(std::io::Error::from(ErrorKind::NotFound));
    let mut is_first = true;
    for place in &mut places {
        match make_link_instead(&place, &lookup) {
            Ok(()) => return Ok(place),
            Err(error) if is_first => first_error = error,
            Err(_) => {}
        }
        is_first = false;
    }
    Err(first_error)
}

fn places(lookup: &PathLookup, environment: &Environment) -> Vec<PathBuf> {
    let file = format!("{NAME}{EXE_SUFFIX}");
    if let PathLookup::Shadowed { found, .. } = lookup {
        return vec![found.clone()];
    }
    // On Windows a copy would stay behind the next update.
    if cfg!(windows) {
        return Vec::new();
    }
    let on_path: Vec<PathBuf> = environment.search_path().iter().flat_map(|path| absolute_folders(path)).collect();
    let usual = ["/usr/local/bin".into(), environment.home.clone().unwrap_or_default().join(".local/bin")];
    let in_home =
        |folder: &PathBuf| folder.is_dir() && environment.home.as_ref().is_some_and(|home| folder.starts_with(home));
    let mut folders: Vec<PathBuf> = usual.into_iter().filter(|folder| on_path.contains(folder)).collect();
    folders.extend(on_path.into_iter().filter(in_home));
    folders.iter().map(|folder| folder.join(&file)).collect()
}
