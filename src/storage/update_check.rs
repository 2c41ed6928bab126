//! `update-check.json`: the last check for a newer version.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::platform::fs::{OpenError, Trusted, lock, replace};

const FILE: &str = "update-check.json";

/// In bytes: far more than a version and a time take.
const LONGEST: u64 = 64 * 1024;

const CHECK_INTERVAL: Duration = Duration::from_hours(24);

/// What the last check found. A file that can't be read counts as none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckState {
    /// Seconds since 1970, UTC.
    checked_at: u64,
    latest: Option<Version>,
    notified: bool,
}

impl CheckState {
    pub fn read(folder: &Path) -> Self {
        Trusted::find(folder).map(|folder| Self::read_in(&folder)).unwrap_or_default()
    }

    fn read_in(folder: &Trusted) -> Self {
        let file = folder.child(FILE).and_then(Trusted::closed_to_others);
        let content = file.and_then(|file| file.read(LONGEST)).ok().flatten().unwrap_or_default();
        serde_json::from_slice(&content).unwrap_or_default()
    }

    /// A check in the future was dated by a clock that was wrong.
    pub fn is_due(&self, now: SystemTime) -> bool {
        let checked = UNIX_EPOCH.checked_add(Duration::from_secs(self.checked_at));
        let age = checked.and_then(|checked| now.duration_since(checked).ok());
        age.is_none_or(|age| age >= CHECK_INTERVAL)
    }

    /// The version of which to notify the user of `current`.
    pub fn available(&self, current: &Version) -> Option<&Version> {
        self.latest.as_ref().filter(|latest| !self.notified && latest.cmp_precedence(current).is_gt())
    }

    /// After a check at `now`, which may have found nothing.
    #[must_use]
    pub fn checked(self, now: SystemTime, found: Option<Version>) -> Self {
        let checked_at = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        match found {
            Some(latest) => Self { checked_at, latest: Some(latest), notified: false },
            None => Self { checked_at, ..self },
        }
    }

    #[must_use]
    pub fn notified(self) -> Self {
        Self { notified: true, ..self }
    }
}

/// The file, locked: only one process at a time checks, or changes what is known.
#[derive(Debug)]
pub struct LockedCheckState {
    folder: Trusted,
    _lock: File,
}

impl LockedCheckState {
    /// Does not wait for another process that holds the lock.
    pub fn lock(folder: &Path) -> io::Result<Self> {
        let (folder, file) = lock_file(folder).map_err(io::Error::other)?;
        Ok(Self { folder, _lock: lock(file.path(), Duration::ZERO)? })
    }

    pub fn read(&self) -> CheckState {
        CheckState::read_in(&self.folder)
    }

    pub fn write(&self, state: &CheckState) -> io::Result<()> {
        replace(self.folder.place(FILE).path(), &serde_json::to_vec(state)?, None)
    }
}

fn lock_file(folder: &Path) -> Result<(Trusted, Trusted), OpenError> {
    let folder = Trusted::find(folder)?;
    folder.check_creation()?;
    let file = folder.child(&format!("{FILE}.lock"))?;
    Ok((folder, file))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn at(hours: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(hours)
    }

    #[test]
    fn a_check_is_due_after_a_day_or_if_the_last_is_in_the_future() {
        let state = CheckState::default().checked(at(1000), None);
        for (hours, expected) in [(999, true), (1000, false), (1023, false), (1024, true)] {
            assert_eq!(state.is_due(at(hours)), expected, "{hours}");
        }
        assert!(CheckState::default().is_due(at(1000)));
    }

    #[test]
    fn only_a_newer_version_without_notification_is_available() {
        let current = Version::new(1, 2, 3);
        for (latest, expected) in
            [("1.2.4", true), ("1.10.0", true), ("1.2.3", false), ("1.2.3+build", false), ("1.2.3-rc.1", false)]
        {
            let state = CheckState::default().checked(at(1), Some(latest.parse().unwrap()));
            assert_eq!(state.available(&current).is_some(), expected, "{latest}");
            assert_eq!(state.notified().available(&current), None);
        }
        assert_eq!(CheckState::default().available(&current), None);
    }

    #[test]
    fn a_state_is_read_as_written_and_anything_else_counts_as_none() {
        let folder = TempDir::new().unwrap();
        let state = CheckState::default().checked(at(1), Some(Version::new(1, 2, 3)));
        LockedCheckState::lock(folder.path()).unwrap().write(&state).unwrap();
        assert_eq!(CheckState::read(folder.path()), state);
        for content in ["", "{", "[]", "{\"checked_at\": -1}", "{\"checked_at\": 18446744073709551615}"] {
            replace(&folder.path().join(FILE), content.as_bytes(), None).unwrap();
            assert!(CheckState::read(folder.path()).is_due(at(1000)), "{content}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_the_place_of_either_file_leads_nowhere() {
        use std::os::unix::fs::symlink;
        let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let state = CheckState::default().checked(at(1000), Some(Version::new(1, 2, 3)));
        LockedCheckState::lock(elsewhere.path()).unwrap().write(&state).unwrap();
        let link = |name: &str| symlink(elsewhere.path().join(name), folder.path().join(name)).unwrap();
        link(FILE);
        assert_eq!(CheckState::read(folder.path()), CheckState::default());
        LockedCheckState::lock(folder.path()).unwrap().write(&CheckState::default()).unwrap();
        assert_eq!(CheckState::read(elsewhere.path()), state);
        std::fs::remove_file(folder.path().join("update-check.json.lock")).unwrap();
        link("update-check.json.lock");
        assert!(LockedCheckState::lock(folder.path()).is_err());
    }
}
