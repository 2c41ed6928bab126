//! The programs `docker-credential-atcr-HANDLE` that entries for one account name: links to this program on `PATH`.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

use super::targets::Entry;
use crate::commands::path_lookup;
use crate::commands::program_place::sudo_for;
use crate::docker::config::{ConfigEditor, ConfiguredHelper};
use crate::domain::HelperName;
use crate::error::Error;
use crate::platform::environment::Environment;
use crate::platform::executable::{NAME, PathLookup, absolute_folders, find, look_up};
use crate::platform::program_link::{Found, find_link, is_link_of_ours, leads_to_no_other, make_link, remove_link};
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, shell_quote};

/// Refuses to name a program in a config file that is none of ours, and would be asked for secrets, or given them.
pub(super) fn refuse_others(entries: &[Entry], environment: &Environment) -> Result<(), Error> {
    let accounts = entries.iter().filter(|entry| matches!(entry.helper, HelperName::Account(_)));
    let mut programs = accounts.filter_map(|entry| find(&entry.helper.program(), environment.search_path().as_deref()));
    match programs.find(|program| find_link(program) == Found::Other) {
        None => Ok(()),
        Some(other) => {
            let error = Error::new(format_args!("{} is not {NAME}", shell_quote(&other)));
            Err(error.hint(path_lookup::set_aside(&other)))
        }
    }
}

/// Makes those that are missing, or says how.
pub(super) fn make<'a>(entries: impl IntoIterator<Item = &'a Entry>, environment: &Environment) {
    let mut programs = Vec::new();
    for entry in entries {
        let program = entry.helper.program();
        if matches!(entry.helper, HelperName::Account(_)) && !programs.contains(&program) {
            make_one(&program, environment);
            programs.push(program);
        }
    }
}

fn make_one(program: &str, environment: &Environment) {
    let lookup = look_up(environment.search_path().as_deref());
    let link = find(program, environment.search_path().as_deref()).or_else(|| beside(&lookup, program));
    let made = link.map(|link| make_link(&link, &lookup).map(|is_new| (link, is_new)));
    match made {
        Some(Ok((link, is_new))) => {
            let now = if is_new { "now " } else { "" };
            print_status(format!("{} {program} is {now}on PATH ({}).", Mark::Good, display_path(&link)));
        }
        None | Some(Err(_)) => {
            if let Some((problem, fix)) = path_lookup::helper_problem(program, environment) {
                print_status(format!("{} {problem}.\n  {fix}", Mark::Warning));
            }
        }
    }
}

/// In the folder in which this program is found.
fn beside(lookup: &PathLookup, program: &str) -> Option<PathBuf> {
    match lookup {
        PathLookup::Current(found) | PathLookup::Shadowed { found, .. } => {
            Some(found.with_file_name(format!("{program}{EXE_SUFFIX}")))
        }
        PathLookup::NotFound { .. } => None,
    }
}

/// Removes those of these names (`atcr-HANDLE`) that no file names any more. What others' files may name, which nobody can look
/// at, stays.
pub(super) fn remove_unused(names: &[String], environment: &Environment) {
    let Some(used) = used(environment) else { return };
    for name in names.iter().filter(|name| !used.contains(name)) {
        if let Some(link) = link(&format!("docker-credential-{name}"), environment) {
            let is_removed = is_own(&link, environment) && remove_link(&link).is_ok();
            print_status(if is_removed { removed(&link) } else { stays(&link) });
        }
    }
}

/// The first on `PATH`, also where it leads to nothing.
fn link(program: &str, environment: &Environment) -> Option<PathBuf> {
    let search_path = environment.search_path()?;
    let mut places = absolute_folders(&search_path).map(|folder| folder.join(format!("{program}{EXE_SUFFIX}")));
    places.find(|place| is_link_of_ours(place))
}

/// Whether no other user, no job with a `DOCKER_CONFIG` of its own and no other installation needs the link.
fn is_own(link: &Path, environment: &Environment) -> bool {
    let is_at_home = environment.home.as_ref().is_some_and(|home| link.starts_with(home));
    is_at_home && environment.docker_config.is_none() && leads_to_no_other(link)
}

fn removed(link: &Path) -> String {
    format!("{} Removed {}.", Mark::Good, display_path(link))
}

fn stays(link: &Path) -> String {
    let remove = if cfg!(windows) { "del".to_owned() } else { format!("{}rm", sudo_for(link)) };
    let (shown, link) = (display_path(link), shell_quote(link));
    format!("  {shown} stays, as others may use it; to remove it, run: {remove} {link}")
}

/// Also in the usual config.json, where `DOCKER_CONFIG` names another one. `None`: a file can't be read.
fn used(environment: &Environment) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut usual = environment.clone();
    usual.docker_config = None;
    let dockers = [ConfigEditor::docker(environment), ConfigEditor::docker(&usual)];
    for editor in dockers.into_iter().chain(ConfigEditor::podman(environment)) {
        let editor = editor.ok()?;
        for key in editor.atcr_hosts().ok()? {
            names.extend(name_at(&editor, &key));
        }
    }
    Some(names)
}

/// The name of the helper for one account that an entry has.
pub(super) fn name_at(editor: &ConfigEditor, key: &str) -> Option<String> {
    match editor.state(key).ok()?.helper {
        ConfiguredHelper::OneAccount { name, .. } => Some(name),
        _ => None,
    }
}
