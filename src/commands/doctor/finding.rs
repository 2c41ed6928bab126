//! What `doctor` found, and how it is shown.

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::error::Hint;
use crate::terminal::Mark;
use crate::text::sanitize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// What was checked, in one word.
    pub(super) check: &'static str,
    pub(super) state: State,
    pub(super) message: String,
    pub(super) hint: Option<Hint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Ok,
    /// A push works all the same.
    Warning,
    /// A push would fail.
    Problem,
}

impl Finding {
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Ok, message: message.into(), hint: None }
    }

    pub(super) fn warning(check: &'static str, message: impl Into<String>, hint: impl Into<Option<Hint>>) -> Self {
        Self { state: State::Warning, ..Self::problem(check, message, hint) }
    }

    pub(super) fn problem(check: &'static str, message: impl Into<String>, hint: impl Into<Option<Hint>>) -> Self {
        Self { check, state: State::Problem, message: message.into(), hint: hint.into() }
    }

    /// Its lines on the screen. The message may quote files and servers.
    pub(super) fn lines(&self) -> String {
        let mark = match self.state {
            State::Ok => Mark::Good,
            State::Warning => Mark::Warning,
            State::Problem => Mark::Bad,
        };
        let message = sanitize(&self.message);
        match &self.hint {
            Some(hint) => format!("{mark} {message}\n    {}\n", sanitize(&hint.to_string())),
            None => format!("{mark} {message}\n"),
        }
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let command = match &self.hint {
            Some(Hint::Run(command)) => Some(command),
            _ => None,
        };
        let mut finding = serializer.serialize_struct("Finding", 5)?;
        finding.serialize_field("check", self.check)?;
        finding.serialize_field("state", &self.state)?;
        finding.serialize_field("message", &self.message)?;
        finding.serialize_field("hint", &self.hint.as_ref().map(ToString::to_string))?;
        finding.serialize_field("command", &command)?;
        finding.end()
    }
}
