//! `doctor --fix`: does what the findings name, each with the user's consent.

use std::ffi::OsString;
use std::io::Write;

use super::finding::{Finding, Fix};
use crate::app::App;
use crate::cli::{Cli, Command};
use crate::commands::configure_docker;
use crate::error::{Error, Hint};
use crate::platform::executable::{NAME, look_up};
use crate::platform::fs::OpenError;
use crate::platform::program_link::{make_link_instead, make_new_link};
use crate::storage::accounts_file::permissions;
use crate::terminal::{Mark, as_started, confirm, print_status};
use crate::text::{display_path, shell_word, shell_words, without_os_code};

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
        Some(Self::Configure(shell_words(arguments)))
    }

    /// What it is for was shown before.
    fn question(&self) -> String {
        match self {
            Self::Configure(arguments) => {
                let command = [NAME, "configure-docker"].into_iter().map(str::to_owned);
                let words: Vec<String> = command.chain(arguments.iter().map(|word| shell_word(word))).collect();
                format!("Run {}?", words.join(" "))
            }
            Self::Own(Fix::Permissions(issue)) => format!("Close {} to other users?", display_path(issue.path())),
            Self::Own(Fix::Link(place)) => format!("Make {} a link to this program?", display_path(place)),
            Self::Own(Fix::LinkInstead(place)) => {
                format!("Rename {}, and put a link to this program there?", display_path(place))
            }
        }
    }
}

/// Returns whether anything was done.
pub(super) fn run(findings: &[Finding], is_yes: bool, app: &App, data: &mut dyn Write) -> Result<bool, Error> {
    let actions = actions(findings);
    if actions.is_empty() {
        print_status("There is nothing that this command can fix.");
    }
    let mut is_any = false;
    for (mut action, finding) in actions {
        if let Action::Configure(arguments) = &mut action
            && !is_yes
        {
            // It asks what it may replace and remove.
            arguments.retain(|argument| argument != "--yes");
        }
        if is_yes || confirm(&as_started(&action.question()), true)? {
            carry_out(&action, finding, app, data)?;
            is_any = true;
        }
    }
    Ok(is_any)
}

/// Each with the first finding that it is for.
fn actions(findings: &[Finding]) -> Vec<(Action, &Finding)> {
    let mut actions: Vec<(Action, &Finding)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.mark != Mark::Good) {
        let Some(action) = Action::of(finding) else { continue };
        if actions.iter().all(|(present, _)| *present != action) {
            actions.push((action, finding));
        }
    }
    actions
}

/// One that fails does not keep the others from being fixed.
fn carry_out(action: &Action, finding: &Finding, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let lookup = || look_up(app.environment.search_path().as_deref());
    let result = match action {
        Action::Configure(arguments) => return configure(arguments, app, data),
        Action::Own(Fix::Permissions(issue)) => permissions::fix(issue),
        Action::Own(Fix::Link(place)) => {
            make_new_link(place, &lookup()).map(|()| format!("{} leads to this program now.", display_path(place)))
        }
        Action::Own(Fix::LinkInstead(place)) => make_link_instead(place, &lookup()).map(|aside| {
            let (place, aside) = (display_path(place), display_path(&aside));
            format!("{place} leads to this program now, and what was there is {aside}.")
        }),
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
        OpenError::Failed(error) => without_os_code(&error.to_string()).into_owned(),
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
