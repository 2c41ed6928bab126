//! What `doctor` found, and how it is shown.

use serde_json::{Value, json};

use crate::error::Hint;
use crate::terminal::Mark;
use crate::text::sanitize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// What was checked, in one word.
    pub(super) check: &'static str,
    /// Bad: a push would fail. With a warning it works all the same.
    pub(super) mark: Mark,
    pub(super) message: String,
    pub(super) hint: Option<Hint>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, mark: Mark::Good, message: message.into(), hint: None }
    }

    pub(super) fn warning(check: &'static str, message: impl Into<String>, hint: impl Into<Option<Hint>>) -> Self {
        Self { check, mark: Mark::Warning, message: message.into(), hint: hint.into() }
    }

    pub(super) fn problem(check: &'static str, message: impl Into<String>, hint: impl Into<Option<Hint>>) -> Self {
        Self { check, mark: Mark::Bad, message: message.into(), hint: hint.into() }
    }

    /// Its lines on the screen. The message may quote files and servers.
    pub(super) fn lines(&self) -> String {
        let hint = self.hint.as_ref().map(|hint| format!("    {}\n", sanitize(&hint.to_string())));
        format!("{} {}\n{}", self.mark, sanitize(&self.message), hint.unwrap_or_default())
    }

    pub(super) fn json(&self) -> Value {
        let state = match self.mark {
            Mark::Good => "ok",
            Mark::Warning => "warning",
            Mark::Bad => "problem",
        };
        let command = match &self.hint {
            Some(Hint::Run(command)) => Some(command),
            _ => None,
        };
        let hint = self.hint.as_ref().map(ToString::to_string);
        json!({"check": self.check, "state": state, "message": self.message, "hint": hint, "command": command})
    }
}
