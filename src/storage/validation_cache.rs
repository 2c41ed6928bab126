//! The cache of successful validations: an empty file for each, whose modification time is when the registry found the
//! credential valid. Where none can be written, or the home folder is not there, each `get` checks with the registry.

use std::fs;
use std::time::{Duration, SystemTime};

use hmac_sha256::Hash;

use super::check_lock::{CheckLock, END, LONGEST_MESSAGE};
use crate::domain::{Credential, RegistryUrl};
use crate::error::Error;
use crate::platform::fs::{
    OpenError, Trusted, Untrusted, create_private_folder, move_aside, open_or_create, remove_old_files,
};
use crate::text::display_path;

/// As long as a registry's JWT is valid.
pub(crate) const TTL: Duration = Duration::from_mins(5);

/// Older entries are removed when another is written.
const KEPT_FOR: Duration = Duration::from_hours(24);

/// Beside device.json.
pub(super) const FOLDER: &str = "validated";

const LOCK: &str = ".lock";

#[derive(Debug, Clone)]
pub(crate) struct ValidationCache {
    folder: Option<Trusted>,
}

impl ValidationCache {
    /// `folder` is that of device.json. `None`: there is no cache.
    pub(crate) fn new(folder: Option<Trusted>) -> Self {
        Self { folder }
    }

    /// Why it is not used although it is there.
    pub(crate) fn problem(&self) -> Option<Error> {
        let cache = self.folder.as_ref()?.child(FOLDER).and_then(Trusted::closed_to_others);
        match cache {
            Err(OpenError::Untrusted(untrusted)) => Some(untrusted.into()),
            Err(OpenError::Failed(error)) => Some(Error::new(format_args!("{FOLDER}: {error}"))),
            Ok(cache) if cache.found().is_some_and(|found| !found.is_dir()) => {
                let path = cache.path();
                Some(Error::new(format_args!("{} is no directory", display_path(path))).run(move_aside(path, "old")))
            }
            Ok(_) => None,
        }
    }

    /// The entry of a credential, whether it is there or not.
    pub(crate) fn of(&self, registry: &RegistryUrl, credential: &Credential) -> Option<Validation> {
        let folder = self.folder.as_ref()?;
        let parts = [&registry.to_string(), credential.handle.as_str(), credential.secret.expose()];
        // No handle or URL has a line break, so no two accounts share a name.
        let digest = Hash::hash(parts.join("\n").as_bytes());
        // Formatting each byte with `{:02x}` takes 8,000 instructions, a twentieth of a `get`.
        let mut name = String::with_capacity(2 * digest.len());
        for byte in digest {
            name.push(hex_digit(byte >> 4));
            name.push(hex_digit(byte & 0xf));
        }
        Some(Validation { folder: folder.clone(), name })
    }
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or_default()
}

#[derive(Debug, Clone)]
pub(crate) struct Validation {
    /// That of device.json.
    folder: Trusted,
    name: String,
}

impl Validation {
    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        self.left(now).is_some()
    }

    /// How long it can still be relied on. One in the future is due to a wrong clock, and ignored.
    pub(crate) fn left(&self, now: SystemTime) -> Option<Duration> {
        let age = now.duration_since(self.validated_at()?).ok()?;
        TTL.checked_sub(age).filter(|left| !left.is_zero())
    }

    pub(crate) fn validated_at(&self) -> Option<SystemTime> {
        self.entry("").ok()?.found().filter(|found| found.is_file())?.modified().ok()
    }

    /// Best effort: without it the next process checks again.
    pub(crate) fn record(&self, now: SystemTime) {
        if matches!(self.entry(""), Err(OpenError::Untrusted(Untrusted::Open { .. }))) {
            self.remove_open();
        }
        if let Ok(entry) = self.entry("") {
            let _ = open_or_create(entry.path()).and_then(|file| file.set_modified(now));
            self.sweep(now);
        }
    }

    /// One that anybody could have written says nothing, and would stand in the way for ever.
    fn remove_open(&self) {
        if let Ok(folder) = self.folder.child(FOLDER).and_then(Trusted::closed_to_others) {
            let _ = fs::remove_file(folder.path().join(&self.name));
        }
    }

    pub(crate) fn forget(&self) {
        if let Ok(entry) = self.entry("") {
            let _ = fs::remove_file(entry.path());
        }
    }

    /// Waits until no other process checks this credential, at most for `patience`. `None`: no lock can be had.
    pub(crate) fn lock_check(&self, patience: Duration) -> Option<CheckLock> {
        // Only a login makes a home folder: one such as /nonexistent must not come into being.
        if self.folder.path().parent().is_some_and(|home| !home.is_dir()) {
            return None;
        }
        let folder = self.folder.child(FOLDER).ok()?;
        folder.check_creation().ok()?;
        create_private_folder(folder.path()).ok()?;
        CheckLock::wait(self.entry(LOCK).ok()?.path(), patience).ok()
    }

    /// What was published last to those who waited, and when.
    pub(crate) fn last_message(&self) -> Option<(String, SystemTime)> {
        let lock = self.entry(LOCK).ok()?;
        let published = lock.found()?.modified().ok()?;
        let message = String::from_utf8(lock.read(LONGEST_MESSAGE).ok()??).ok()?;
        Some((message.strip_suffix(END)?.to_owned(), published))
    }

    /// In a folder of ours that others can't create files in, or they could leave an entry of theirs there.
    fn entry(&self, extension: &str) -> Result<Trusted, OpenError> {
        let folder = self.folder.child(FOLDER)?.closed_to_others()?;
        folder.child(&format!("{}{extension}", self.name))?.closed_to_others()
    }

    fn sweep(&self, now: SystemTime) {
        let before = now.checked_sub(KEPT_FOR);
        if let (Ok(folder), Some(before)) = (self.folder.child(FOLDER), before) {
            remove_old_files(&folder, is_ours, before);
        }
    }
}

/// Whether this program made a file of this name and size: an empty entry, or its lock.
fn is_ours(name: &str, size: u64) -> bool {
    let entry = name.strip_suffix(LOCK);
    let digest = entry.unwrap_or(name);
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_digest && (entry.is_some() || size == 0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::Secret;

    fn credential(secret: &str) -> Credential {
        Credential { handle: "a.example".parse().unwrap(), secret: Secret::new(secret) }
    }

    fn validation(folder: &Path, secret: &str) -> Validation {
        let folder = Trusted::find(folder).unwrap();
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
        assert_ne!(old.name, new.name, "each secret has its own");
        drop(old.lock_check(Duration::ZERO).unwrap());
        let then = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        old.record(then);
        new.record(then + KEPT_FOR + Duration::from_secs(1));
        assert!(old.validated_at().is_none() && new.validated_at().is_some());
    }
}
