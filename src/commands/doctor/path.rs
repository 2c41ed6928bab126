//! Whether Docker finds this program.

use std::path::Path;

use super::finding::Finding;
use crate::error::Hint;
use crate::platform::executable::{NAME, PathLookup};
use crate::text::{display_path, shell_quote};

const CHECK: &str = "program";

pub(super) fn findings(place: &PathLookup) -> Vec<Finding> {
    vec![match place {
        PathLookup::Current(path) => Finding::ok(CHECK, format!("{NAME} is on PATH: {}", display_path(path))),
        PathLookup::NotFound { running } => {
            Finding::problem(CHECK, format!("{NAME} is not on PATH, so Docker can't run it"), add(running.as_deref()))
        }
        PathLookup::Shadowed { found, running } => {
            let message =
                format!("Docker runs {}, which is not this program, {}", display_path(found), display_path(running));
            Finding::warning(CHECK, message, replace(found, running))
        }
    }]
}

fn add(running: Option<&Path>) -> Hint {
    let Some(running) = running else {
        return Hint::text(format_args!("put {NAME} into a folder that is on PATH"));
    };
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
