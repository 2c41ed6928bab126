//! macOS and Windows: process list via `sysinfo`.

use std::ffi::OsString;
use std::iter;

use ::sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind, get_current_pid};

use super::limits::LONGEST;

/// The arguments of each ancestor, nearest first.
pub(super) fn command_lines() -> impl Iterator<Item = Vec<String>> {
    let mut walk = Walk::start().ok();
    iter::from_fn(move || walk.as_mut()?.step())
}

struct Walk {
    system: System,
    child: Pid,
}

impl Walk {
    fn start() -> Result<Self, ::sysinfo::Error> {
        let mut walk = Self { system: System::new()?, child: get_current_pid()? };
        walk.refresh(walk.child);
        Ok(walk)
    }

    /// One process: refreshing all of them would take longer than the rest of `get`.
    fn refresh(&mut self, pid: Pid) {
        let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always).without_tasks();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    }

    fn step(&mut self) -> Option<Vec<String>> {
        let parent = self.system.process(self.child)?.parent()?;
        self.refresh(parent);
        let (child, process) = (self.system.process(self.child)?, self.system.process(parent)?);
        // Windows reuses the pid of a parent that has exited.
        if process.start_time() > child.start_time() {
            return None;
        }
        let arguments = arguments(process.cmd())?;
        self.child = parent;
        Some(arguments)
    }
}

/// None if another user's process hides them, or there are too many.
fn arguments(arguments: &[OsString]) -> Option<Vec<String>> {
    let length: usize = arguments.iter().map(|argument| argument.len()).sum();
    if !(1..=LONGEST).contains(&length) {
        return None;
    }
    Some(arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect())
}
