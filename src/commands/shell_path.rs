//! How a folder comes onto PATH in a person's shell.

use std::path::Path;

use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::text::shell_quote;

/// After the folders that are there.
pub(super) fn append(folder: &Path, environment: &Environment) -> Hint {
    let folder = shell_quote(folder);
    advice(&folder, &format!("\"$PATH\":{folder}"), environment)
}

/// Before them, as another of them has a program of the name.
pub(super) fn prepend(folder: &Path, environment: &Environment) -> Hint {
    let folder = shell_quote(folder);
    advice(&folder, &format!("{folder}:\"$PATH\""), environment)
}

/// In the file that the shell reads, as install.sh does: another shell's has no effect.
fn advice(folder: &str, path: &str, environment: &Environment) -> Hint {
    let export = format!("export PATH={path}");
    match &*environment.shell() {
        // It keeps that by itself, before the others.
        "fish" => Hint::run(format_args!("fish_add_path {folder}")),
        "zsh" => line(&zsh_file(environment), &export),
        "csh" | "tcsh" => line("~/.cshrc", &format!("setenv PATH {path}")),
        _ => line("~/.profile", &export),
    }
}

/// What an interactive zsh reads.
pub(super) fn zsh_file(environment: &Environment) -> String {
    environment.zsh_folder().map_or_else(|| "~/.zshrc".to_owned(), |own| shell_quote(&own.join(".zshrc")))
}

fn line(file: &str, line: &str) -> Hint {
    Hint::text(format_args!("add this line to {file}, and start a new session: {line}"))
}
