//! What went wrong, in words for a person and for the program that asked.

use std::fmt;

use crate::credential_store::KeeperError;
use crate::docker::config as docker_config;
use crate::storage::accounts_file::ConfigError;
use crate::terminal::harmless;

/// What a caller does with a failure, apart from showing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// We looked, and there is no account: Docker's clients go on anonymously.
    NotLoggedIn,
    /// The call itself can't be understood: exit code 2 for a person.
    Usage,
    /// The person did not want it after all: exit code 130, and nothing to say to who knows it.
    Cancelled,
    /// Anything else.
    Failed,
}

/// The exit code of what a person cancelled: 128 and the number of Ctrl-C's signal, as shells count.
pub const CANCELLED: u8 = 130;

/// A failure: what was attempted and why it failed, in lower case and without a full stop; apart from it the hint,
/// which says what mends it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What the caller does with it.
    pub kind: Kind,
    /// What failed, on which file or host, and why.
    pub message: String,
    /// What mends it; a command that can be typed where there is one.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { kind: Kind::Failed, message: plain(message), hint: None }
    }

    /// Nobody is logged in at `host`.
    #[must_use]
    pub fn not_logged_in(host: &str) -> Self {
        let failure = Self { kind: Kind::NotLoggedIn, ..Self::new(format_args!("not logged in to {host}")) };
        failure.hint(format_args!("run: docker-credential-atcr login {host}"))
    }

    /// A call that can't be understood, or that lacks what only a person at a terminal could be asked.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self { kind: Kind::Usage, ..Self::new(message) }
    }

    /// The person cancelled it, in a question or with Ctrl-C.
    #[must_use]
    pub fn cancelled() -> Self {
        Self { kind: Kind::Cancelled, ..Self::new("cancelled") }
    }

    /// Adds what mends it.
    #[must_use]
    pub fn hint(self, hint: impl fmt::Display) -> Self {
        Self { hint: Some(plain(hint)), ..self }
    }

    /// Message and hint on one line, for a program that shows one.
    #[must_use]
    pub fn line(&self) -> String {
        self.hint.as_ref().map_or_else(|| self.message.clone(), |hint| format!("{}; {hint}", self.message))
    }
}

/// Without what drives a terminal: it may name a file, and a folder may be called anything.
fn plain(text: impl fmt::Display) -> String {
    let text = text.to_string();
    let lines: Vec<_> = text.split('\n').map(harmless).collect();
    lines.join("\n")
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let failure = Self::new(&error);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<KeeperError> for Failure {
    fn from(error: KeeperError) -> Self {
        Self::new(&error).hint(error.hint())
    }
}

impl From<docker_config::Error> for Failure {
    fn from(error: docker_config::Error) -> Self {
        let failure = Self::new(&error);
        match error {
            docker_config::Error::Changed { .. } => failure.hint("run the command again"),
            docker_config::Error::Broken { .. } => failure.hint("nothing was changed; mend the file first"),
            _ => failure,
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        // On one line, because parts of it may be another's words: a name in an archive can hold a line of its own.
        Self::new(harmless(&format!("{error:#}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anothers_words_are_one_line_that_drives_no_terminal() {
        let error = anyhow::anyhow!("no number: a\n\u{1b}[2Jb").context("it can't be unpacked");
        assert_eq!(Failure::from(error).line(), "it can't be unpacked: no number: a\u{fffd}\u{fffd}[2Jb");
    }
}
