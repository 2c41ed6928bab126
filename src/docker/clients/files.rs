//! The bounded reader of other programs' files: Docker waits for us, and whoever wrote the files owes us nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use super::given_up::{GivenUp, Why, elsewhere};
use super::whole::read_whole;
use super::work::Work;
use crate::platform::fs::OpenError;
use crate::platform::os_text::path_of;
use crate::text::decode;

/// Files that are opened for all clients together.
const MOST_FILES: usize = 64;
/// Bytes that variables may add, in all files: the same long text can stand in many places.
const MOST_COPIED: usize = 1 << 18;
/// Steps for a look whether a file is there, and for reading one.
const LOOK: usize = 2_000;
const READ: usize = 20_000;

/// What may still be read. `None` from any method means that nothing can be decided.
#[derive(Debug)]
pub(super) struct Files {
    texts: RefCell<BTreeMap<PathBuf, Rc<str>>>,
    left: Cell<usize>,
    left_to_copy: Cell<usize>,
    work: Work,
    /// That was asked for last.
    current: RefCell<PathBuf>,
    given_up: RefCell<Option<GivenUp>>,
    /// What a client reads from elsewhere.
    passed_over: RefCell<Vec<String>>,
    is_in_doubt: Cell<bool>,
    lacks_variables: Cell<bool>,
}

impl Files {
    pub(super) fn new() -> Self {
        Self {
            texts: RefCell::default(),
            left: Cell::new(MOST_FILES),
            left_to_copy: Cell::new(MOST_COPIED),
            work: Work::begin(),
            current: RefCell::default(),
            given_up: RefCell::default(),
            passed_over: RefCell::default(),
            is_in_doubt: Cell::default(),
            lacks_variables: Cell::default(),
        }
    }

    /// The first file that was given up on, or else that is missing.
    pub(super) fn given_up(&self) -> Option<GivenUp> {
        self.given_up.borrow().clone()
    }

    /// Before the files of another client.
    pub(super) fn begin_client(&self) {
        self.current.take();
        self.passed_over.take();
        self.is_in_doubt.set(false);
        self.lacks_variables.set(false);
    }

