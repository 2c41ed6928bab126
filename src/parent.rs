//! The command lines above us: Docker's protocol says which registry, only the client's own words say which image.

use std::ffi::OsString;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind, get_current_pid};

use crate::domain::{Mention, RegistryUrl, mentions};

/// How far up to look: client, plugin, shell, `sudo`, `make`, and one more.
const MOST_ANCESTORS: usize = 6;

/// Command lines longer than this, in bytes, are not searched: a client that names an image is far below.
const LONGEST: usize = 256 * 1024;

/// The identities that the nearest ancestor naming an image of `registry` names. Any doubt (a process that is gone,
/// unreadable or not permitted) ends the search with nothing found: then the active account is used, as without it.
#[must_use]
pub fn nearest_mentions(registry: &RegistryUrl) -> Vec<Mention> {
    let Ok(ancestors) = Ancestors::of_this_process() else {
        return Vec::new();
    };
    let found = ancestors.take(MOST_ANCESTORS).map(|words| mentions(&words, registry));
    found.into_iter().find(|mentions| !mentions.is_empty()).unwrap_or_default()
}

/// The words of each ancestor's command line, nearest first.
struct Ancestors {
    system: System,
    child: Pid,
}

impl Ancestors {
    fn of_this_process() -> Result<Self, sysinfo::Error> {
        let mut ancestors = Self { system: System::new()?, child: get_current_pid()? };
        ancestors.look_at(ancestors.child);
        Ok(ancestors)
    }

    /// Refreshes one process: all of them would take as long as everything else together.
    fn look_at(&mut self, pid: Pid) {
        let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always).without_tasks();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    }
}

impl Iterator for Ancestors {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
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
