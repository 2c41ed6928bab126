//! One row of the table, and the goals it has to meet.

use std::time::Duration;

use super::case::Case;

/// The row that the others are compared with.
pub(crate) const BASELINE: &str = "/bin/true";

pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) case: Case,
    pub(crate) goals: Vec<Goal>,
    /// Whether instructions are counted: those of another program, or of many threads at once, tell nothing.
    pub(crate) is_counted: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At most this many times the median of that row.
    TimesMedian(f64, &'static str),
    /// At most this much more than the median of that row.
    Added(Duration, &'static str),
    Median(Duration),
    Instructions(u64),
    /// In KiB.
    Peak(u64),
}

impl Row {
    pub(crate) fn counted(name: &str, case: Case, goals: &[Goal]) -> Self {
        Self { name: name.to_owned(), case, goals: goals.to_vec(), is_counted: true }
    }

    pub(crate) fn uncounted(name: &str, case: Case, goals: &[Goal]) -> Self {
        Self { is_counted: false, ..Self::counted(name, case, goals) }
    }

    pub(crate) fn has_peak(&self) -> bool {
        self.goals.iter().any(|goal| matches!(goal, Goal::Peak(_)))
    }
}
