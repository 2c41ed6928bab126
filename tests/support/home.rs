//! A home folder of a test's own, and programs started in it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{self, Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::LazyLock;
#[cfg(target_os = "linux")]
use std::time::Instant;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::{Run, credential, executable, start};

/// What cargo built beside the tests.
const BUILT: &str = env!("CARGO_BIN_EXE_docker-credential-atcr");

/// The program being tested: that, unless `.ci/tests-of` names another.
pub static PROGRAM: LazyLock<&str> =
    LazyLock::new(|| ["ATCR_TEST_RELEASED", "ATCR_TEST_EMULATED"].into_iter().find_map(named).unwrap_or(BUILT));

/// Whether it is one that was built as for a release.
pub static IS_RELEASED: LazyLock<bool> = LazyLock::new(|| named("ATCR_TEST_RELEASED").is_some());

/// Whether it is one for another machine, which takes seconds to start while others run.
pub static IS_EMULATED: LazyLock<bool> = LazyLock::new(|| cfg!(windows) || named("ATCR_TEST_EMULATED").is_some());

/// The program in a variable of this name.
fn named(variable: &str) -> Option<&'static str> {
    env::var(variable).ok().map(|program| &*program.leak())
}

/// What Windows programs can't start without.
const KEPT: [&str; 4] = ["SystemRoot", "SystemDrive", "windir", "TEMP"];

/// What accounts are logged in to: the stand-in AppView, or answers that the test writes.
pub trait Registry {
    fn url(&self) -> String;

    /// A secret with which this account is logged in.
    fn device_secret(&self, handle: &str) -> String;

    /// Host and port.
    fn host(&self) -> String {
        self.url().split_once("://").unwrap().1.to_owned()
    }
}

