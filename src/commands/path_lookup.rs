//! Whether Docker finds this program, in words.

use std::path::Path;

use crate::error::Hint;
use crate::platform::executable::{NAME, PathLookup};
use crate::text::{display_path, shell_quote};

pub(super) fn not_on_path() -> String {
    format!("{NAME} is not on PATH, so Docker can't run it")
}

/// What puts this program where Docker finds it.
pub(super) fn fix(lookup: &PathLookup) -> Option<Hint> {
    match lookup {
        PathLookup::Current(_) => None,
        PathLookup::NotFound { running: Some(running) } => Some(add(running)),
        PathLookup::NotFound { running: None } => {
            Some(Hint::text(format_args!("put {NAME} into a folder that is on PATH")))
        }
        PathLookup::Shadowed { found, running } => Some(replace(found, running)),
    }
}

fn add(running: &Path) -> Hint {
    if cfg!(windows) {
        let folder = running.parent().map(display_path).unwrap_or_default();
        Hint::run(format_args!("setx PATH \"%PATH%;{folder}\""))
    } else {
        Hint::run(format_args!("sudo ln -s {} /usr/local/bin/{NAME}", shell_quote(running)))
    }
}

fn replace(found: &Path, running: &Path) -> Hint {
    if cfg!(windows) {
        Hint::run(format_args!("copy \"{}\" \"{}\"", display_path(running), display_path(found)))
    } else {
        Hint::run(format_args!("sudo ln -sf {} {}", shell_quote(running), shell_quote(found)))
    }
}
