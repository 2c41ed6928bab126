//! Update notification, shown after interactive commands.
//!
//! As in gh, the check runs beside the command and is given up when that ends: a command that waited for a server, even
//! briefly, would be the slower for it. A check that was given up is repeated by the next command.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use semver::Version;

use super::{PackageManager, this_version};
use crate::appview::AppView;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::executable::{NAME, running};
use crate::storage::update_check::{CheckState, LockedCheckState};
use crate::terminal::{Mark, is_terminal_session, print_status};

/// The longest a check may take.
const LIMIT: Duration = Duration::from_secs(20);

/// The notification that may follow the command that runs now. Nothing in it can fail the command.
pub struct Notice<'a> {
    folder: &'a Path,
    search_path: Option<&'a OsStr>,
    check: Option<BackgroundCheck>,
}

impl<'a> Notice<'a> {
    /// Starts a check where one is due. None: notifications are not wanted, or nobody would see them.
    pub fn prepare(
        folder: &'a Path,
        environment: &'a Environment,
        now: SystemTime,
        appview: impl FnOnce() -> Option<AppView>,
    ) -> Option<Self> {
        // Without the folder nobody has logged in yet, and there is no place for the state.
        if !folder.is_dir() || !environment.wants_update_notice() || !is_terminal_session() {
            return None;
        }
        let is_due = CheckState::read(folder).is_due(now);
        let check = if is_due { BackgroundCheck::start(folder, now, appview) } else { None };
        Some(Self { folder, search_path: environment.search_path.as_deref(), check })
    }

    /// Shows what is known by now, once for each version.
    pub fn show(self) {
        if let Some(check) = self.check {
            check.record();
        }
        let current = this_version();
        let Some(latest) = take_notification(self.folder, &current) else { return };
        let manager = running().ok().and_then(|program| PackageManager::of(&program, self.search_path));
        let command = manager.map_or_else(|| format!("{NAME} update"), |manager| manager.command);
        print_status(format!(
            "\n{} A new version of {NAME} is available: v{latest} (installed: v{current})\n  {}",
            Mark::Warning,
            Hint::run(command)
        ));
    }
}

/// None, too, where the notification can't be recorded: it would follow every command.
fn take_notification(folder: &Path, current: &Version) -> Option<Version> {
    CheckState::read(folder).available(current)?;
    let file = LockedCheckState::lock(folder).ok()?;
    let state = file.read();
    let latest = state.available(current)?.clone();
    file.write(&state.notified()).ok()?;
    Some(latest)
}

/// A check on a thread of its own. The lock keeps other processes from checking meanwhile.
struct BackgroundCheck {
    file: LockedCheckState,
    started: SystemTime,
    outcome: Receiver<Option<Version>>,
}

impl BackgroundCheck {
    fn start(folder: &Path, now: SystemTime, appview: impl FnOnce() -> Option<AppView>) -> Option<Self> {
        let file = LockedCheckState::lock(folder).ok()?;
        // Another process may have checked before the lock was free.
        if !file.read().is_due(now) {
            return None;
        }
        let (appview, (sender, outcome)) = (appview()?, channel());
        let check = move || {
            let found = appview.newest_release(LIMIT).ok().map(|release| release.version);
            // The command may be over.
            let _ = sender.send(found);
        };
        thread::Builder::new().spawn(check).ok()?;
        Some(Self { file, started: now, outcome })
    }

    /// Records the outcome, a failure too, if there is one by now. The thread ends with the process.
    fn record(self) {
        if let Ok(found) = self.outcome.try_recv() {
            // Not recorded, it is repeated by the next command.
            let _ = self.file.write(&self.file.read().checked(self.started, found));
        }
    }
}
