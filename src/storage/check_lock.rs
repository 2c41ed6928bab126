//! Turns at asking about one account, and the word that one process leaves for those that wait for theirs.
//!
//! A word counts for who was waiting when it was left, and for nobody who came later. That is told by the lock file's
//! time of change, which is another one after the wait: no clock is compared, so none can be wrong.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::platform::fs::lock;

/// The longest word, in bytes: a URL and what it is for.
const LONGEST_WORD: u64 = 8 * 1024;

/// Without it a word is not whole.
const END: char = '\n';

/// A turn. It ends when it is dropped.
#[derive(Debug)]
pub struct CheckLock {
    file: File,
    before: Option<SystemTime>,
}

impl CheckLock {
    pub(crate) fn wait(path: &Path, patience: Duration) -> io::Result<Self> {
        let before = fs::metadata(path).and_then(|file| file.modified()).ok();
        Ok(Self { file: lock(path, patience)?, before })
    }

    /// The word that was left while this turn was waited for.
    pub(crate) fn heard(&mut self) -> Option<String> {
        let changed = self.file.metadata().and_then(|file| file.modified()).ok()?;
        if self.before == Some(changed) {
            return None;
        }
        // Not before the lock is there: Windows lets nobody else read what is locked.
        let mut word = String::new();
        self.file.rewind().ok()?;
        (&self.file).take(LONGEST_WORD).read_to_string(&mut word).ok()?;
        word.strip_suffix(END).map(str::to_owned)
    }

    /// Leaves a word, at the time `now`.
    pub(crate) fn leave(&mut self, word: &str, now: SystemTime) {
        let left = self.file.set_len(0).and_then(|()| self.file.rewind());
        let left = left.and_then(|()| self.file.write_all(format!("{word}{END}").as_bytes()));
        // Who does not hear it asks, and all is well.
        drop(left.and_then(|()| self.file.set_modified(now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn a_word_is_heard_by_who_was_waiting_and_by_nobody_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let wait = || CheckLock::wait(&path, Duration::ZERO).unwrap();
        let mut first = wait();
        assert_eq!(first.heard().as_deref(), None, "nobody was there before");
        first.leave("a long word", NOW);
        first.leave("word", NOW + Duration::from_nanos(100));
        let waiting = first.before;
        drop(first);
        let mut later = wait();
        assert_eq!(later.heard(), None);
        later.before = waiting;
        assert_eq!(later.heard().as_deref(), Some("word"));
    }

    #[test]
    fn who_ended_without_a_word_or_in_the_midst_of_it_is_not_heard() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        for left in ["", "wor"] {
            let mut turn = CheckLock::wait(&path, Duration::ZERO).unwrap();
            turn.file.set_len(0).and_then(|()| turn.file.write_all(left.as_bytes())).unwrap();
            turn.before = None;
            assert_eq!(turn.heard(), None, "{left}");
        }
        let long = "x".repeat(usize::try_from(LONGEST_WORD).unwrap());
        let mut turn = CheckLock::wait(&path, Duration::ZERO).unwrap();
        turn.leave(&long, NOW);
        assert_eq!(turn.heard(), None);
    }
}