/// An empty home folder, removed after the test.
pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A home on the disk of the program being tested, which then can be linked into it.
    pub fn beside_the_program() -> Self {
        Self { folder: TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap() }
    }

    /// A home whose files are in memory, where hundreds of changes don't wait for a disk.
    #[cfg(target_os = "linux")]
    pub fn in_memory() -> Self {
        TempDir::new_in("/dev/shm").map_or_else(|_| Self::new(), |folder| Self { folder })
    }

    /// A path in the home folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(*PROGRAM);
        // Without it, podman's auth.json is that of whoever runs the tests.
        command.args(arguments).env("XDG_RUNTIME_DIR", self.path("run"));
        Run::new(command)
    }

    /// Runs a protocol verb, given `input` on stdin.
    pub fn verb(&self, verb: &str, input: impl Into<Vec<u8>>) -> Run {
        self.run(&[verb]).stdin(input)
    }

    /// The program, given `input` on a stdin that stays open as long as the second part is kept.
    pub fn with_open_stdin(&self, arguments: &[&str], input: &str) -> (Child, ChildStdin) {
        let mut command = self.command(*PROGRAM);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = start(|| command.spawn());
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        (child, stdin)
    }

    /// A program in an environment that is known to the last variable. The program being tested is found on PATH, as
    /// its clients look for it.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.folder.path()).env("PATH", path());
        command.envs(KEPT.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        command.env("HOME", self.folder.path()).env("USERPROFILE", self.folder.path());
        command.env("ATCR_CONFIG_DIR", self.path(".atcr")).env("DOCKER_CONFIG", self.path(".docker"));
        // Only its own tests want the update notice, and nothing looks for a release on the real atcr.io.
        command.env("ATCR_NO_UPDATE_NOTIFIER", "1").env("ATCR_UPDATE_URL", "http://127.0.0.1:1");
        command
    }

    /// Puts these accounts of `registry` into device.json; the last one is active.
    pub fn log_in(&self, registry: &impl Registry, handles: &[&str]) {
        let account = |handle: &&str| {
            let secret = registry.device_secret(handle);
            let did = format!("did:plc:{}", handle.split('.').next().unwrap());
            ((*handle).to_owned(), json!({"handle": handle, "did": did, "device_secret": secret}))
        };
        let accounts: Map<String, Value> = handles.iter().map(account).collect();
        let url = registry.url();
        let file = json!({"version": 2, "registries": {url: {"active": handles.last(), "accounts": accounts}}});
        self.write_device_json(format!("{file:#}\n"));
    }

    /// The secret of one account, as device.json has it.
    pub fn secret(&self, registry: &impl Registry, handle: &str) -> String {
        let file: Value = serde_json::from_str(&self.device_json()).unwrap();
        file["registries"][registry.url()]["accounts"][handle]["device_secret"].as_str().unwrap().to_owned()
    }

    /// What `get` prints for this account when it is asked for `server`.
    pub fn credential(&self, registry: &impl Registry, handle: &str, server: &str) -> String {
        credential(server, handle, &self.secret(registry, handle))
    }

    /// Installs the credential store of tests/support as `docker-credential-NAME`, where `run_with_stores` finds it. Its
    /// entries are in a folder of its name under `stores/`.
    pub fn install_credential_store(&self, name: &str) {
        fs::create_dir_all(self.path("bin")).unwrap();
        fs::create_dir_all(self.path(&format!("stores/docker-credential-{name}"))).unwrap();
        let program = self.path(&format!("bin/docker-credential-{name}{}", env::consts::EXE_SUFFIX));
        executable::copy(example("credential_store"), program);
    }

    /// A run that finds the installed credential stores, which misbehave as `does` says.
    pub fn run_with_stores(&self, does: &str, arguments: &[&str]) -> Run {
        let mut command = self.command_with_stores(does);
        command.args(arguments);
        Run::new(command)
    }

    /// The same, not yet as a run.
    pub fn command_with_stores(&self, does: &str) -> Command {
        let mut command = self.command(*PROGRAM);
        let folders = [self.path("bin")].into_iter().chain(env::split_paths(&path()).collect::<Vec<_>>());
        command.env("PATH", env::join_paths(folders).unwrap());
        command.env("STORES_FOLDER", self.path("stores")).env("STORE_DOES", store_does(does));
        command
    }

    /// Runs a script in its own mount namespace, as root or mapped to root; `PROGRAM` is the program. None: nothing can
    /// be mounted here.
    #[cfg(target_os = "linux")]
    pub fn with_own_mounts(&self, script: &str) -> Option<Run> {
        let mut unshare = self.command("unshare");
        if !rustix::process::geteuid().is_root() {
            unshare.arg("--map-root-user");
        }
        unshare.arg("--mount");
        let mut trial = self.command("unshare");
        trial.args(unshare.get_args()).arg("true");
        if !trial.output().is_ok_and(|output| output.status.success()) {
            super::skip("nothing can be mounted here");
            return None;
        }
        unshare.args(["sh", "-euc", script]).env("PROGRAM", *PROGRAM);
        Some(Run::new(unshare))
    }

    /// The content of device.json.
    pub fn device_json(&self) -> String {
        fs::read_to_string(self.path(".atcr/device.json")).unwrap()
    }

    /// Writes device.json as somebody else might have, for its owner alone.
    pub fn write_device_json(&self, content: impl AsRef<[u8]>) {
        self.write(".atcr/device.json", content);
        #[cfg(unix)]
        {
            self.set_mode(".atcr", 0o700);
            self.set_mode(".atcr/device.json", 0o600);
        }
    }

    /// Lets device.json have been written at another time.
    pub fn date_device_json(&self, time: SystemTime) {
        let file = fs::File::options().write(true).open(self.path(".atcr/device.json")).unwrap();
        file.set_modified(time).unwrap();
    }

    /// The same, long before what comes next: not within one `docker logout`.
    pub fn age_device_json(&self) {
        self.date_device_json(SystemTime::now() - Duration::from_secs(3));
    }

    /// Sets the permission bits of a file or folder.
    #[cfg(unix)]
    pub fn set_mode(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// What was printed, with names for what is different in each run: HOST, HOME, PROGRAM, and REASON for the system's
    /// own words about a registry that can't be reached.
    pub fn screen(&self, registry: &impl Registry, printed: &str) -> String {
        // Windows' separators, which JSON doubles, as everybody else's.
        let slashes = |text: &str| text.replace(r"\\", "/").replace('\\', "/");
        let portable = |text: &str| if cfg!(windows) { slashes(text) } else { text.to_owned() };
        let mut printed = portable(printed).replace(&registry.host(), "HOST");
        for (path, name) in [(&*program(), "PROGRAM"), (self.folder.path(), "HOME")] {
            printed = printed.replace(&portable(path.to_str().unwrap()), name);
        }
        let lines = printed.lines().map(|line| match line.split_once("can't be reached: ") {
            Some((before, reason)) => {
                let end_of_json = &reason[reason.trim_end_matches(['"', ',']).len()..];
                format!("{before}can't be reached: REASON{end_of_json}\n")
            }
            None => format!("{line}\n"),
        });
        lines.collect()
    }

    /// Checks what a run prints on stdout, as [`Home::screen`] has it.
    #[track_caller]
    pub fn shows(&self, registry: &impl Registry, run: Run, expected: &str) {
        assert_eq!(self.screen(registry, &run.any_stdout().check().stdout), expected);
    }

    /// Writes a file in the home folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Waits until there is a file of this name, and reads it.
    #[cfg(target_os = "linux")]
    pub fn wait_for(&self, name: &str) -> String {
        let (path, end) = (self.path(name), Instant::now() + Duration::from_mins(1));
        while !path.exists() {
            assert!(Instant::now() < end, "no {name}");
            std::thread::yield_now();
        }
        fs::read_to_string(path).unwrap()
    }

    /// Configures Docker to use the program for `host`.
    pub fn configure_docker(&self, host: &str) {
        self.write(".docker/config.json", json!({"credHelpers": {host: "atcr"}}).to_string());
    }
}

/// What a credential store is to do, as its variable has it: one with a secret in it would not reach the store.
pub fn store_does(does: &str) -> String {
    does.replace("atcr_device_", "SECRET_")
}

/// The folder of the program being tested first.
fn path() -> OsString {
    let folders = env::var_os("PATH").unwrap_or_default();
    let folder = program().parent().unwrap().to_owned();
    env::join_paths([folder].into_iter().chain(env::split_paths(&folders))).unwrap()
}

/// The path of the program being tested as PATH leads to it: with a drive, also where Linux built it for wine.
pub fn program() -> PathBuf {
    path::absolute(*PROGRAM).unwrap()
}

/// A program of tests/support that `cargo test` builds as an example.
pub fn example(name: &str) -> PathBuf {
    let folder = Path::new(BUILT).parent().unwrap().join("examples");
    let path = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is built by `cargo test`, or by `cargo build --examples`", path.display());
    path
}
