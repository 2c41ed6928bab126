//! What went wrong, in words for a person and for the program that asked.

use std::fmt;

use crate::text::sanitize;

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
pub struct Error {
    /// What the caller does with it.
    pub kind: Kind,
    /// What failed, on which file or host, and why.
    pub message: String,
    /// What fixes it.
    pub hint: Option<Hint>,
}

impl Error {
    /// A failure without a hint.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { kind: Kind::Failed, message: plain(message), hint: None }
    }

    /// Nobody is logged in at `host`.
    #[must_use]
    pub fn not_logged_in(host: &str) -> Self {
        let failure = Self { kind: Kind::NotLoggedIn, ..Self::new(format_args!("not logged in to {host}")) };
        failure.run(format_args!("docker-credential-atcr login {host}"))
    }

    /// Nobody is logged in, at whatever registry.
    #[must_use]
    pub fn nobody_logged_in() -> Self {
        Self::new("nobody is logged in").run("docker-credential-atcr login")
    }

    /// Something else was given where a device secret is to be stored, such as a password.
    #[must_use]
    pub fn not_a_device_secret(host: &str) -> Self {
        Self::new("only device secrets (atcr_device_...) are kept, not passwords").hint(format_args!(
            "run: docker-credential-atcr login {host}, or set ATCR_HANDLE, ATCR_APP_PASSWORD and ATCR_REGISTRY={host}"
        ))
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

    /// Adds the command that fixes it.
    #[must_use]
    pub fn run(self, command: impl fmt::Display) -> Self {
        self.hint(Hint::run(command))
    }

    /// Adds what fixes it, in words where no command does.
    #[must_use]
    pub fn hint(self, hint: impl Into<Hint>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Message and hint on one line, for a program that shows one.
    #[must_use]
    pub fn line(&self) -> String {
        self.hint.as_ref().map_or_else(|| self.message.clone(), |hint| format!("{}; {hint}", self.message))
    }
}

/// What a person can do about a problem. Printed as it displays: `run: ` and the command, or the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A command line to type.
    Run(String),
    /// Anything else, for which no single command will do.
    Text(String),
}

impl Hint {
    /// A command line to type.
    pub fn run(command: impl fmt::Display) -> Self {
        Self::Run(plain(command))
    }

    /// Words, for what no single command does.
    pub fn text(text: impl fmt::Display) -> Self {
        Self::Text(plain(text))
    }
}

impl From<&str> for Hint {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Hint {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<fmt::Arguments<'_>> for Hint {
    fn from(text: fmt::Arguments<'_>) -> Self {
        Self::text(text)
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(command) => write!(f, "run: {command}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Without what drives a terminal: it may name a file, and a folder may be called anything.
fn plain(text: impl fmt::Display) -> String {
    let text = text.to_string();
    let lines: Vec<_> = text.split('\n').map(sanitize).collect();
    lines.join("\n")
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        // On one line, because parts of it may be another's words: a name in an archive can hold a line of its own.
        Self::new(sanitize(&format!("{error:#}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anothers_words_are_one_line_that_drives_no_terminal() {
        let error = anyhow::anyhow!("no number: a\n\u{1b}[2Jb").context("it can't be unpacked");
        assert_eq!(Error::from(error).line(), "it can't be unpacked: no number: a\u{fffd}\u{fffd}[2Jb");
    }
}
