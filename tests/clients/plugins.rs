//! Docker's CLI plugins, where the CLI of a test finds them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::installed;
use crate::support::Home;

/// Puts the one that `.ci/clients` got into the home; without one, the test is skipped or goes on without.
pub fn install(home: &Home, name: &str) {
    if let Some(plugin) = installed::fetched(name).pop() {
        link(home, &plugin);
    }
}

/// Puts this one into the home.
pub fn link(home: &Home, plugin: &Path) {
    let folder = home.path(".docker/cli-plugins");
    fs::create_dir_all(&folder).unwrap();
    let link = folder.join(plugin.file_name().unwrap());
    if !link.exists() {
        symlink(plugin, link).unwrap();
    }
}
