//! `update-check.json`: the last look for a newer version.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::platform::fs::{lock, replace};

const FILE: &str = "update-check.json";

/// How long a look lasts, and a word of a newer version with it.
const LASTS: Duration = Duration::from_hours(24);

/// What is remembered. Whatever can't be read counts as nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckState {
    /// When it was looked last, whether or not anything was heard: seconds since 1970, UTC.
    looked_at: u64,
    /// The newest version that was heard of.
    latest: Option<Version>,
    /// Whether the person was told since.
    told: bool,
}

impl CheckState {
    /// What is remembered in `folder`.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let content = fs::read(folder.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&content).unwrap_or_default()
    }

    /// Remembers something else from now on, as it says of what there is. Nothing happens where another process does for
    /// longer than `wait`.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn change(folder: &Path, wait: Duration, change: impl FnOnce(Self) -> Option<Self>) -> io::Result<bool> {
        let _lock = match lock(&folder.join(FILE).with_added_extension("lock"), wait) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(false),
            lock => lock?,
        };
        let Some(changed) = change(Self::read(folder)) else { return Ok(false) };
        let path: PathBuf = folder.join(FILE);
        replace(&path, &serde_json::to_vec(&changed)?, None)?;
        Ok(true)
    }

    /// Whether it is time to look again. A look in the future was taken by a clock that was wrong.
    #[must_use]
    pub fn is_due(&self, now: SystemTime) -> bool {
        let looked = UNIX_EPOCH.checked_add(Duration::from_secs(self.looked_at));
        let age = looked.and_then(|looked| now.duration_since(looked).ok());
        age.is_none_or(|age| age >= LASTS)
    }

    /// The version to tell a person about who runs `current`.
    #[must_use]
    pub fn news(&self, current: &Version) -> Option<&Version> {
        self.latest.as_ref().filter(|latest| !self.told && latest.cmp_precedence(current).is_gt())
    }

    /// After a look at `now` that is still to be taken, or that heard nothing.
    #[must_use]
    pub fn looking(self, now: SystemTime) -> Self {
        Self { looked_at: now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(), ..self }
    }

    /// After a look that heard of `latest`; the person is yet to be told.
    #[must_use]
    pub fn heard(self, latest: Version) -> Self {
        Self { latest: Some(latest), told: false, ..self }
    }

    /// After the person was told.
    #[must_use]
    pub fn told(self) -> Self {
        Self { told: true, ..self }
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
    fn a_look_lasts_a_day_and_one_in_the_future_was_none() {
        let memory = CheckState::default().looking(at(1000));
        for (hours, expected) in [(999, true), (1000, false), (1023, false), (1024, true)] {
            assert_eq!(memory.is_due(at(hours)), expected, "{hours}");
        }
        assert!(CheckState::default().is_due(at(1000)));
    }

    #[test]
    fn news_are_newer_versions_that_nobody_was_told_of() {
        let current = Version::new(1, 2, 3);
        for (latest, expected) in
            [("1.2.4", true), ("1.10.0", true), ("1.2.3", false), ("1.2.3+build", false), ("1.2.3-rc.1", false)]
        {
            let memory = CheckState::default().heard(latest.parse().unwrap());
            assert_eq!(memory.news(&current).is_some(), expected, "{latest}");
            assert_eq!(memory.told().news(&current), None);
        }
        assert_eq!(CheckState::default().news(&current), None);
    }

    #[test]
    fn what_is_written_is_read_again_and_anything_else_counts_as_nothing() {
        let folder = TempDir::new().unwrap();
        let memory = CheckState::default().looking(at(1)).heard(Version::new(1, 2, 3));
        assert!(CheckState::change(folder.path(), Duration::ZERO, |_| Some(memory.clone())).unwrap());
        assert_eq!(CheckState::read(folder.path()), memory);
        assert!(!CheckState::change(folder.path(), Duration::ZERO, |_| None).unwrap());
        for content in ["", "{", "[]", "{\"looked_at\": -1}", "{\"looked_at\": 18446744073709551615}"] {
            replace(&folder.path().join(FILE), content.as_bytes(), None).unwrap();
            assert!(CheckState::read(folder.path()).is_due(at(1000)), "{content}");
        }
    }
}
