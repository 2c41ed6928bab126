//! Config files that other users can write to. Their clients use them all the same.

use std::io;
use std::path::{Path, PathBuf};

use super::client::Client;
use super::error::Error;
use super::paths;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::fs::{Trusted, entries};
use crate::text::display_path;

/// What is wrong with a file in which anybody could name another helper, and what to do about it. `None`: nothing.
pub(crate) fn exposure(file: &Path) -> Option<(String, Hint)> {
    let open = Trusted::find_to_edit(file).ok()?.open_to_others()?;
    let message = format!("{} is writable by other users, who can have another helper run", display_path(file));
    Some((message, open.hint()))
}

/// The same of all files that Docker and podman read.
pub(crate) fn exposures(environment: &Environment) -> Vec<(Client, String, Hint)> {
    let docker = paths::docker(environment).into_iter().map(|file| (Client::Docker, file));
    let podman = paths::containers(environment).into_iter().map(|file| (Client::Podman, file));
    let mut files: Vec<(Client, PathBuf)> = docker.chain(podman).collect();
    // A variable of podman's may name Docker's file.
    files.dedup_by(|(_, file), (_, before)| file == before);
    let exposed = |(client, file): (Client, PathBuf)| exposure(&file).map(|(message, hint)| (client, message, hint));
    files.into_iter().filter_map(exposed).collect()
}

/// How much of contexts is looked at: a person has a few, of three files each. Behind more a link could hide.
const MOST: usize = 1000;

/// Why `docker` is not to be run, if others may have written what it reads, or would have root read a file of root's: its
/// config.json names the context, and the files of that say whom it asks, and with which programs and keys.
pub(crate) fn dangerous_to_docker(environment: &Environment) -> Option<Error> {
    let config = paths::docker(environment)?;
    let mut paths = vec![config.clone(), config.with_file_name("contexts")];
    let mut next = 0;
    while let Some(path) = paths.get(next).cloned() {
        let checked = Trusted::find_to_edit(&path).and_then(Trusted::closed_to_others);
        if let Err(error) = checked {
            return Some(Error::unreadable(path, error));
        }
        if next > 0 && path.is_dir() {
            paths.extend(entries(&path).map(|entry| entry.path()).take(MOST));
        }
        if paths.len() > MOST {
            return Some(Error::Unreadable { path, source: io::Error::other("there are too many files") });
        }
        next += 1;
    }
    None
}
