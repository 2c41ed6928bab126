//! Whether Docker finds this program.

use std::path::Path;

use super::finding::Finding;
use crate::platform::executable::{NAME, Place};
use crate::terminal::shown;

const CHECK: &str = "program";

pub(super) fn findings(place: &Place) -> Vec<Finding> {
    vec![match place {
        Place::This(path) => Finding::ok(CHECK, format!("{NAME} is on PATH: {}", shown(path))),
        Place::Missing { running } => {
            Finding::problem(CHECK, format!("{NAME} is not on PATH, so Docker can't run it"), put(running.as_deref()))
        }
        Place::Other { found, running } => {
            let message = format!("Docker runs {}, another file than this one, {}", shown(found), shown(running));
            Finding::warning(CHECK, message, replace(found, running))
        }
    }]
}

fn put(running: Option<&Path>) -> String {
    let Some(running) = running else {
        return format!("put {NAME} into a folder that is on PATH");
    };
    if cfg!(windows) {
        let folder = running.parent().map(shown).unwrap_or_default();
        format!("setx PATH \"%PATH%;{folder}\"")
    } else {
        format!("sudo ln -s \"{}\" /usr/local/bin/{NAME}", shown(running))
    }
}

fn replace(found: &Path, running: &Path) -> String {
    let (found, running) = (shown(found), shown(running));
    if cfg!(windows) {
        format!("copy \"{running}\" \"{found}\"")
    } else {
        format!("sudo ln -sf \"{running}\" \"{found}\"")
    }
}
