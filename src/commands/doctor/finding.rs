//! What `doctor` found, and how it is shown.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::error::Hint;
use crate::storage::accounts_file::permissions::PermissionIssue;
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
    /// What `--fix` does, where the hint's command is not one of this program.
    pub(super) fix: Option<Fix>,
}

/// What this program does itself about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fix {
    /// Closes a file or folder to others.
    Permissions(PermissionIssue),
    /// Makes a link to this program, where nothing has that name yet.
    Link(PathBuf),
    /// The same in the place of a program, which is set aside.
    LinkInstead(PathBuf),
}

impl Finding {
    pub(super) fn new(
        check: &'static str,
        mark: Mark,
        message: impl Into<String>,
        hint: impl Into<Option<Hint>>,
    ) -> Self {
        Self { check, mark, message: message.into(), hint: hint.into(), fix: None }
    }

    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Mark::Good, message, None)
    }

    pub(super) fn warning(check: &'static str, message: impl Into<String>, hint: impl Into<Option<Hint>>) -> Self {
        Self::new(check, Mark::Warning, message, hint)
    }

    pub(super) fn problem(check: &'static str, message: impl Into<String>, hint: impl Into<Option<Hint>>) -> Self {
        Self::new(check, Mark::Bad, message, hint)
    }

    /// Whether another finding would count the same problem again.
    pub(super) fn says(&self, other: &Self) -> bool {
        let reason = self.hint.as_ref().map(ToString::to_string);
        self.mark == Mark::Bad && (self.message == other.message || reason.as_ref() == Some(&other.message))
    }

    fn line(&self) -> String {
        format!("{} {}\n", self.mark, sanitize(&self.message))
    }

    fn hint_line(&self) -> String {
        self.hint.as_ref().map(|hint| format!("    {}\n", sanitize(&hint.to_string()))).unwrap_or_default()
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

/// Their lines on the screen. What helps against several in a row is there once. Messages may quote files and servers.
pub(super) fn lines<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let (mut lines, mut last) = (String::new(), String::new());
    for finding in findings {
        let hint = finding.hint_line();
        lines += &finding.line();
        if hint != last {
            lines += &hint;
        }
        last = hint;
    }
    lines
}
