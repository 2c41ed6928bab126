//! `completion --install`: the script in the folder where the shell looks for its user's completions.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap_complete::Shell;

use crate::app::App;
use crate::commands::path_lookup::set_aside;
use crate::commands::shell_path::zsh_file;
use crate::error::Error;
use crate::platform::environment::Environment;
use crate::platform::executable::NAME;
use crate::platform::fs::{
    OpenError, Trusted, create_private_folder, lock_folder, refuse_hard_links, remove_leftovers, replace,
};
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, shell_quote};

/// zsh has no folder of its own for this; that one is usual.
const ZSH_FOLDER: &str = ".zfunc";

/// In bytes: far more than a script has.
const LONGEST: u64 = 1024 * 1024;

/// Writing takes milliseconds, also on a slow disk.
const LOCK_WAIT: Duration = Duration::from_secs(10);

pub(super) fn install(shell: Shell, script: &str, app: &App) -> Result<(), Error> {
    let home = app.environment.home.as_deref().ok_or_else(|| Error::new("there is no home folder"))?;
    let path = place(shell, home, &app.environment).ok_or_else(|| nowhere(shell))?;
    if path.is_relative() {
        return Err(relative_home());
    }
    write(&path, script)?;
    print_status(format!("{} The completion for {shell} is in {}.", Mark::Good, display_path(&path)));
    print_status(format!("  {}", next_step(shell, home, &app.environment)));
    Ok(())
}

fn place(shell: Shell, home: &Path, environment: &Environment) -> Option<PathBuf> {
    Some(match shell {
        Shell::Bash => {
            let data = || absolute(environment.data_home()).unwrap_or_else(|| home.join(".local/share"));
            let own = absolute(environment.bash_completion()).unwrap_or_else(|| data().join("bash-completion"));
            own.join("completions/docker-credential-atcr")
        }
        Shell::Zsh => home.join(ZSH_FOLDER).join("_docker-credential-atcr"),
        Shell::Fish => {
            let config = absolute(environment.config_home()).unwrap_or_else(|| home.join(".config"));
            config.join("fish/completions/docker-credential-atcr.fish")
        }
        _ => return None,
    })
}

/// The XDG Base Directory Specification has relative paths ignored.
fn absolute(folder: Option<PathBuf>) -> Option<PathBuf> {
    folder.filter(|folder| folder.is_absolute())
}

/// It would be another place in every folder, where no shell looks.
fn relative_home() -> Error {
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    Error::new(format_args!("{variable} is relative to the current folder"))
        .hint(format_args!("set {variable} to an absolute path"))
}

fn nowhere(shell: Shell) -> Error {
    let error = Error::usage(format_args!("{shell} has no folder for completions"));
    let (file, line) = match shell {
        Shell::Elvish => ("rc.elv", "eval (docker-credential-atcr completion elvish | slurp)"),
        _ => ("$PROFILE", "docker-credential-atcr completion powershell | Out-String | iex"),
    };
    error.hint(format_args!("add this line to {file}: {line}"))
}

/// Through links, as of those who keep such files elsewhere. Nothing but a script of this program is replaced.
fn write(path: &Path, script: &str) -> Result<(), Error> {
    let failed = |error| unwritable(path, error);
    let place = Trusted::find_to_edit(path).map_err(failed)?;
    let present = place.read(LONGEST).map_err(failed)?.unwrap_or_default();
    if !present.is_empty() && !is_ours(&String::from_utf8_lossy(&present)) {
        let error = Error::new(format_args!("{}: another completion script is there already", display_path(path)));
        return Err(Error { hint: Some(set_aside(path)), ..error });
    }
    place.check_creation().map_err(failed)?;
    put(&place, script).map_err(|error| failed(error.into()))
}

fn put(place: &Trusted, script: &str) -> io::Result<()> {
    let path = place.path();
    let folder = path.parent().unwrap_or(path);
    create_private_folder(folder)?;
    place.found().map_or(Ok(()), refuse_hard_links)?;
    // zsh takes what a killed process leaves here for one more script. Of one that is writing it is none.
    let _lock = lock_folder(folder, LOCK_WAIT);
    remove_leftovers(&[path]);
    replace(path, script.as_bytes(), place.found())
}

/// Each script asks this program for what may come next.
fn is_ours(script: &str) -> bool {
    script.contains(NAME) && script.contains(" __complete ")
}

fn unwritable(path: &Path, error: OpenError) -> Error {
    match error {
        OpenError::Untrusted(untrusted) => untrusted.into(),
        OpenError::Failed(error) => Error::new(format_args!("{}: can't be written: {error}", display_path(path))),
    }
}

fn next_step(shell: Shell, home: &Path, environment: &Environment) -> String {
    match shell {
        Shell::Bash => "bash finds it where the package bash-completion is installed; open a new shell.".to_owned(),
        Shell::Zsh => {
            let folder = shell_quote(&home.join(ZSH_FOLDER));
            let file = zsh_file(environment);
            format!(
                "Add this line to the end of {file}, unless it is there, and open a new shell: \
                 fpath+=({folder}); autoload -Uz compinit && compinit"
            )
        }
        _ => "Open a new shell.".to_owned(),
    }
}
