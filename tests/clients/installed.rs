//! Which programs there are on this machine.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Home, skip};

/// Names the folder that `.ci/clients` filled.
const FETCHED: &str = "ATCR_TEST_CLIENTS";

/// Every program of this name on PATH, in its order; one that is there by two ways counts once.
pub fn all(name: &str) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    let path = env::var_os("PATH").unwrap_or_default();
    let programs = env::split_paths(&path).map(|folder| folder.join(name));
    programs.filter(|program| program.canonicalize().is_ok_and(|real| seen.insert(real))).collect()
}

/// Every program of this name that `.ci/clients` got.
fn all_fetched(name: &str) -> Vec<PathBuf> {
    let folders = env::var_os(FETCHED).map(|folder| fs::read_dir(&folder).expect("a folder of clients"));
    let programs = folders.into_iter().flatten().map(|folder| folder.unwrap().path().join("bin").join(name));
    let mut programs: Vec<PathBuf> = programs.filter(|program| program.exists()).collect();
    programs.sort();
    programs
}

/// The same, for a test that is skipped if there is none.
pub fn fetched(name: &str) -> Vec<PathBuf> {
    let programs = all_fetched(name);
    if programs.is_empty() {
        skip(&format!("{name} is not in ${FETCHED}, which .ci/clients fills"));
    }
    programs
}

/// PATH with the folders of these fetched programs in front.
pub fn path_with(names: &[&str]) -> OsString {
    let folders = names.iter().flat_map(|name| all_fetched(name)).map(|program| program.parent().unwrap().to_owned());
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.chain(env::split_paths(&path))).unwrap()
}

/// Whether `.ci/clients` got this program.
pub fn is_fetched(program: &Path) -> bool {
    env::var_os(FETCHED).is_some_and(|folder| program.starts_with(folder))
}

/// The programs on PATH or by `.ci/clients` whose version starts with these words: podman comes with a `docker` that is
/// podman. The test that needs one is skipped if there is none.
pub fn speaking(name: &str, start: &str) -> Vec<PathBuf> {
    let home = Home::new();
    let mut programs = [all(name), all_fetched(name)].concat();
    programs.retain(|program| {
        let version = home.command(program).arg("--version").output().unwrap();
        version.stdout.starts_with(start.as_bytes())
    });
    if programs.is_empty() {
        skip(&format!("{name} is not installed"));
    }
    programs
}

/// The same for what needs root with the right to mount. As another user podman and buildah make user namespaces, which not
/// every machine allows, and podman leaves a process behind that holds them.
pub fn for_root(name: &str, start: &str) -> Vec<PathBuf> {
    if root_may_mount() {
        return speaking(name, start);
    }
    skip(&format!("{name} is tested only as root, outside of user namespaces"));
    Vec::new()
}

/// Whether this process may mount (`CAP_SYS_ADMIN`), and not just in a user namespace, where dockerd does not start.
pub fn root_may_mount() -> bool {
    const CAP_SYS_ADMIN: u64 = 1 << 21;
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    let users = fs::read_to_string("/proc/self/uid_map").unwrap();
    u64::from_str_radix(effective.trim(), 16).unwrap() & CAP_SYS_ADMIN != 0
        && users.split_whitespace().eq(["0", "0", "4294967295"])
}
