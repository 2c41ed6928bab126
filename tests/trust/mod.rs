//! The one trust rule: which files steer a secret, and what root does for somebody else.

mod config;
mod daemon;
mod exposed;
mod homes;
mod kinds;
mod links;
mod secret_file;
mod validated;

use std::fs;
use std::os::unix::fs::{chown, lchown, symlink};
use std::path::Path;

use crate::support::evans_home::{EVANS, EvansHome, MALLORYS};

/// A link that belongs to this user.
fn link(target: &Path, path: &Path, owner: u32) {
    symlink(target, path).unwrap();
    lchown(path, Some(owner), Some(owner)).unwrap();
}

/// Gives everything under Evan's home to him but what is somebody else's.
fn give_all_to_evan(evans: &EvansHome) {
    for path in evans.not_evans() {
        lchown(path, Some(EVANS), Some(EVANS)).unwrap();
    }
}

fn give(path: &Path, owner: u32) {
    chown(path, Some(owner), Some(owner)).unwrap();
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
