//! `completion`: what teaches a shell the commands.

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

/// clap spells a name with hyphens in one way where bash notes which command it is at, and in another where it looks up
/// that command's flags: nothing but commands would be completed (clap-rs/clap#6421).
fn with_one_name(script: &str, name: &str) -> String {
    script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"))
}
