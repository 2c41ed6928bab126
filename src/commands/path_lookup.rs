//! Whether Docker finds this program, in words.

use std::path::Path;

use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::executable::{NAME, PathLookup, find, look_up};
use crate::platform::program_link::{Found, find_link};
use crate::text::{display_path, sanitize, shell_quote};

pub(super) fn not_on_path(program: &str) -> String {
    format!("{} is not on PATH, so Docker can't run it", sanitize(program))
}

/// What puts this program where Docker finds it.
pub(super) fn fix(lookup: &PathLookup) -> Option<Hint> {
    match lookup {
        PathLookup::Current(_) => None,
        PathLookup::NotFound { running: Some(running) } => Some(add(running, NAME)),
        PathLookup::NotFound { running: None } => Some(put(NAME)),
        PathLookup::Shadowed { found, running } => Some(replace(found, running)),
    }
}

/// What keeps a helper for one account, which is this program under another name, from being found, and what fixes it.
pub(super) fn helper_problem(program: &str, environment: &Environment) -> Option<(String, Hint)> {
    let lookup = look_up(environment.search_path().as_deref());
    let Some(path) = find(program, environment.search_path().as_deref()) else {
        return Some((not_on_path(program), helper_fix(program, &lookup)));
    };
    match find_link(&path) {
        Found::ThisProgram => None,
        // Another version of this program knows the account too.
        Found::Outdated if path.exists() => None,
        Found::Nothing | Found::Outdated | Found::Other => {
            Some((format!("{} is not {NAME}", shell_quote(&path)), set_aside(&path, "sudo ")))
        }
    }
}

/// What gives a name back that another program has.
pub(super) fn set_aside(path: &Path, sudo: &str) -> Hint {
    let (from, to) = (shell_quote(path), shell_quote(&path.with_added_extension("old")));
    if cfg!(windows) {
        Hint::run(format_args!("move {from} {to}"))
    } else {
        Hint::run(format_args!("{sudo}mv {from} {to}"))
    }
}

/// A link beside the program, by whichever name Docker finds that.
fn helper_fix(program: &str, lookup: &PathLookup) -> Hint {
    match lookup {
        PathLookup::Current(found) | PathLookup::Shadowed { found, .. } if cfg!(windows) => {
            let copy = found.with_file_name(format!("{program}.exe"));
            Hint::run(format_args!("copy \"{}\" \"{}\"", display_path(found), display_path(&copy)))
        }
        PathLookup::Current(found) | PathLookup::Shadowed { found, .. } => {
            let link = found.with_file_name(program);
            Hint::run(format_args!("sudo ln -s {} {}", shell_quote(found), shell_quote(&link)))
        }
        PathLookup::NotFound { running: Some(running) } => add(running, program),
        PathLookup::NotFound { running: None } => put(program),
    }
}

fn put(program: &str) -> Hint {
    Hint::text(format_args!("put {program} into a folder that is on PATH"))
}

fn add(running: &Path, program: &str) -> Hint {
    if cfg!(windows) {
        add_to_windows_path(&running.parent().map(display_path).unwrap_or_default())
    } else {
        let link = Path::new("/usr/local/bin").join(program);
        Hint::run(format_args!("sudo ln -s {} {}", shell_quote(running), shell_quote(&link)))
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

fn replace(found: &Path, running: &Path) -> Hint {
    if cfg!(windows) {
        Hint::run(format_args!("copy \"{}\" \"{}\"", display_path(running), display_path(found)))
    } else {
        Hint::run(format_args!("sudo ln -sf {} {}", shell_quote(running), shell_quote(found)))
    }
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
