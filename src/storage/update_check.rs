//! `update-check.json`: the last check for a newer version.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::platform::fs::{lock, replace};

const FILE: &str = "update-check.json";

/// At most one check in that time.
const INTERVAL: Duration = Duration::from_hours(24);

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckState {
    /// When the last check began, whether or not it had an answer: seconds since 1970, UTC.
    #[serde(rename = "looked_at")]
    checked_at: u64,
    latest: Option<Version>,
    /// Whether the user was told of `latest`.
    #[serde(rename = "told")]
    is_notified: bool,
}

impl CheckState {
    /// A file that is missing or can't be read is an empty state.
    pub fn read(folder: &Path) -> Self {
        let content = fs::read(folder.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&content).unwrap_or_default()
    }

    /// Writes what `change` makes of the state. Returns `false` if that is nothing, or if another process holds the lock
    /// for longer than `wait`.
    pub fn change(folder: &Path, wait: Duration, change: impl FnOnce(Self) -> Option<Self>) -> io::Result<bool> {
        let _lock = match lock(&folder.join(FILE).with_added_extension("lock"), wait) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(false),
            lock => lock?,
        };
        let Some(changed) = change(Self::read(folder)) else { return Ok(false) };
        let path: PathBuf = folder.join(FILE);
        replace(&path, &serde_json::to_vec(&changed)?)?;
        Ok(true)
    }

    /// Whether it is time for a check. One in the future is due to a wrong clock, and ignored.
    pub fn is_due(&self, now: SystemTime) -> bool {
        let checked = UNIX_EPOCH.checked_add(Duration::from_secs(self.checked_at));
        let age = checked.and_then(|checked| now.duration_since(checked).ok());
        age.is_none_or(|age| age >= INTERVAL)
    }

    /// A version newer than `current` that the user was not notified of.
    pub fn available(&self, current: &Version) -> Option<&Version> {
        self.latest.as_ref().filter(|latest| !self.is_notified && latest.cmp_precedence(current).is_gt())
    }

    #[must_use]
    pub fn checked(self, now: SystemTime) -> Self {
        Self { checked_at: now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(), ..self }
    }

    #[must_use]
    pub fn found(self, latest: Version) -> Self {
        Self { latest: Some(latest), is_notified: false, ..self }
    }

    #[must_use]
    pub fn notified(self) -> Self {
        Self { is_notified: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn at(hours: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(hours)
    }

    #[test]
    fn a_check_is_due_after_a_day_or_if_it_is_in_the_future() {
        let state = CheckState::default().checked(at(1000));
        for (hours, expected) in [(999, true), (1000, false), (1023, false), (1024, true)] {
            assert_eq!(state.is_due(at(hours)), expected, "{hours}");
        }
        assert!(CheckState::default().is_due(at(1000)));
    }

    #[test]
    fn only_a_newer_version_is_available_until_notified() {
        let current = Version::new(1, 2, 3);
        for (latest, expected) in
            [("1.2.4", true), ("1.10.0", true), ("1.2.3", false), ("1.2.3+build", false), ("1.2.3-rc.1", false)]
        {
            let state = CheckState::default().found(latest.parse().unwrap());
            assert_eq!(state.available(&current).is_some(), expected, "{latest}");
            assert_eq!(state.notified().available(&current), None);
        }
        assert_eq!(CheckState::default().available(&current), None);
    }

    #[test]
    fn the_state_is_read_back_and_a_broken_file_is_an_empty_one() {
        let folder = TempDir::new().unwrap();
        let state = CheckState::default().checked(at(1)).found(Version::new(1, 2, 3));
        assert!(CheckState::change(folder.path(), Duration::ZERO, |_| Some(state.clone())).unwrap());
        assert_eq!(CheckState::read(folder.path()), state);
        assert!(!CheckState::change(folder.path(), Duration::ZERO, |_| None).unwrap());
        for content in ["", "{", "[]", "{\"looked_at\": -1}", "{\"looked_at\": 18446744073709551615}"] {
            replace(&folder.path().join(FILE), content.as_bytes()).unwrap();
            assert!(CheckState::read(folder.path()).is_due(at(1000)), "{content}");
        }
    }
}
