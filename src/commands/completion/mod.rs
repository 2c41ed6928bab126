//! `completion`: a completion script for a shell, printed or installed, and what the script asks for.

mod install;
mod values;

use std::io::Write;

use clap_complete::shells::{Elvish, PowerShell};
use clap_complete::{Generator, Shell, generate};

use super::output::written;
use crate::app::App;
use crate::cli::completion::{self, BASH, Candidate, FISH, Next, ZSH};
use crate::cli::{Complete, Completion};
use crate::error::Error;
use crate::platform::executable::NAME;

pub(super) fn run(arguments: &Completion, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let script = script(arguments.shell);
    if arguments.install {
        return install::install(arguments.shell, &script, app);
    }
    written(data.write_all(script.as_bytes()))
}

fn script(shell: Shell) -> String {
    match shell {
        Shell::Bash => BASH.to_owned(),
        Shell::Zsh => ZSH.to_owned(),
        Shell::Fish => FISH.to_owned(),
        Shell::Elvish => generated(Elvish),
        _ => generated(PowerShell),
    }
}

/// Not through [`Shell`], with which the program would have clap's scripts for all shells in it.
fn generated(generator: impl Generator) -> String {
    let mut script = Vec::new();
    generate(generator, &mut completion::visible(), NAME, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// What may come next, a line each. bash shows the words alone.
pub(super) fn complete(arguments: &Complete, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let current = arguments.words.last().map(String::as_str).unwrap_or_default();
    let candidates = match completion::next(&arguments.words) {
        Next::Words(words) => words,
        Next::Value { kind, before } => values::of(kind, &before, current, app),
    };
    for Candidate { word, about } in candidates {
        let line = if arguments.shell == Shell::Bash || about.is_empty() { word } else { format!("{word}\t{about}") };
        written(writeln!(data, "{line}"))?;
    }
    Ok(())
}
