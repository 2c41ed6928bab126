//! How a folder comes onto PATH in a person's shell.

use std::path::Path;

use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::text::shell_quote;

/// In the file that the shell reads when a session starts: another shell's has no effect.
pub(super) fn advice(folder: &Path, environment: &Environment) -> Hint {
    let folder = shell_quote(folder);
    let export = format!("export PATH=\"$PATH\":{folder}");
    match &*environment.shell() {
        // It keeps that by itself.
        "fish" => Hint::run(format_args!("fish_add_path {folder}")),
        "zsh" => match environment.zsh_folder() {
            Some(own) => line(&shell_quote(&own.join(".zprofile")), &export),
            None => line("~/.zprofile", &export),
        },
        "csh" | "tcsh" => line("~/.cshrc", &format!("setenv PATH \"$PATH\":{folder}")),
        _ => line("~/.profile", &export),
    }
}

fn line(file: &str, line: &str) -> Hint {
    Hint::text(format_args!("add this line to {file}, and start a new session: {line}"))
}
