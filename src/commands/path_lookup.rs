//! Whether Docker finds this program, in words.

use std::path::{Path, PathBuf};

use super::other_program::{Refusal, ask};
use super::program_place::{link_place, sudo_for};
use super::shell_path;
use crate::cli::help::command;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::executable::{NAME, PathLookup, find, look_up};
use crate::platform::fs;
use crate::platform::program_link::{Found, find_link, takes_links};
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, sanitize, shell_quote};

/// What Docker runs as its helper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DockersHelper {
    /// This program, or one of the same version.
    This(PathBuf),
    /// This program in another version, in a sentence.
    Other(String),
    /// Nothing that works, in a sentence.
    None(String),
}

impl DockersHelper {
    pub(super) fn of(lookup: &PathLookup) -> Self {
        let (found, running) = match lookup {
            PathLookup::Current(path) => return Self::This(path.clone()),
            PathLookup::NotFound { .. } => return Self::None(not_on_path(NAME)),
            PathLookup::Shadowed { found, running } => (found, display_path(running)),
        };
        let shown = display_path(found);
        match ask(found, &["version"]) {
            Ok(version) if version.trim_end() == command().render_version().trim_end() => Self::This(found.clone()),
            Ok(version) if version.starts_with(NAME) => {
                Self::Other(format!("Docker runs {shown}, which is not this program, {running}"))
            }
            Ok(_) => Self::None(format!("Docker runs {shown}, which is not {NAME}")),
            Err(Refusal { reason, .. }) => Self::None(format!("Docker runs {shown}, which does not work: {reason}")),
        }
    }
}

/// Says what keeps Docker from running this program, and what fixes it. Where nothing does, returns what Docker runs.
pub(super) fn warn(environment: &Environment) -> Option<PathBuf> {
    let lookup = look_up(environment.search_path().as_deref());
    match DockersHelper::of(&lookup) {
        DockersHelper::This(found) => Some(found),
        DockersHelper::Other(problem) | DockersHelper::None(problem) => {
            print_status(format!("{} {problem}.", Mark::Warning));
            if let Some(fix) = fix(&lookup, environment) {
                print_status(format!("  {fix}"));
            }
            None
        }
    }
}

/// What kept Docker from asking this program just now.
pub(super) fn not_asked(environment: &Environment) -> Option<String> {
    let lookup = look_up(environment.search_path().as_deref());
    if !lookup.is_found() {
        return Some(format!("{NAME} is not on PATH, so Docker could not run it"));
    }
    match DockersHelper::of(&lookup) {
        DockersHelper::None(problem) => Some(problem),
        DockersHelper::This(_) | DockersHelper::Other(_) => None,
    }
}

/// What keeps Docker from finding any program of this name, and what fixes it.
pub(super) fn missing(environment: &Environment) -> Option<(String, Option<Hint>)> {
    let lookup = look_up(environment.search_path().as_deref());
    if lookup.is_found() { None } else { Some((not_on_path(NAME), fix(&lookup, environment))) }
}

fn not_on_path(program: &str) -> String {
    format!("{} is not on PATH, so Docker can't run it", sanitize(program))
}

/// What puts this program where Docker finds it.
pub(super) fn fix(lookup: &PathLookup, environment: &Environment) -> Option<Hint> {
    match lookup {
        PathLookup::Current(_) => None,
        PathLookup::NotFound { running: Some(running) } => Some(add(running, NAME, environment)),
        PathLookup::NotFound { running: None } => Some(put(NAME)),
        PathLookup::Shadowed { found, running } => Some(replace(found, running, environment)),
    }
}

/// What keeps a helper for one account, which is this program under another name, from being found, and what fixes it.
pub(super) fn helper_problem(program: &str, environment: &Environment) -> Option<(String, Hint)> {
    let lookup = look_up(environment.search_path().as_deref());
    let Some(path) = find(program, environment.search_path().as_deref()) else {
        return Some((not_on_path(program), helper_fix(program, &lookup, environment)));
    };
    match find_link(&path) {
        Found::ThisProgram => None,
        // Another version of this program knows the account too.
        Found::Outdated if path.exists() => None,
        Found::Nothing | Found::Outdated | Found::Other => {
            Some((format!("{} is not {NAME}", shell_quote(&path)), set_aside(&path)))
        }
    }
}

