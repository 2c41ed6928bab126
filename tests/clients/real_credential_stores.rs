//! Secrets in the real credential stores of Docker that a Linux machine has: docker-credential-pass with a gpg key of
//! the test's own, and docker-credential-secretservice with a keyring of the test's own on a message bus of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::clients::installed::all;
use crate::support::{AppView, EVAN, Home, MICHELLE, PROGRAM, Run, appview, skip};

/// A credential store that is ready, and the home that it is in.
struct InstalledStore {
    name: &'static str,
    home: Home,
    variables: Vec<(&'static str, String)>,
    session: Option<Child>,
    _lock: Option<MutexGuard<'static, ()>>,
}

/// Every gpg-agent of a user makes its socket in one folder, if there is one (`/run/user/UID`), and at the same time two
/// of them can fail to.
static GPG: Mutex<()> = Mutex::new(());

impl InstalledStore {
    fn command(&self, program: &str) -> Command {
        let mut command = self.home.command(program);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(*PROGRAM);
        command.args(arguments);
        Run::new(command)
    }

    /// Calls the store as Docker does when it keeps its own entries there.
    fn as_docker(&self, verb: &str, input: &str) -> Run {
        let mut command = self.command(&format!("docker-credential-{}", self.name));
        command.arg(verb);
        Run::new(command).stdin(input)
    }

