//! What is measured, and how good it has to be.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, json};
use tempfile::TempDir;

use super::appview::AppView;
use super::case::{Before, Case};
use super::competitors;

/// A client's words, which name one of two accounts.
pub(crate) const CLIENT_WORDS: [&str; 2] = ["push", "localhost:9/a.example/app:1"];

/// A registry that nobody answers for: what goes there by mistake fails.
const REGISTRY: &str = "localhost:9";

pub(crate) const BASELINE: &str = "/bin/true";
const FRESH: &str = "get, fresh stamp, two accounts";
const MANY: &str = "get, 200 registries, 5,000 accounts";

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) case: Case,
    pub(crate) goals: Vec<Goal>,
    /// Whether its instructions are worth counting: those of a peer, or of many threads at once, are not.
    pub(crate) is_counted: bool,
}

/// How good a row has to be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At most so many times as long as that row takes.
    Times(f64, &'static str),
    AtMost(Duration),
    Instructions(u64),
    /// The most memory, in KiB.
    Peak(u64),
}

impl Row {
    pub(crate) fn has_peak(&self) -> bool {
        self.goals.iter().any(|goal| matches!(goal, Goal::Peak(_)))
    }
}

/// The rows, and what they need to be there.
pub(crate) struct Bench {
    pub(crate) rows: Vec<Row>,
    _folders: [TempDir; 2],
    _appviews: [AppView; 2],
}

impl Bench {
    pub(crate) fn set_up() -> Self {
        let site = Site::new();
        let (checked, slow) = (AppView::start_https(), AppView::start());
        let mut rows = vec![
            Row { name: BASELINE.to_owned(), case: Case::new(BASELINE, &[]), goals: Vec::new(), is_counted: true },
            site.fresh(),
            site.list(),
            site.store(),
            site.erase(),
            site.many(),
            site.many_after_a_change(),
            site.checked(&checked),
            site.status(&slow),
        ];
        rows.extend(competitors::installed());
        Self { rows, _folders: [site.folder, site.installed], _appviews: [checked, slow] }
    }
}

/// The program, and a folder in memory, where waiting for a disk does not count.
struct Site {
    program: PathBuf,
    folder: TempDir,
    installed: TempDir,
}

