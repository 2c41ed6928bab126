//! Docker's CLI plugin, where it was set up.

use super::finding::Finding;
use crate::commands::docker_hooks::obstacle;
use crate::docker::config::{ConfigEditor, Hooks};
use crate::docker::plugin;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::program_link::{Found, find_link};
use crate::text::display_path;

const CHECK: &str = "plugin";

/// A file that can't be read has a finding already.
pub(super) fn finding(environment: &Environment) -> Option<Finding> {
    let editor = ConfigEditor::docker(environment).ok()?;
    if !editor.has_plugin().ok()? {
        return None;
    }
    let (config, link) = (display_path(editor.path()), plugin::link(editor.path()));
    let found = find_link(&link);
    let link = display_path(&link);
    let set_up = |yes| Hint::run(format_args!("docker-credential-atcr configure-docker --plugin{yes}"));
    Some(match (found, editor.hooks().ok()?) {
        (Found::Nothing | Found::Other, _) => {
            Finding::warning(CHECK, format!("{config} names the plugin {link}, which is not this program"), set_up(""))
        }
        (Found::Outdated, _) => Finding::warning(CHECK, format!("{link} leads to another program"), set_up("")),
        (Found::ThisProgram, Hooks::Off) => {
            Finding::warning(CHECK, format!("features.hooks is off in {config}"), set_up(" --yes"))
        }
        (Found::ThisProgram, Hooks::Unset) => {
            Finding::warning(CHECK, format!("features.hooks is not set in {config}"), set_up(""))
        }
        (Found::ThisProgram, Hooks::On) => match obstacle(environment) {
            Some(obstacle) => Finding::warning(CHECK, obstacle.to_string(), obstacle.hint()),
            None => Finding::ok(CHECK, format!("Docker says why a push was denied ({config})")),
        },
    })
}
