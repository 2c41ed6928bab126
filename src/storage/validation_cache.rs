//! The cache of successful validations: an empty file for each, whose modification time is when the registry found the
//! credential valid. Where none can be written, each `get` checks with the registry.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use hmac_sha256::Hash;

use super::check_lock::CheckLock;
use crate::domain::{Credential, RegistryUrl};
use crate::platform::fs::{create_private_folder, open_or_create};

/// As long as a registry's JWT is valid.
pub const TTL: Duration = Duration::from_mins(5);

/// Older entries are removed when another is written.
const KEPT_FOR: Duration = Duration::from_hours(24);

#[derive(Debug, Clone)]
pub struct ValidationCache {
    folder: Option<PathBuf>,
}

impl ValidationCache {
    /// `folder` is that of device.json.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(|folder| folder.join("validated")) }
    }

    /// The entry of a credential, whether it is there or not.
    pub fn of(&self, registry: &RegistryUrl, credential: &Credential) -> Option<Validation> {
        let folder = self.folder.as_ref()?;
        let parts = [&registry.to_string(), credential.handle.as_str(), credential.secret.expose()];
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

#[derive(Debug, Clone)]
pub struct Validation {
    path: PathBuf,
}

impl Validation {
    pub fn is_fresh(&self, now: SystemTime) -> bool {
        self.left(now).is_some()
    }

    /// How long it can still be relied on. One in the future is due to a wrong clock, and ignored.
    pub fn left(&self, now: SystemTime) -> Option<Duration> {
        let age = now.duration_since(self.validated_at()?).ok()?;
        TTL.checked_sub(age).filter(|left| !left.is_zero())
    }

    pub fn validated_at(&self) -> Option<SystemTime> {
        fs::metadata(&self.path).and_then(|file| file.modified()).ok()
    }

    /// Best effort: without it the next process checks again.
    pub fn record(&self, now: SystemTime) {
        let _ = open_or_create(&self.path).and_then(|file| file.set_modified(now));
        self.sweep(now);
    }

    pub fn forget(&self) {
        let _ = fs::remove_file(&self.path);
    }

    /// Waits until no other process checks this credential, at most for `patience`. `None`: no lock can be had.
    pub fn lock_check(&self, patience: Duration) -> Option<CheckLock> {
        create_private_folder(self.path.parent()?).ok()?;
        CheckLock::wait(&self.path.with_added_extension("lock"), patience).ok()
    }

    fn sweep(&self, now: SystemTime) {
        let entries = self.path.parent().and_then(|folder| fs::read_dir(folder).ok());
        for entry in entries.into_iter().flatten().flatten() {
            let changed = entry.metadata().and_then(|file| file.modified());
            if changed.is_ok_and(|changed| now.duration_since(changed).is_ok_and(|age| age > KEPT_FOR)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;

    fn credential(secret: &str) -> Credential {
        Credential { handle: "a.example".parse().unwrap(), secret: Secret::new(secret) }
    }

    fn validation(folder: &Path, secret: &str) -> Validation {
        ValidationCache::new(Some(folder)).of(&"https://atcr.io".parse().unwrap(), &credential(secret)).unwrap()
    }

    #[test]
    fn a_validation_is_fresh_for_five_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let validation = validation(folder.path(), "s");
        let validated = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        assert!(!validation.is_fresh(validated));
        drop(validation.lock_check(Duration::ZERO).unwrap());
        validation.record(validated);
        assert!(validation.is_fresh(validated));
        assert!(validation.is_fresh(validated + Duration::from_secs(299)));
        assert!(!validation.is_fresh(validated + Duration::from_mins(5)));
        assert!(!validation.is_fresh(validated - Duration::from_secs(1)));
        validation.forget();
        assert!(!validation.is_fresh(validated));
    }

    #[test]
    fn only_one_process_holds_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let validation = validation(folder.path(), "s");
        let lock = validation.lock_check(Duration::ZERO);
        assert!(lock.is_some());
        assert!(validation.lock_check(Duration::ZERO).is_none());
        drop(lock);
        assert!(validation.lock_check(Duration::ZERO).is_some());
    }

    #[test]
    fn old_validations_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (validation(folder.path(), "old"), validation(folder.path(), "new"));
        assert_ne!(old.path, new.path, "each secret has its own");
        drop(old.lock_check(Duration::ZERO).unwrap());
        let then = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        old.record(then);
        new.record(then + KEPT_FOR + Duration::from_secs(1));
        assert!(!old.path.exists() && new.path.exists());
    }
}
