//! The one error that callers show: a message for a person, what kind it is for a program, and a hint.

use std::fmt;

use crate::text::{is_secret, redact_given, sanitize, shell_word, without_os_code};

/// What decides the exit code, and Docker's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There certainly is no account, or none that the image needs: Docker's clients go on anonymously.
    NotLoggedIn,
    /// No account can be used: it has expired, was rejected, or there is no choice between several. That only matters for an
    /// image of the user's own.
    NoUsableAccount,
    /// The command line is wrong, or lacks what only a person at a terminal could be asked.
    Usage,
    /// The user cancelled: exit 130, print nothing.
    Cancelled,
    Failed,
}

/// The exit code: 128 and the number of Ctrl-C's signal, as shells count.
pub const CANCELLED: u8 = 130;

/// How much is quoted of what was given, in characters: as much as a handle or a host may have.
const LONGEST_QUOTE: usize = 253;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub kind: Kind,
    /// What failed, on which file or host, and why: lower case, no full stop.
    pub message: String,
    /// What fixes it.
    pub hint: Option<Hint>,
}

impl Error {
    pub fn new(message: impl fmt::Display) -> Self {
        Self { kind: Kind::Failed, message: plain(message), hint: None }
    }

    pub fn not_logged_in(host: &str) -> Self {
        let error = Self { kind: Kind::NotLoggedIn, ..Self::new(format_args!("not logged in to {host}")) };
        error.run(format_args!("docker-credential-atcr login {}", shell_word(host)))
    }

    pub fn nobody_logged_in() -> Self {
        Self::new("nobody is logged in").run("docker-credential-atcr login")
    }

    /// Something else was given where a device secret is to be stored, such as a password.
    pub fn not_a_device_secret(host: &str) -> Self {
        let host = shell_word(host);
        Self::new("only device secrets (atcr_device_...) can be stored, not passwords").hint(format_args!(
            "for an app password, set ATCR_HANDLE, ATCR_APP_PASSWORD and ATCR_REGISTRY={host}; to log in, run: \
             docker-credential-atcr login {host}"
        ))
    }

    /// `text` is not what `error` says it should be; `what`, which may be empty, is who gave it. Neither a secret nor a
    /// password is shown.
    pub fn invalid(what: &str, text: &str, error: impl fmt::Display) -> Self {
        // As a part too: after an @, or as the host of a URL.
        if is_secret(text) || text.split(['/', ':', '@']).any(is_secret) {
            let what = if what.is_empty() { "what was given" } else { what };
            return Self::new(format_args!("{what} is {error}")).swapped();
        }
        let start: String = redact_given(text).chars().take(LONGEST_QUOTE).collect();
        let space = if what.is_empty() { "" } else { " " };
        Self::new(format_args!("{what}{space}{:?} is {error}", sanitize(&start)))
    }

    /// The same for a variable, whose value is never shown.
    pub fn invalid_variable(name: &str, value: &str, error: impl fmt::Display) -> Self {
        let message = Self::new(format_args!("{name} is {error}"));
        if is_secret(value) { message.swapped() } else { message }
    }

    /// Adds what was probably meant where a secret was in the place of a name.
    fn swapped(self) -> Self {
        self.hint(
            "a secret belongs in ATCR_DEVICE_SECRET or ATCR_APP_PASSWORD, beside ATCR_HANDLE; or pipe it into: \
             docker-credential-atcr login --with-token --account HANDLE",
        )
    }

    pub fn usage(message: impl fmt::Display) -> Self {
        Self { kind: Kind::Usage, ..Self::new(message) }
    }

    /// In a prompt or with Ctrl-C.
    pub fn cancelled() -> Self {
        Self { kind: Kind::Cancelled, ..Self::new("cancelled") }
    }

    /// Adds the command that fixes it.
    pub fn run(self, command: impl fmt::Display) -> Self {
        self.hint(Hint::run(command))
    }

    /// Adds what fixes it, where no single command does.
    pub fn hint(self, hint: impl Into<Hint>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Message and hint on one line, as Docker shows it.
    pub fn line(&self) -> String {
        self.hint.as_ref().map_or_else(|| self.message.clone(), |hint| format!("{}; {hint}", self.message))
    }
}

/// What a person can do about a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A command line to type, displayed as `run: COMMAND`.
    Run(String),
    Text(String),
}

impl Hint {
    pub fn run(command: impl fmt::Display) -> Self {
        Self::Run(plain(command))
    }

    pub fn text(text: impl fmt::Display) -> Self {
        Self::Text(plain(text))
    }
}

impl From<&str> for Hint {
    fn from(text: &str) -> Self {
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

/// On one line: it may name a file, and a folder may be called anything.
fn plain(text: impl fmt::Display) -> String {
    sanitize(&without_os_code(&text.to_string())).into_owned()
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        error.downcast().unwrap_or_else(|error| Self::new(format_args!("{error:#}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_becomes_one_harmless_line() {
        let error = anyhow::anyhow!("no number: a\n\u{1b}[2Jb").context("it can't be unpacked");
        assert_eq!(Error::from(error).line(), "it can't be unpacked: no number: a\u{fffd}\u{fffd}[2Jb");
    }
}
