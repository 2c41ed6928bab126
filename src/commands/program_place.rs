//! Where on `PATH` a link to this program can be made.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

use crate::platform::environment::Environment;
use crate::platform::executable::absolute_folders;
use crate::platform::fs::can_write;
use crate::platform::program_link::takes_links;

/// In the first folder that this user may write to of those that `PATH` has for programs of the machine or of the user;
/// else in the first of them. `None`: `PATH` has no such folder that takes links, or a link would be a copy, which the next
/// update would not reach.
pub(super) fn link_place(program: &str, environment: &Environment) -> Option<PathBuf> {
    if cfg!(windows) {
        return None;
    }
    let folders = folders(environment);
    let folder = folders.iter().find(|folder| can_write(folder)).or_else(|| folders.first())?;
    Some(folder.join(format!("{program}{EXE_SUFFIX}")))
}

fn folders(environment: &Environment) -> Vec<PathBuf> {
    let home = environment.home.clone().unwrap_or_default();
    let on_path: Vec<PathBuf> = environment.search_path().iter().flat_map(|path| absolute_folders(path)).collect();
    let usual = ["/usr/local/bin".into(), home.join(".local/bin")];
    let is_in_home = |folder: &PathBuf| environment.home.is_some() && folder.starts_with(&home);
    let mut folders: Vec<PathBuf> = usual.into_iter().filter(|folder| on_path.contains(folder)).collect();
    folders.extend(on_path.into_iter().filter(is_in_home));
    folders.retain(|folder| folder.is_dir() && takes_links(folder));
    folders
}

/// What a command begins with that changes this entry of a folder.
pub(super) fn sudo_for(path: &Path) -> &'static str {
    if path.parent().is_some_and(can_write) { "" } else { "sudo " }
}
