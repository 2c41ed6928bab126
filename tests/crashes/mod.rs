//! What is left of the files when the program is killed, or the system fails it, in the middle of a change: the old
//! file or the new one, and after the next run not a byte that a run without trouble would not have left.

mod descriptors;
mod failing;
mod full_disk;
mod get;
mod in_place;
mod killed;
mod links;
mod no_locks;
mod strace;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Home, PROGRAM};

const TWO_ACCOUNTS: &str = r#"{"version": 2, "registries": {"https://atcr.io": {"active": "b.example", "accounts": {
    "a.example": {"device_secret": "atcr_device_a"}, "b.example": {"device_secret": "atcr_device_b"}}}}}"#;
const FLAT: &str = r#"{"handle": "a.example", "device_secret": "atcr_device_a", "appview_url": "https://atcr.io"}"#;
const STORE: &str = r#"{"ServerURL": "atcr.io", "Username": "c.example", "Secret": "atcr_device_c"}"#;
const PLAIN: &str = "{\n\t\"auths\": {\n\t\t\"other.example\": {\n\t\t\t\"auth\": \"c2VjcmV0\"\n\t\t}\n\t}\n}\n";

/// One change of one file.
struct Scenario {
    name: &'static str,
    arguments: &'static [&'static str],
    stdin: &'static str,
    /// What is there before.
    files: &'static [(&'static str, &'static str)],
    /// The file that is changed.
    file: &'static str,
    /// Whether the command answers from memory where the file can't be written.
    goes_on: bool,
}

const DEVICE_JSON: &str = ".atcr/device.json";
const CONFIG_JSON: &str = ".docker/config.json";

const SCENARIOS: [Scenario; 6] = [
    scenario("the first store", &["store"], STORE, &[], DEVICE_JSON),
    scenario("store", &["store"], STORE, &[(DEVICE_JSON, TWO_ACCOUNTS)], DEVICE_JSON),
    scenario("erase", &["erase"], "atcr.io", &[(DEVICE_JSON, TWO_ACCOUNTS)], DEVICE_JSON),
    Scenario { goes_on: true, ..scenario("migration", &["list"], "", &[(DEVICE_JSON, FLAT)], DEVICE_JSON) },
    scenario("configure-docker", &["configure-docker", "atcr.io"], "", &[(CONFIG_JSON, PLAIN)], CONFIG_JSON),
    scenario("the first configure-docker", &["configure-docker", "atcr.io"], "", &[], CONFIG_JSON),
];

const fn scenario(
    name: &'static str,
    arguments: &'static [&'static str],
    stdin: &'static str,
    files: &'static [(&'static str, &'static str)],
    file: &'static str,
) -> Scenario {
    Scenario { name, arguments, stdin, files, file, goes_on: false }
}

/// Every file below a folder, with its mode.
type Tree = BTreeMap<PathBuf, (u32, Vec<u8>)>;

/// A scenario, and what it does where nothing is in its way.
struct Rehearsed {
    scenario: &'static Scenario,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
    /// Everything that two runs leave behind: a second one finds nothing to do.
    tree: Tree,
}

impl Scenario {
    fn rehearse(&'static self) -> Rehearsed {
        let home = self.home();
        let before = self.content(&home);
        let run = |again: &str| {
            let output = self.command(&home, *PROGRAM, &[]).output().unwrap();
            assert!(output.status.success(), "{}{again}: {output:?}", self.name);
        };
        run("");
        let after = self.content(&home);
        assert_ne!(before, after, "{} changes the file", self.name);
        run(" again");
        Rehearsed { scenario: self, before, after, tree: tree(&home.path("")) }
    }

    /// A home in which it is still to be done.
    fn home(&self) -> Home {
        let home = Home::in_memory();
        for (name, content) in self.files {
            home.write(name, content);
            home.set_mode(name, 0o600);
            home.set_mode(Path::new(name).parent().unwrap().to_str().unwrap(), 0o700);
        }
        home
    }

    fn content(&self, home: &Home) -> Option<Vec<u8>> {
        fs::read(home.path(self.file)).ok()
    }

    /// The program doing it, started by `program` with `words` before its own.
    fn command(&self, home: &Home, program: &str, words: &[&str]) -> Command {
        // Outside of the home, which is compared.
        let stdin = tempfile::NamedTempFile::new().unwrap();
        fs::write(stdin.path(), self.stdin).unwrap();
        let mut command = home.command(program);
        command.args(words);
        if program != *PROGRAM {
            command.arg(*PROGRAM);
        }
        command.args(self.arguments).stdin(File::open(stdin.path()).unwrap());
        command
    }
}

impl Rehearsed {
    /// Whether the scenario is done, and not half done.
    #[track_caller]
    fn is_done(&self, home: &Home, trouble: &str) -> bool {
        let found = self.scenario.content(home);
        let is_whole = found == self.before || found == self.after;
        assert!(is_whole, "{} with {trouble}: neither old nor new\n{found:?}", self.scenario.name);
        for (path, (mode, content)) in &tree(&home.path("")) {
            let content = String::from_utf8_lossy(content);
            let is_secret = content.contains("atcr_dev") || content.contains("c2VjcmV0");
            let is_private = [0o600, 0o400].contains(mode);
            assert!(!is_secret || is_private, "{} with {trouble}: {mode:o} {}", self.scenario.name, path.display());
        }
        found == self.after
    }

    /// Runs it once more, with nothing in its way: all is as if there had never been any trouble.
    #[track_caller]
    fn recovers(&self, home: &Home, trouble: &str) {
        let output = self.scenario.command(home, *PROGRAM, &[]).output().unwrap();
        assert!(output.status.success(), "{} after {trouble}: {output:?}", self.scenario.name);
        let found = tree(&home.path(""));
        // Where there was no room for it, nothing needs a lock file any more.
        let is_lock = |path: &Path| path.ends_with("device.json.lock");
        let names = |tree: &Tree| tree.keys().filter(|path| !is_lock(path)).cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(&self.tree), "{} after {trouble}", self.scenario.name);
        for (path, file) in &found {
            assert_eq!(Some(file), self.tree.get(path), "{} after {trouble}: {}", self.scenario.name, path.display());
        }
    }
}

fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
                tree.insert(path.strip_prefix(folder).unwrap().to_owned(), (mode, fs::read(&path).unwrap()));
            }
        }
    }
    tree
}