impl Site {
    fn new() -> Self {
        let built = env!("CARGO_BIN_EXE_docker-credential-atcr").into();
        let built: PathBuf = env::var_os("ATCR_BENCH_PROGRAM").unwrap_or(built).into();
        // Written at once, as by an installer: the pages of a linker's own file lie scattered in the system's memory.
        let installed = TempDir::new().expect("a folder for the program");
        let program = installed.path().join("docker-credential-atcr");
        fs::copy(built, &program).expect("copy the program");
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        Self { program, folder: folder.expect("a folder for the bench"), installed }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("in the folder")).expect("make a folder");
        fs::write(&path, content).expect("write a file");
        path
    }

    /// The program with a config folder of this name, in which `accounts` stand.
    fn case(&self, name: &str, arguments: &[&str], accounts: &str) -> Case {
        let home = self.folder.path().join(name);
        let device_json = self.file(&format!("{name}/.atcr/device.json"), accounts);
        restrict(&device_json, 0o600);
        restrict(&home.join(".atcr"), 0o700);
        Case::new(&self.program, arguments).with("HOME", &home)
    }

    fn row(&self, name: &str, case: Case, goals: &[Goal]) -> Row {
        let _ = self;
        Row { name: name.to_owned(), case, goals: goals.to_vec(), is_counted: true }
    }

    fn fresh(&self) -> Row {
        let accounts = accounts(&format!("http://{REGISTRY}"));
        let case = self.case("fresh", &["get"], &accounts).reading(self.file("fresh/input", REGISTRY));
        self.stamp("fresh", &format!("http://{REGISTRY}"), "a.example", &secret("a.example"));
        let answer = case.output();
        assert!(answer.contains("\"Username\":\"a.example\""), "the client's words decide, but: {answer}");
        let goals = [Goal::Times(0.5, BASELINE), Goal::Instructions(450_000), Goal::Peak(2 * 1024)];
        self.row(FRESH, case, &goals)
    }

    fn list(&self) -> Row {
        let case = self.case("list", &["list"], &accounts(&format!("http://{REGISTRY}")));
        assert!(case.output().contains(REGISTRY));
        self.row("list", case, &[Goal::Times(0.6, BASELINE)])
    }

    fn store(&self) -> Row {
        let accounts = accounts(&format!("http://{REGISTRY}"));
        let credential = json!({"ServerURL": REGISTRY, "Username": "c.example", "Secret": "atcr_device_new"});
        let case = self.case("store", &["store"], &accounts);
        let input = self.file("store/input", credential.to_string());
        self.row("store", self.changing("store", case.reading(input), &accounts), &[Goal::Times(0.6, BASELINE)])
    }

    fn erase(&self) -> Row {
        let accounts = accounts(&format!("http://{REGISTRY}"));
        let case = self.case("erase", &["erase"], &accounts).reading(self.file("erase/input", REGISTRY));
        self.row("erase", self.changing("erase", case, &accounts), &[Goal::Times(0.6, BASELINE)])
    }

    /// A case that changes device.json, which is as it was before each start.
    fn changing(&self, name: &str, case: Case, accounts: &str) -> Case {
        let device_json = self.folder.path().join(name).join(".atcr/device.json");
        let case = case.after(Before::Write(device_json.clone(), accounts.as_bytes().to_vec()));
        case.output();
        assert_ne!(fs::read_to_string(device_json).expect("read device.json"), accounts, "nothing was changed");
        case
    }

    fn many(&self) -> Row {
        let (_, case) = self.large("many");
        self.row(MANY, case, &[Goal::Times(2.0, FRESH)])
    }

    /// The first `get` after device.json was written looks through all of it.
    fn many_after_a_change(&self) -> Row {
        let (home, case) = self.large("changed");
        let places = home.join(".atcr/device.json.places");
        assert!(places.exists(), "nothing was remembered");
        let case = case.after(Before::Remove(places));
        self.row(&format!("{MANY}, after a change"), case, &[])
    }

    /// A home of 200 registries with 25 accounts each, and a `get` of one in the middle.
    fn large(&self, home: &str) -> (PathBuf, Case) {
        let names: Vec<String> = (1..=200).map(|number| format!("registry{number}.example.com")).collect();
        let all: Map<_, _> = names.iter().map(|name| (format!("https://{name}"), registry(25))).collect();
        let content = format!("{:#}\n", json!({"version": 2, "registries": all}));
        let name = &names[99];
        let case = self.case(home, &["get"], &content).reading(self.file(&format!("{home}/input"), name));
        let active = handle(0);
        self.stamp(home, &format!("https://{name}"), &active, &secret(&active));
        assert!(case.output().contains(&format!("\"Username\":\"{active}\"")));
        (self.folder.path().join(home), case)
    }

    /// As on a machine with its usual certificates, of which one more vouches for the stand-in.
    fn checked(&self, appview: &AppView) -> Row {
        appview.person("a.example", "did:plc:a");
        let accounts = with_secret(&appview.url(), "a.example", &appview.device_secret("a.example"));
        let system = fs::read_to_string("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
        let certificates = self.file("checked/ca.pem", system + appview.ca_pem());
        let case = self.case("checked", &["get"], &accounts).with("SSL_CERT_FILE", certificates);
        let case = case.reading(self.file("checked/input", appview.url()));
        let case = case.after(Before::Remove(self.folder.path().join("checked/.atcr/validated")));
        case.output();
        let seen = (appview.connections(), appview.log().len());
        assert_eq!(seen, (1, 1), "connections and requests of one get");
        let goals = [Goal::AtMost(Duration::from_millis(3)), Goal::Instructions(13_000_000)];
        self.row("get, asking over https, system's CAs", case, &goals)
    }

    fn status(&self, appview: &AppView) -> Row {
        let people: Vec<String> = (0..20).map(handle).collect();
        let accounts = people.iter().map(|person| {
            appview.person(person, &format!("did:plc:{person}"));
            (person.clone(), json!({"handle": person, "device_secret": appview.device_secret(person)}))
        });
        let accounts: Map<_, _> = accounts.collect();
        let content = json!({"version": 2, "registries": {appview.url(): {"active": "", "accounts": accounts}}});
        appview.delay_checks(Duration::from_millis(300));
        let case = self.case("status", &["status", "--json"], &content.to_string());
        let row = self.row("status, 20 accounts, 300 ms each", case, &[Goal::AtMost(Duration::from_millis(600))]);
        Row { is_counted: false, ..row }
    }

    /// Remembers that the registry has just accepted the secret, for as long as the bench may take.
    fn stamp(&self, name: &str, registry: &str, handle: &str, secret: &str) {
        let path = self.file(&format!("{name}/.atcr/validated/{}", stamp_name(registry, handle, secret)), "");
        let soon = std::time::SystemTime::now();
        fs::File::open(path).and_then(|stamp| stamp.set_modified(soon)).expect("date a stamp");
    }
}

fn stamp_name(registry: &str, handle: &str, secret: &str) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(format!("{registry}\n{handle}\n{secret}"));
    digest.iter().fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn handle(number: usize) -> String {
    format!("person{number}.example.com")
}

/// As long as those that an AppView gives out.
fn secret(handle: &str) -> String {
    format!("atcr_device_{:0>43}", handle.replace('.', "_"))
}

fn account(handle: &str) -> serde_json::Value {
    json!({"handle": handle, "did": "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "device_secret": secret(handle)})
}

fn registry(people: usize) -> serde_json::Value {
    let accounts: Map<_, _> = (0..people).map(handle).map(|person| (person.clone(), account(&person))).collect();
    json!({"active": handle(0), "accounts": accounts})
}

/// Two people, of whom b is the active one.
fn accounts(url: &str) -> String {
    let accounts = json!({"a.example": account("a.example"), "b.example": account("b.example")});
    format!("{:#}\n", json!({"version": 2, "registries": {url: {"active": "b.example", "accounts": accounts}}}))
}

fn with_secret(url: &str, handle: &str, secret: &str) -> String {
    let accounts = json!({handle: {"handle": handle, "device_secret": secret}});
    json!({"version": 2, "registries": {url: {"active": handle, "accounts": accounts}}}).to_string()
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("restrict a file");
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) {}
