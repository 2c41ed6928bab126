//! macOS and Windows, through the crate of that name.

use std::ffi::OsString;

use ::sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind, get_current_pid};

use super::LONGEST;

/// The words of each ancestor's command line, nearest first.
pub(super) struct Ancestors(Option<Walk>);

struct Walk {
    system: System,
    child: Pid,
}

impl Ancestors {
    pub(super) fn of_this_process() -> Self {
        Self(Walk::start().ok())
    }
}

impl Iterator for Ancestors {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        self.0.as_mut()?.step()
    }
}

impl Walk {
    fn start() -> Result<Self, ::sysinfo::Error> {
        let mut walk = Self { system: System::new()?, child: get_current_pid()? };
        walk.look_at(walk.child);
        Ok(walk)
    }

    /// Refreshes one process: all of them would take as long as everything else together.
    fn look_at(&mut self, pid: Pid) {
        let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always).without_tasks();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    }

    fn step(&mut self) -> Option<Vec<String>> {
        let parent = self.system.process(self.child)?.parent()?;
        self.look_at(parent);
        let (child, process) = (self.system.process(self.child)?, self.system.process(parent)?);
        // Windows gives the number of a parent that ended to another process.
        let is_parent = process.start_time() <= child.start_time();
        let words = is_parent.then(|| readable(process.cmd()))??;
        self.child = parent;
        Some(words)
    }
}

/// The words, where there are some (another user's process shows none) and not too many.
fn readable(words: &[OsString]) -> Option<Vec<String>> {
    let length: usize = words.iter().map(|word| word.len()).sum();
    (1..=LONGEST).contains(&length).then(|| words.iter().map(|word| word.to_string_lossy().into_owned()).collect())
}
