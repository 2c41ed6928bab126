//! macOS and Windows: process list via `sysinfo`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::iter;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind, get_current_pid};

use super::limits::LONGEST;
use crate::domain::RegistryUrl;
use crate::platform::os_text::text_of;

#[derive(Debug)]
pub struct Ancestor {
    id: Pid,
    words: Vec<String>,
}

pub(super) fn all() -> impl Iterator<Item = Ancestor> {
    let mut walk = Walk::start().ok();
    iter::from_fn(move || walk.as_mut()?.step())
}

impl Ancestor {
    /// False if no word holds the registry's host.
    pub fn may_name(&self, registry: &RegistryUrl) -> bool {
        self.words.iter().any(|word| registry.may_be_named(word.as_bytes()))
    }

    pub fn words(&self) -> Vec<Cow<'_, str>> {
        self.words.iter().map(Cow::from).collect()
    }

    pub fn folder(&self) -> Option<PathBuf> {
        let what = ProcessRefreshKind::nothing().with_cwd(UpdateKind::Always);
        self.look(what, |process| process.cwd().map(Path::to_owned))
    }

    /// How long it has run, to a second.
    pub fn age(&self) -> Option<Duration> {
        self.look(ProcessRefreshKind::nothing(), |process| Some(Duration::from_secs(process.run_time())))
    }

    pub fn variables(&self) -> Option<BTreeMap<String, String>> {
        let what = ProcessRefreshKind::nothing().with_environ(UpdateKind::Always);
        self.look(what, |process| variables(process.environ()))
    }

    /// None where another user's process hides it.
    fn look<T>(&self, what: ProcessRefreshKind, look: impl FnOnce(&Process) -> Option<T>) -> Option<T> {
        let mut system = System::new().ok()?;
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.id]), false, what.without_tasks());
        look(system.process(self.id)?)
    }
}

fn variables(environment: &[OsString]) -> Option<BTreeMap<String, String>> {
    let length: usize = environment.iter().map(|variable| variable.len()).sum();
    if !(1..=LONGEST).contains(&length) {
        return None;
    }
    let variables = environment.iter().filter_map(|variable| {
        let variable = text_of(variable);
        let (name, value) = variable.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    Some(variables.collect())
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

    fn step(&mut self) -> Option<Ancestor> {
        let parent = self.system.process(self.child)?.parent()?;
        self.refresh(parent);
        let (child, process) = (self.system.process(self.child)?, self.system.process(parent)?);
        // Windows reuses the pid of a parent that has exited.
        if process.start_time() > child.start_time() {
            return None;
        }
        let words = words(process.cmd());
        self.child = parent;
        // Another user's process hides them.
        if words.is_empty() { None } else { Some(Ancestor { id: parent, words }) }
    }
}

/// Those in front, if there are too many.
fn words(words: &[OsString]) -> Vec<String> {
    let mut length = 0;
    let fitting = words.iter().take_while(|word| {
        length += word.len() + 1;
        length <= LONGEST
    });
    fitting.map(|word| text_of(word).into_owned()).collect()
}
