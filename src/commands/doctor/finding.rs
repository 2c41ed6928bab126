//! What `doctor` found, and how it is shown.

use serde::Serialize;

use crate::terminal::Mark;
use crate::text::sanitize;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at, in one word.
    pub(super) check: &'static str,
    pub(super) state: State,
    /// What was seen.
    pub(super) message: String,
    /// The command that mends it, or what else does.
    pub(super) hint: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// A push can do without it.
    Warning,
    /// A push would fail.
    Problem,
}

impl Finding {
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Ok, message: message.into(), hint: None }
    }

    pub(super) fn warning(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, state: State::Warning, message: message.into(), hint: Some(hint.into()) }
    }

    pub(super) fn problem(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { state: State::Problem, ..Self::warning(check, message, hint) }
    }

    /// Its lines on the screen. The message may quote files and servers.
    pub(super) fn lines(&self) -> String {
        let mark = match self.state {
            State::Ok => Mark::Good,
            State::Warning => Mark::Warning,
            State::Problem => Mark::Bad,
        };
        let hint = self.hint.as_ref().map(|hint| format!("    {}\n", sanitize(hint))).unwrap_or_default();
        format!("{mark} {}\n{hint}", sanitize(&self.message))
    }
}
