//! The bounded reader of other programs' files: Docker waits for us, and whoever wrote the files owes us nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::platform::fs::{Trusted, read_at_most};

/// Files that are opened for all clients together.
const MOST_FILES: usize = 8;
/// Bytes of one file.
const LONGEST: u64 = 1 << 20;
/// Bytes that aliases and variables may add, in all files: the same long text can stand in many places.
const MOST_COPIED: usize = 1 << 18;
/// All reading and evaluating, so that it is over within 20 ms with the clearing up. As CPU time where that is possible:
/// which account is used must not depend on how busy the machine is.
const MOST_TIME: Duration = Duration::from_millis(12);
/// And on the wall, for file systems that are slow to answer.
const LONGEST_WAIT: Duration = Duration::from_millis(200);

/// What may still be read. `None` from any method means that nothing can be decided.
#[derive(Debug)]
pub(super) struct Files {
    texts: RefCell<BTreeMap<PathBuf, Rc<str>>>,
    left: Cell<usize>,
    left_to_copy: Cell<usize>,
    busy_since: Duration,
    since: Instant,
}

impl Files {
    pub(super) fn new() -> Self {
        Self {
            texts: RefCell::default(),
            left: Cell::new(MOST_FILES),
            left_to_copy: Cell::new(MOST_COPIED),
            busy_since: busy_time(),
            since: Instant::now(),
        }
    }

    pub(super) fn left_to_copy(&self) -> usize {
        self.left_to_copy.get()
    }

    /// Before a text of this length is made from others.
    pub(super) fn copy(&self, length: usize) -> Option<()> {
        self.left_to_copy.set(self.left_to_copy.get().checked_sub(length)?);
        Some(())
    }

    /// None once the time is up. For work that takes long without reading.
    pub(super) fn check_time(&self) -> Option<()> {
        let busy = busy_time().saturating_sub(self.busy_since);
        (busy < MOST_TIME && self.since.elapsed() < LONGEST_WAIT).then_some(())
    }

    /// Whether there is something by this name: a client stops at the first of its default names, even if that is a
    /// folder.
    #[expect(clippy::unused_self, reason = "everything that looks at a client's files goes through here")]
    pub(super) fn exists(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok()
    }

    /// The text of a file, without a byte order mark. A file that was read before costs nothing.
    pub(super) fn read(&self, path: &Path) -> Option<Rc<str>> {
        if let Some(text) = self.texts.borrow().get(path) {
            return Some(Rc::clone(text));
        }
        self.check_time()?;
        self.left.set(self.left.get().checked_sub(1)?);
        let text = String::from_utf8(bytes(path)?).ok()?;
        let text: Rc<str> = text.strip_prefix('\u{feff}').unwrap_or(&text).into();
        self.texts.borrow_mut().insert(path.to_owned(), Rc::clone(&text));
        Some(text)
    }
}

/// The whole of a trusted regular file that does not change meanwhile.
fn bytes(path: &Path) -> Option<Vec<u8>> {
    let (file, before) = Trusted::find(path).ok()?.open().ok()?;
    let bytes = read_at_most(&file, before.len(), LONGEST).ok()?;
    let after = file.metadata().ok()?;
    let is_unchanged = after.len() == bytes.len() as u64 && after.modified().ok() == before.modified().ok();
    is_unchanged.then_some(bytes)
}

#[cfg(unix)]
fn busy_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Safe code has no such clock elsewhere, and a wall clock would count what a virus scanner takes for each file.
#[cfg(not(unix))]
fn busy_time() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "nobody else reads these files")]
    fn only_whole_short_text_files_are_read() {
        let folder = folder();
        for (name, content, expected) in [
            ("text", b"a: b\n".to_vec(), Some("a: b\n".to_owned())),
            ("bom", b"\xef\xbb\xbfa".to_vec(), Some("a".to_owned())),
            ("empty", Vec::new(), Some(String::new())),
            ("binary", vec![0xff, 0xfe, 0], None),
            ("longest", vec![b'x'; 1 << 20], Some("x".repeat(1 << 20))),
            ("too_long", vec![b'x'; (1 << 20) + 1], None),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            assert_eq!(Files::new().read(&path).as_deref(), expected.as_deref(), "{name}");
        }
        assert_eq!(Files::new().read(folder.path()), None);
        assert_eq!(Files::new().read(&folder.path().join("missing")), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = folder();
        let path = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(Files::new().read(&path), None);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "nobody else reads these files")]
    fn eight_files_are_read_at_most() {
        let folder = folder();
        let files = Files::new();
        let path = |at: usize| folder.path().join(at.to_string());
        for at in 0..9 {
            fs::write(path(at), "x").unwrap();
            assert_eq!(files.read(&path(at)).is_some(), at < 8, "{at}");
        }
        assert!(files.read(&path(0)).is_some(), "read before");
    }

    #[test]
    fn nothing_is_read_when_the_time_is_up() {
        let since = Instant::now().checked_sub(LONGEST_WAIT).unwrap();
        let files = Files { since, ..Files::new() };
        assert_eq!(files.check_time(), None);
        assert_eq!(files.read(Path::new("Cargo.toml")), None);
    }
}