/// What gives a name back that another program has.
pub(super) fn set_aside(path: &Path) -> Hint {
    let folder = path.parent().unwrap_or(path);
    if fs::is_read_only(folder) {
        return Hint::text(format_args!("rename it where {} is written: it is read-only here", display_path(folder)));
    }
    Hint::run(move_aside(path))
}

fn move_aside(path: &Path) -> String {
    format!("{}{}", if cfg!(windows) { "" } else { sudo_for(path) }, fs::move_aside(path, "old"))
}

/// The command for a link, in the place of what has its name.
fn make_link(target: &Path, link: &Path) -> Hint {
    let aside = if link.symlink_metadata().is_ok() { move_aside(link) + " && " } else { String::new() };
    Hint::run(format_args!("{aside}{}ln -s {} {}", sudo_for(link), shell_quote(target), shell_quote(link)))
}

/// A link beside the program, by whichever name Docker finds that.
fn helper_fix(program: &str, lookup: &PathLookup, environment: &Environment) -> Hint {
    match lookup {
        PathLookup::Current(found) | PathLookup::Shadowed { found, .. } if cfg!(windows) => {
            let copy = found.with_file_name(format!("{program}.exe"));
            Hint::run(format_args!("copy \"{}\" \"{}\"", display_path(found), display_path(&copy)))
        }
        PathLookup::Current(found) | PathLookup::Shadowed { found, .. } if found.parent().is_some_and(takes_links) => {
            make_link(found, &found.with_file_name(program))
        }
        PathLookup::Current(found) | PathLookup::Shadowed { found, .. } => add(found, program, environment),
        PathLookup::NotFound { running: Some(running) } => add(running, program, environment),
        PathLookup::NotFound { running: None } => put(program),
    }
}

fn put(program: &str) -> Hint {
    Hint::text(format_args!("put {program} into a folder that is on PATH"))
}

fn add(running: &Path, program: &str, environment: &Environment) -> Hint {
    let folder = running.parent().unwrap_or(running);
    if cfg!(windows) {
        return add_to_windows_path(&display_path(folder));
    }
    match link_place(program, environment) {
        Some(link) => make_link(running, &link),
        None => shell_path::append(folder, environment),
    }
}

/// For the user alone, in PowerShell and in cmd. `setx PATH "%PATH%;..."` would cut PATH off after 1,024 characters and copy the
/// machine's part into the user's, and PowerShell knows no `%PATH%`. What one of the shells would replace can't be in a command
/// for both.
fn add_to_windows_path(folder: &str) -> Hint {
    if folder.contains(['$', '%', '`', '"']) {
        return Hint::text(format_args!(
            "add {folder} to Path: in Windows' settings, search for environment variables"
        ));
    }
    let folder = folder.replace('\'', "''");
    Hint::run(format_args!(
        "powershell -NoProfile -Command \"[Environment]::SetEnvironmentVariable('Path', \
         [Environment]::GetEnvironmentVariable('Path', 'User') + ';{folder}', 'User')\""
    ))
}

/// On Windows another copy on PATH may do, or else `doctor` says how to get one there.
fn replace(found: &Path, running: &Path, environment: &Environment) -> Hint {
    if cfg!(windows) {
        return set_aside(found);
    }
    if found.parent().is_some_and(takes_links) {
        return make_link(running, found);
    }
    shell_path::prepend(running.parent().unwrap_or(running), environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_path_is_added_to_in_both_shells() {
        let Hint::Run(command) = add_to_windows_path(r"C:\Users\Evan's Files\bin") else { panic!("no command") };
        assert_eq!(
            command,
            r#"powershell -NoProfile -Command "[Environment]::SetEnvironmentVariable('Path', [Environment]::GetEnvironmentVariable('Path', 'User') + ';C:\Users\Evan''s Files\bin', 'User')""#
        );
        for folder in [r"C:\a$b", r"C:\%a%", r"C:\a`b"] {
            assert!(matches!(add_to_windows_path(folder), Hint::Text(text) if text.contains(folder)), "{folder}");
        }
    }
}