    /// Starts a message bus and a keyring on it, as the person's next session. The bus ends with its stdin.
    fn start_session(&mut self, keyring: &str) {
        self.end_session();
        self.variables = vec![("XDG_RUNTIME_DIR", self.home.path("run").to_str().unwrap().to_owned())];
        let script = format!("{keyring} >/dev/null; echo \"$DBUS_SESSION_BUS_ADDRESS\"; cat >/dev/null");
        let mut bus = self.command("dbus-run-session");
        bus.args(["--", "sh", "-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut session = bus.spawn().unwrap();
        let mut address = String::new();
        BufReader::new(session.stdout.take().unwrap()).read_line(&mut address).unwrap();
        self.variables.push(("DBUS_SESSION_BUS_ADDRESS", address.trim().to_owned()));
        self.session = Some(session);
    }

    fn end_session(&mut self) {
        if let Some(mut session) = self.session.take() {
            drop(session.stdin.take());
            session.wait().unwrap();
        }
    }

    fn login(&self, appview: &AppView, handle: &str, store: &[&str]) -> Run {
        let host = appview.host();
        let arguments = ["login", &host, "--with-token", "--handle", handle, "--configure-docker=no"];
        self.run(&[&arguments[..], store].concat()).stdin(appview.device_secret(handle)).stderr_has(&["✓ Logged in to"])
    }
}

impl Drop for InstalledStore {
    fn drop(&mut self) {
        // Both keep a process in the background for what they hold open.
        for end in [&["--kill", "gpg-agent"][..], &["--remove-socketdir"]] {
            let _ = self.command("gpgconf").args(end).output();
        }
        self.end_session();
    }
}

/// Whether all of these programs are there; the test is skipped if not.
fn are_installed(programs: &[&str]) -> bool {
    let missing: Vec<_> = programs.iter().filter(|program| all(program).is_empty()).collect();
    if !missing.is_empty() {
        skip(&format!("{missing:?} are not installed"));
    }
    missing.is_empty()
}

fn pass() -> Option<InstalledStore> {
    if !are_installed(&["docker-credential-pass", "pass", "gpg"]) {
        return None;
    }
    let lock = GPG.lock().unwrap_or_else(PoisonError::into_inner);
    let store =
        InstalledStore { name: "pass", home: Home::new(), variables: Vec::new(), session: None, _lock: Some(lock) };
    // Before another test's podman makes that folder in the midst of this one.
    let _ = store.command("gpgconf").arg("--create-socketdir").output();
    let key = ["--batch", "--passphrase", "", "--quick-generate-key", "tester", "future-default", "default", "never"];
    for (program, arguments) in [("gpg", &key[..]), ("pass", &["init", "tester"])] {
        let made = store.command(program).args(arguments).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    Some(store)
}

fn secretservice() -> Option<InstalledStore> {
    if !are_installed(&["docker-credential-secretservice", "dbus-run-session", "gnome-keyring-daemon"]) {
        return None;
    }
    let home = Home::new();
    fs::create_dir(home.path("run")).unwrap();
    home.set_mode("run", 0o700);
    let mut store = InstalledStore { name: "secretservice", home, variables: Vec::new(), session: None, _lock: None };
    store.start_session(UNLOCK);
    Some(store)
}

/// As a desktop's login does it.
const UNLOCK: &str = "printf secret | gnome-keyring-daemon --unlock --components=secrets";

/// As over ssh, without the keyring's password.
const LEAVE_LOCKED: &str = "gnome-keyring-daemon --start --components=secrets </dev/null";

fn separates_the_accounts_of_a_registry(store: &InstalledStore) {
    let appview = appview();
    let host = appview.host();
    let evans = format!("{host}/{EVAN}/app");
    store.login(&appview, EVAN, &["--store", store.name]).check();
    store.login(&appview, MICHELLE, &["--store", store.name]).check();
    assert!(!store.home.device_json().contains("atcr_device_"));
    let answer = |server: &str| {
        let seen = store.run(&["get"]).stdin(server).any_stdout().check();
        let answer: Value = serde_json::from_str(&seen.stdout).unwrap();
        (answer["Username"].as_str().unwrap().to_owned(), answer["Secret"].as_str().unwrap().to_owned())
    };
    let (handle, evans_secret) = answer(&evans);
    assert_eq!((handle.as_str(), answer(&host).0.as_str()), (EVAN, MICHELLE));
    store.run(&["status"]).stdout_has(&[&format!("secrets in docker-credential-{}", store.name)]).check();

    // What Docker itself keeps for the registry in the same store is neither ours nor in our way.
    for server in [&host, &format!("https://{host}")] {
        let (_, (_, stdout, _)) = store.as_docker("get", server).timed();
        assert!(!stdout.contains("atcr_device_"), "{stdout}");
        let object = format!(r#"{{"ServerURL":"{server}","Username":"docker","Secret":"docker's"}}"#);
        store.as_docker("store", &object).check();
        assert_eq!(answer(&evans), (EVAN.to_owned(), evans_secret.clone()));
        store.as_docker("erase", server).check();
        assert_eq!(answer(&host).0, MICHELLE);
    }

    // Back to the file, and out of the store again.
    store.login(&appview, MICHELLE, &["--store", "file"]).check();
    assert_eq!(answer(&evans), (EVAN.to_owned(), evans_secret));
    store.login(&appview, EVAN, &["--store", "file"]).check();
    store.as_docker("list", "unused").stdout("{}\n").check();
    store.login(&appview, MICHELLE, &["--store", store.name]).check();
    store.run(&["erase"]).stdin(&*host).stderr(format!("logged out of {host} as {MICHELLE}\n")).check();
    store
        .run(&["logout"])
        .stderr(format!(
            "✓ Logged out of {host} as {EVAN}.\nhttp://{host} still lists this device; you can revoke it there.\n"
        ))
        .check();
    store.as_docker("list", "unused").stdout("{}\n").check();
}

#[test]
fn pass_separates_the_accounts_of_a_registry() {
    if let Some(store) = pass() {
        separates_the_accounts_of_a_registry(&store);
    }
}

#[test]
fn secretservice_separates_the_accounts_of_a_registry() {
    if let Some(store) = secretservice() {
        separates_the_accounts_of_a_registry(&store);
    }
}

#[test]
fn a_pass_without_its_key_is_an_error_that_says_so() {
    let Some(store) = pass() else { return };
    let appview = appview();
    store.login(&appview, EVAN, &["--store", "pass"]).check();
    let host = appview.host();
    fs::remove_dir_all(store.home.path(".gnupg/private-keys-v1.d")).unwrap();
    let whose = format!("docker-credential-pass failed to read the secret for {EVAN} on {host}: it says: ");
    store.run(&["get"]).stdin(&*host).status(1).stdout_has(&[&whose]).stderr_has(&[&whose]).check();
    fs::remove_dir_all(store.home.path(".password-store")).unwrap();
    store.run(&["get"]).stdin(&*host).status(1).stdout_has(&["docker-credential-pass failed"]).any_stderr().check();
}

#[test]
fn a_locked_or_missing_keyring_is_an_error_in_time() {
    let Some(mut store) = secretservice() else { return };
    let appview = appview();
    store.login(&appview, EVAN, &["--store", "secretservice"]).check();
    let host = appview.host();
    let whose = format!("docker-credential-secretservice failed to read the secret for {EVAN} on {host}: ");
    let fails = |store: &InstalledStore, server: &str| {
        let get = store.run(&["get"]).stdin(&*host).env("DBUS_SESSION_BUS_ADDRESS", server);
        get.status(1).stdout_has(&[&whose]).stderr_has(&[&whose]).check()
    };
    fails(&store, "unix:path=/nonexistent");
    store.start_session(LEAVE_LOCKED);
    let seen = fails(&store, &store.variables[1].1);
    assert!(seen.stdout.contains("locked"), "{}", seen.stdout);
    store.start_session(UNLOCK);
    store.run(&["get"]).stdin(&*host).stdout_has(&[EVAN]).check();
}
