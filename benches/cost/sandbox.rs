//! The program, and homes for it in memory, where waiting for a disk does not count.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;

use super::appview::digest;
use super::case::Case;

pub(crate) struct Sandbox {
    program: PathBuf,
    homes: TempDir,
    _installed: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let built = env!("CARGO_BIN_EXE_docker-credential-atcr").into();
        let built: PathBuf = env::var_os("ATCR_BENCH_PROGRAM").unwrap_or(built).into();
        // Written at once, as by an installer: the pages of a linker's own file lie scattered in the system's memory.
        let installed = TempDir::new().expect("a folder for the program");
        let program = installed.path().join("docker-credential-atcr");
        fs::copy(built, &program).expect("copy the program");
        let memory = Path::new("/dev/shm");
        let homes = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        Self { program, homes: homes.expect("a folder for homes"), _installed: installed }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.homes.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("in the sandbox")).expect("make a folder");
        fs::write(&path, content).expect("write a file");
        path
    }

    /// A copy of this bench.
    pub(crate) fn this_program_as(&self, name: &str) -> PathBuf {
        let copy = self.path(name);
        fs::copy(env::current_exe().expect("the path of this program"), &copy).expect("copy this program");
        copy
    }

    /// The program with a home of this name, this device.json and this standard input.
    pub(crate) fn case(&self, home: &str, verb: &str, device_json: &str, input: &str) -> Case {
        let device_json = self.write(&format!("{home}/.atcr/device.json"), device_json);
        restrict(&device_json, 0o600);
        restrict(&self.path(&format!("{home}/.atcr")), 0o700);
        let input = self.write(&format!("{home}/input"), input);
        Case::new(&self.program, &[verb]).with("HOME", self.path(home)).reading(input)
    }

    /// Records that the secret was valid at the registry just now, which `get` trusts for minutes.
    pub(crate) fn record_validation(&self, home: &str, registry: &str, handle: &str, secret: &str) {
        let name = digest(format!("{registry}\n{handle}\n{secret}").as_bytes());
        let path = self.write(&name.replace("sha256:", &format!("{home}/.atcr/validated/")), "");
        let now = SystemTime::now();
        fs::File::open(path).and_then(|file| file.set_modified(now)).expect("date a validation");
    }
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("restrict a file");
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) {}
