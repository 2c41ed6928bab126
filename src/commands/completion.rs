//! `completion`: generates a completion script.

use std::io::Write;

use clap_complete::Shell;

use super::output::written;
use crate::cli::Completion;
use crate::cli::help::command;
use crate::error::Error;

pub(super) fn run(arguments: &Completion, data: &mut dyn Write) -> Result<(), Error> {
    let mut root = command();
    let name = root.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut root, &name, &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = if arguments.shell == Shell::Bash { with_one_name(&script, &name) } else { script.into_owned() };
    written(data.write_all(script.as_bytes()))
}

/// clap writes a name with hyphens in two ways, so that bash would complete no flags (clap-rs/clap#6421).
fn with_one_name(script: &str, name: &str) -> String {
    script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"))
}
