//! The memory of accepted credentials: one empty file each, whose time of change is when the registry accepted it.
//!
//! Only acceptance is remembered. Where no stamp can be written, the registry is asked each time.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use hmac_sha256::Hash;

use super::check_lock::CheckLock;
use crate::domain::{Credential, RegistryUrl};
use crate::platform::fs::{create_private_folder, open_or_create};

/// How long an acceptance counts: what a registry's JWT lives.
pub const TTL: Duration = Duration::from_mins(5);

/// Older stamps are of no use to anybody, and are removed when another is made.
const FORGOTTEN: Duration = Duration::from_hours(24);

/// The folder of stamps.
#[derive(Debug, Clone)]
pub struct ValidationCache {
    folder: Option<PathBuf>,
}

impl ValidationCache {
    /// The stamps beside the accounts in `folder`.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(|folder| folder.join("validated")) }
    }

    /// The stamp of one account with its present secret, whether it is there or not.
    #[must_use]
    pub fn of(&self, registry: &RegistryUrl, user: &Credential) -> Option<Validation> {
        let folder = self.folder.as_ref()?;
        let parts = [&registry.to_string(), user.handle.as_str(), user.secret.expose()];
        // No handle or URL has a line break, so no two accounts share a name.
        let digest = Hash::hash(parts.join("\n").as_bytes());
        let mut name = String::with_capacity(2 * digest.len());
        for byte in digest {
            // Writing to a String can't fail.
            let _ = write!(name, "{byte:02x}");
        }
        Some(Validation { path: folder.join(name) })
    }
}

/// The stamp of one account.
#[derive(Debug, Clone)]
pub struct Validation {
    path: PathBuf,
}

impl Validation {
    /// Whether the registry accepted the secret in the last five minutes before `now`.
    #[must_use]
    pub fn is_fresh(&self, now: SystemTime) -> bool {
        self.left(now).is_some()
    }

    /// How long the acceptance still counts. One from the future counts for nothing: a clock was wrong.
    #[must_use]
    pub fn left(&self, now: SystemTime) -> Option<Duration> {
        let age = now.duration_since(self.accepted()?).ok()?;
        TTL.checked_sub(age).filter(|left| !left.is_zero())
    }

    /// When the registry last accepted the secret, as far as that is remembered.
    #[must_use]
    pub fn accepted(&self) -> Option<SystemTime> {
        fs::metadata(&self.path).and_then(|stamp| stamp.modified()).ok()
    }

    /// Remembers that the registry accepted the secret.
    pub fn accept(&self, now: SystemTime) {
        let stamped = open_or_create(&self.path).and_then(|stamp| stamp.set_modified(now));
        // Without a stamp the next process asks again, and all is well.
        drop(stamped);
        self.sweep(now);
    }

    /// Forgets it, when the account is gone.
    pub fn forget(&self) {
        // One that is not there is as good as removed.
        drop(fs::remove_file(&self.path));
    }

    /// Waits until no other process is asking about this account, at most for `patience`. `None`: the turn can't be had.
    #[must_use]
    pub fn wait_for_turn(&self, patience: Duration) -> Option<CheckLock> {
        create_private_folder(self.path.parent()?).ok()?;
        CheckLock::wait(&self.path.with_added_extension("lock"), patience).ok()
    }

    fn sweep(&self, now: SystemTime) {
        let entries = self.path.parent().and_then(|folder| fs::read_dir(folder).ok());
        for entry in entries.into_iter().flatten().flatten() {
            let changed = entry.metadata().and_then(|stamp| stamp.modified());
            if changed.is_ok_and(|changed| now.duration_since(changed).is_ok_and(|age| age > FORGOTTEN)) {
                drop(fs::remove_file(entry.path()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;

    fn user(secret: &str) -> Credential {
        Credential { handle: "a.example".parse().unwrap(), secret: Secret::new(secret) }
    }

    fn stamp(folder: &Path, secret: &str) -> Validation {
        ValidationCache::new(Some(folder)).of(&"https://atcr.io".parse().unwrap(), &user(secret)).unwrap()
    }

    #[test]
    fn an_acceptance_counts_for_five_minutes_and_never_before_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = stamp(folder.path(), "s");
        let accepted = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        assert!(!stamp.is_fresh(accepted));
        drop(stamp.wait_for_turn(Duration::ZERO).unwrap());
        stamp.accept(accepted);
        assert!(stamp.is_fresh(accepted));
        assert!(stamp.is_fresh(accepted + Duration::from_secs(299)));
        assert!(!stamp.is_fresh(accepted + Duration::from_mins(5)));
        assert!(!stamp.is_fresh(accepted - Duration::from_secs(1)));
        stamp.forget();
        assert!(!stamp.is_fresh(accepted));
    }

    #[test]
    fn another_secret_is_not_accepted_by_the_same_stamp() {
        let folder = Path::new("folder");
        assert_ne!(stamp(folder, "1").path, stamp(folder, "2").path);
    }

    #[test]
    fn only_one_has_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = stamp(folder.path(), "s");
        let turn = stamp.wait_for_turn(Duration::ZERO);
        assert!(turn.is_some());
        assert!(stamp.wait_for_turn(Duration::ZERO).is_none());
        drop(turn);
        assert!(stamp.wait_for_turn(Duration::ZERO).is_some());
    }

    #[test]
    fn stamps_of_yesterday_are_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (stamp(folder.path(), "old"), stamp(folder.path(), "new"));
        drop(old.wait_for_turn(Duration::ZERO).unwrap());
        let then = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        old.accept(then);
        new.accept(then + FORGOTTEN + Duration::from_secs(1));
        assert!(!old.path.exists() && new.path.exists());
    }
}
