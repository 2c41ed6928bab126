//! A lock for checking one account, with a message from the process that holds it to those that wait for it.
//!
//! A message is valid only for processes that were already waiting when it was written: for them the lock file's
//! modification time has changed during the wait. No clock is compared, so none can be wrong.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::platform::fs::{lock, write_all};

/// In bytes: a URL and what it is for.
pub(super) const LONGEST_MESSAGE: u64 = 8 * 1024;

/// Without it a message is incomplete.
pub(super) const END: char = '\n';

/// Held until it is dropped.
#[derive(Debug)]
pub(crate) struct CheckLock {
    file: File,
    before: Option<SystemTime>,
}

impl CheckLock {
    pub(crate) fn wait(path: &Path, patience: Duration) -> io::Result<Self> {
        let before = fs::metadata(path).and_then(|file| file.modified()).ok();
        Ok(Self { file: lock(path, patience)?, before })
    }

    /// The message that was published while this process waited for the lock.
    pub(crate) fn received(&mut self) -> Option<String> {
        let changed = self.file.metadata().and_then(|file| file.modified()).ok()?;
        if self.before == Some(changed) {
            return None;
        }
        // Only now: on Windows no other process can read a locked file.
        let mut message = String::new();
        self.file.rewind().ok()?;
        (&self.file).take(LONGEST_MESSAGE).read_to_string(&mut message).ok()?;
        message.strip_suffix(END).map(str::to_owned)
    }

    /// Best effort: a process that does not receive it checks for itself.
    pub(crate) fn publish(&mut self, message: &str, now: SystemTime) {
        let _ = self.write(message, now);
    }

    fn write(&mut self, message: &str, now: SystemTime) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        write_all(&self.file, format!("{message}{END}").as_bytes())?;
        self.file.set_modified(now)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn a_message_is_received_only_by_those_who_were_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let wait = || CheckLock::wait(&path, Duration::ZERO).unwrap();
        let mut first = wait();
        assert_eq!(first.received().as_deref(), None, "there was none before");
        first.publish("a long message", NOW);
        first.publish("message", NOW + Duration::from_nanos(100));
        let waiting = first.before;
        drop(first);
        let mut later = wait();
        assert_eq!(later.received(), None);
        later.before = waiting;
        assert_eq!(later.received().as_deref(), Some("message"));
    }

    #[test]
    fn an_incomplete_message_is_not_received() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        for left in ["", "messag"] {
            let mut lock = CheckLock::wait(&path, Duration::ZERO).unwrap();
            lock.file.set_len(0).and_then(|()| lock.file.write_all(left.as_bytes())).unwrap();
            lock.before = None;
            assert_eq!(lock.received(), None, "{left}");
        }
        let long = "x".repeat(usize::try_from(LONGEST_MESSAGE).unwrap());
        let mut lock = CheckLock::wait(&path, Duration::ZERO).unwrap();
        lock.publish(&long, NOW);
        assert_eq!(lock.received(), None);
    }
}