    /// Whether a file of this client was given up on.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.is_in_doubt.get()
    }

    /// Notes why the file that was asked for last decides nothing.
    pub(super) fn give_up<T>(&self, why: impl Into<String>) -> Option<T> {
        self.note(Why::Unreadable(why.into()));
        self.is_in_doubt.set(true);
        None
    }

    fn note(&self, why: Why) {
        GivenUp::note(&mut self.given_up.borrow_mut(), &self.current.borrow(), why);
    }

    /// After a client of whose files nothing came.
    pub(super) fn understood_nothing(&self) {
        if !self.current.borrow().as_os_str().is_empty() {
            self.note(Why::NotUnderstood);
        }
    }

    /// A look at what may be something else: that it is not what was expected puts nothing in doubt.
    pub(super) fn tentatively<T>(&self, look: impl FnOnce() -> T) -> T {
        let (given_up, is_in_doubt) = (self.given_up(), self.is_in_doubt());
        let found = look();
        self.given_up.replace(given_up);
        self.is_in_doubt.set(is_in_doubt);
        found
    }

    /// Notes that a client reads what nobody else can, and what that is.
    pub(super) fn pass_over<T>(&self, name: &str) -> Option<T> {
        self.current.replace(name.into());
        self.passed_over.borrow_mut().push(name.to_owned());
        self.give_up(elsewhere(name))
    }

    /// The projects that this client reads from registries.
    pub(super) fn artifacts(&self) -> Vec<String> {
        self.passed_over.borrow().iter().filter(|name| name.starts_with("oci://")).cloned().collect()
    }

    /// A file of variables was given up on: one that is not known may have been set there.
    pub(super) fn lack_variables(&self) {
        self.lacks_variables.set(true);
    }

    pub(super) fn lacks_variables(&self) -> bool {
        self.lacks_variables.get()
    }

    /// Before a text of this length is made from others.
    pub(super) fn copy(&self, length: usize) -> Option<()> {
        let Some(left) = self.left_to_copy.get().checked_sub(length) else {
            return self.give_up(format!("its variables come to more than {} KiB", MOST_COPIED >> 10));
        };
        self.left_to_copy.set(left);
        Some(())
    }

    /// Before work of so many steps, of which each takes about a nanosecond.
    pub(super) fn spend(&self, steps: usize) -> Option<()> {
        match self.work.spend(steps) {
            Ok(()) => Some(()),
            Err(why) => self.give_up(why),
        }
    }

    pub(super) fn steps_left(&self) -> usize {
        self.work.left()
    }

    /// None once the time is up. For work that takes long without steps.
    pub(super) fn time_left(&self) -> Option<Duration> {
        match self.work.time_left() {
            Ok(left) => Some(left),
            Err(why) => self.give_up(why),
        }
    }

    /// Whether there is something by this name: a client stops at the first of its default names, even if that is a
    /// folder.
    pub(super) fn exists(&self, path: &Path) -> bool {
        self.spend(LOOK).is_some() && fs::metadata(path_of(path)).is_ok()
    }

    pub(super) fn is_folder(&self, path: &Path) -> bool {
        self.spend(LOOK).is_some() && path_of(path).is_dir()
    }

    /// The text of a file that a client stops without.
    pub(super) fn read_needed(&self, path: &Path) -> Option<Rc<str>> {
        let text = self.read(path);
        if text.is_none() {
            self.note(Why::Missing);
        }
        text
    }

    /// The text of a file, without a byte order mark. A file that was read before costs nothing.
    pub(super) fn read(&self, path: &Path) -> Option<Rc<str>> {
        self.current.replace(path.to_owned());
        if let Some(text) = self.texts.borrow().get(path) {
            return Some(Rc::clone(text));
        }
        self.spend(READ)?;
        self.time_left()?;
        let Some(left) = self.left.get().checked_sub(1) else {
            return self.give_up(format!("more than {MOST_FILES} files would have to be read"));
        };
        self.left.set(left);
        let bytes = match read_whole(&path_of(path)) {
            Ok(bytes) => bytes,
            Err(OpenError::Failed(error)) if error.kind() == ErrorKind::NotFound => {
                self.left.set(left + 1);
                return None;
            }
            Err(error) => return self.give_up(error.to_string()),
        };
        // Clients don't mind another encoding in a comment, and no image's name has such a character.
        let text: Rc<str> = decode(&bytes).into();
        if text.contains('\0') {
            return self.give_up("it is no text");
        }
        self.texts.borrow_mut().insert(path.to_owned(), Rc::clone(&text));
        Some(text)
    }
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
            ("binary", b"a\0b".to_vec(), None),
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

    #[cfg(target_os = "linux")]
    #[test]
    fn files_of_the_kernel_are_not_opened() {
        let folder = folder();
        std::os::unix::fs::symlink("/proc/version", folder.path().join("link")).unwrap();
        for path in [Path::new("/proc/version"), Path::new("/sys/../proc/version"), &folder.path().join("link")] {
            let files = Files::new();
            assert_eq!(files.read(path), None, "{}", path.display());
            let given_up = files.given_up().unwrap().to_string();
            assert!(given_up.ends_with("it is a file of the kernel's"), "{given_up}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "nobody else reads these files")]
    fn a_bounded_number_of_files_is_read() {
        let folder = folder();
        let files = Files::new();
        let path = |at: usize| folder.path().join(at.to_string());
        for at in 0..65 {
            fs::write(path(at), "x").unwrap();
            assert_eq!(files.read(&path(at)).is_some(), at < 64, "{at}");
        }
        assert!(files.read(&path(0)).is_some(), "read before");
        let given_up = files.given_up().unwrap().to_string();
        assert!(given_up.ends_with("more than 64 files would have to be read"), "{given_up}");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "nobody else reads these files")]
    fn what_is_given_up_on_is_told() {
        let folder = folder();
        let path = folder.path().join("f");
        fs::write(&path, vec![b'x'; (1 << 20) + 1]).unwrap();
        let files = Files::new();
        assert_eq!(files.read(&path), None);
        assert_eq!(files.spend(usize::MAX), None, "the first reason counts");
        let why = "it is larger than 1 MiB";
        assert_eq!(files.given_up().unwrap().to_string(), format!("{} decides nothing: {why}", path.display()));
        fs::write(&path, b"# caf\xe9\nFROM x").unwrap();
        let files = Files::new();
        assert_eq!(files.read(&path).as_deref(), Some("# caf\u{fffd}\nFROM x"));
        assert_eq!(files.read(&folder.path().join("gone")), None);
        assert_eq!(files.given_up(), None);
        assert_eq!((files.read_needed(&folder.path().join("needed")), files.is_in_doubt()), (None, false));
        assert!(files.given_up().is_some_and(|missing| !missing.may_name_images()));
        assert_eq!(files.pass_over::<()>("-"), None);
        assert!(files.given_up().unwrap().may_name_images(), "that comes before it");
    }
}
