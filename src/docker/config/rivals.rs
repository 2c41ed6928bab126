//! Passwords that other clients keep in plain text for themselves, and use instead of a credential helper.

use std::path::PathBuf;

use super::client::Client;
use super::entries::Entries;
use super::file;
use super::json_span::{FormatError, decode};
use super::paths;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::text::{display_path, sanitize_name, shell_word};

/// Where a client finds a password before it asks a helper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rival {
    Helm(PathBuf),
    Regctl(PathBuf),
    /// `DOCKER_AUTH_CONFIG`, which Docker prefers from 28.3 on, and GitLab sets.
    Variable,
}

/// Those that have a password for `host`. What can't be read or parsed is none: its own client reports that.
pub(crate) fn rivals(environment: &Environment, host: &str) -> Vec<Rival> {
    let mut rivals = Vec::new();
    if let Some(path) = paths::helm(environment).filter(|path| read(path, |file| file.plaintext_auths(host))) {
        rivals.push(Rival::Helm(path));
    }
    if let Some(path) = paths::regctl(environment).filter(|path| read(path, |file| file.plaintext_hosts(host))) {
        rivals.push(Rival::Regctl(path));
    }
    let variable = environment.docker_auth_config();
    if variable.is_some_and(|text| has_any(text.expose(), |variable| variable.plaintext_auths(host))) {
        rivals.push(Rival::Variable);
    }
    rivals
}

type Keys = Result<Vec<String>, FormatError>;

fn read(path: &std::path::Path, keys: impl FnOnce(&Entries<'_>) -> Keys) -> bool {
    let Ok(Some(bytes)) = file::read(path) else { return false };
    decode(&bytes).is_ok_and(|text| has_any(text, keys))
}

fn has_any(text: &str, keys: impl FnOnce(&Entries<'_>) -> Keys) -> bool {
    let found = Entries::parse(text, Client::Docker, false).and_then(|entries| keys(&entries));
    found.is_ok_and(|keys| !keys.is_empty())
}

impl Rival {
    pub(crate) fn warning(&self, host: &str) -> String {
        let host = sanitize_name(host);
        match self {
            Self::Helm(path) => {
                format!("{} contains a plain-text password for {host} that helm uses instead", display_path(path))
            }
            Self::Regctl(path) => {
                format!("{} contains a plain-text password for {host} that regctl uses instead", display_path(path))
            }
            Self::Variable => {
                format!("DOCKER_AUTH_CONFIG contains a password for {host} that Docker (from 28.3 on) uses instead")
            }
        }
    }

    /// The command that removes it.
    pub(crate) fn fix(&self, host: &str) -> Hint {
        let host = shell_word(host);
        match self {
            Self::Helm(_) => Hint::run(format_args!("helm registry logout {host}")),
            Self::Regctl(_) => Hint::run(format_args!("regctl registry logout {host}")),
            Self::Variable => Hint::run("unset DOCKER_AUTH_CONFIG"),
        }
    }
}
