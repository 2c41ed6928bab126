//! Programs that this one starts: the one place that makes a command.

mod output;
mod running;

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::platform::environment::{search_path, secret_variables};
use crate::platform::executable::absolute_folders;

pub(crate) use output::LONGEST_OUTPUT;
pub(crate) use running::{Ended, Running};

/// A command for a program that was found, by its absolute path. It inherits no variable that holds a secret.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    restrict(&mut command);
    command
}

/// Takes the secrets from what the program inherits, and from `PATH` the folders that are relative to the current one,
/// where it could start what somebody put there.
pub(super) fn restrict(command: &mut Command) {
    for name in secret_variables() {
        command.env_remove(name);
    }
    let Some(search_path) = search_path() else { return };
    let folders = env::join_paths(absolute_folders(&search_path)).unwrap_or_default();
    if folders.is_empty() {
        // An empty one would be the current folder.
        command.env_remove("PATH");
    } else if folders != *OsStr::new(&search_path) {
        command.env("PATH", folders);
    }
}
