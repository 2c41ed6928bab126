//! Update notification, shown after interactive commands.
//!
//! As in gh, the check runs beside the command and is given up when that ends: a command that waited for a server, even
//! briefly, would be the slower for it. A check that was given up is repeated by the next command.

use std::ffi::OsString;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use semver::Version;

use super::{PackageManager, this_version};
use crate::appview::UpdateServer;
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
    search_path: Option<OsString>,
    started: SystemTime,
    check: Option<BackgroundCheck>,
}

/// The state, locked to keep other processes from checking meanwhile, and what is found.
type BackgroundCheck = (LockedCheckState, Receiver<Option<Version>>);

impl<'a> Notice<'a> {
    /// Starts a check where one is due. None: notifications are not wanted, or nobody would see them.
    pub fn prepare(folder: &'a Path, environment: &'a Environment, now: SystemTime) -> Option<Self> {
        // Without the folder nobody has logged in yet, and there is no place for the state.
        if !folder.is_dir() || !environment.wants_update_notice() || !is_terminal_session() {
            return None;
        }
        let check = start_check(folder, environment, now);
        Some(Self { folder, search_path: environment.search_path(), started: now, check })
    }

    /// Shows what is known by now, once for each version.
    pub fn show(self) {
        if let Some((file, found)) = self.check
            && let Ok(found) = found.try_recv()
        {
            // Not recorded, it is repeated by the next command.
            let _ = file.write(&file.read().checked(self.started, found));
        }
        let current = this_version();
        let Some(latest) = take_notification(self.folder, &current) else { return };
        let manager =
            running().ok().and_then(|program| PackageManager::of(&program, self.search_path.as_deref()).ok()?);
        let hint = manager.map_or_else(|| Hint::run(format_args!("{NAME} update")), |manager| manager.hint);
        print_status(format!(
            "\n{} A new version of {NAME} is available: v{latest} (installed: v{current})\n  {hint}",
            Mark::Warning
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

/// Checks on a thread, which ends with the process.
fn start_check(folder: &Path, environment: &Environment, now: SystemTime) -> Option<BackgroundCheck> {
    if !CheckState::read(folder).is_due(now) {
        return None;
    }
    let file = LockedCheckState::lock(folder).ok()?;
    // Another process may have checked before the lock was free.
    if !file.read().is_due(now) {
        return None;
    }
    let (server, (sender, found)) = (UpdateServer::of(environment).ok()?, channel());
    let check = move || {
        // The command may be over.
        let _ = sender.send(server.newest_release(LIMIT).ok().map(|release| release.version));
    };
    thread::Builder::new().spawn(check).ok()?;
    Some((file, found))
}
