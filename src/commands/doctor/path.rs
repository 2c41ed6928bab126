//! Whether Docker finds this program.

use std::path::Path;

use super::finding::Finding;
use crate::platform::executable::{NAME, PathLookup};
use crate::text::display_path;

const CHECK: &str = "program";

pub(super) fn findings(place: &PathLookup) -> Vec<Finding> {
    vec![match place {
        PathLookup::Current(path) => Finding::ok(CHECK, format!("{NAME} is on PATH: {}", display_path(path))),
        PathLookup::NotFound { running } => {
            Finding::problem(CHECK, format!("{NAME} is not on PATH, so Docker can't run it"), put(running.as_deref()))
        }
        PathLookup::Shadowed { found, running } => {
            let message =
                format!("Docker runs {}, another file than this one, {}", display_path(found), display_path(running));
            Finding::warning(CHECK, message, replace(found, running))
        }
    }]
}

fn put(running: Option<&Path>) -> String {
    let Some(running) = running else {
        return format!("put {NAME} into a folder that is on PATH");
    };
    if cfg!(windows) {
        let folder = running.parent().map(display_path).unwrap_or_default();
        format!("setx PATH \"%PATH%;{folder}\"")
    } else {
        format!("sudo ln -s \"{}\" /usr/local/bin/{NAME}", display_path(running))
    }
}

fn replace(found: &Path, running: &Path) -> String {
    let (found, running) = (display_path(found), display_path(running));
    if cfg!(windows) {
        format!("copy \"{running}\" \"{found}\"")
    } else {
        format!("sudo ln -sf \"{running}\" \"{found}\"")
    }
}
