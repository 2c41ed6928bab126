//! Tells the program which commit it was built from, and when: `version` prints both. And with which key its releases are
//! signed, for `update`.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use minisign_verify::PublicKey;

/// <https://reproducible-builds.org/specs/source-date-epoch/>, which wants a malformed value to end the build.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// The minisign public key that releases are signed with: its base64 line, or the content of the file. It comes before the
/// one in the repository, and only at build time.
const KEY: &str = "ATCR_RELEASE_KEY";
const KEY_FILE: &str = ".github/release-key.pub";

/// Set where what is built will be released.
const RELEASE: &str = "ATCR_RELEASE";

/// Filled in by `git archive`, so also in the archives that a code forge offers, through the attribute `export-subst`.
const ARCHIVED_COMMIT: &str = "$Format:%H$";

/// As many digits of a commit as people are used to see.
const DIGITS: usize = 7;

#[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "how cargo and a build script talk")]
fn main() -> Result<(), String> {
    let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let time = humantime::format_rfc3339_seconds(time(env::var(EPOCH).ok())?);
    let commit = commit(&root).map(|commit| format!("commit: {commit}, ")).unwrap_or_default();
    println!("cargo:rustc-env=ATCR_BUILD={commit}built: {time}");
    println!("cargo:rustc-env={KEY}={}", release_key(&root, variable(KEY), variable(RELEASE))?);
    for variable in [EPOCH, KEY, RELEASE] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    // Its folder until the file is there.
    let key = [KEY_FILE, ".github"].into_iter().find(|path| root.join(path).exists());
    if let Some(path) = key {
        println!("cargo:rerun-if-changed={path}");
    }
    // A change of the sources builds the program anyway, and then the time has to be right.
    println!("cargo:rerun-if-changed=src");
    for file in files_that_name_the_commit(&root) {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a build is dated by the clock, unless told otherwise")]
fn time(epoch: Option<String>) -> Result<SystemTime, String> {
    let Some(epoch) = epoch.filter(|epoch| !epoch.is_empty()) else { return Ok(SystemTime::now()) };
    let seconds = epoch.parse().ok().map(Duration::from_secs);
    seconds.and_then(|seconds| UNIX_EPOCH.checked_add(seconds)).ok_or_else(|| format!("{EPOCH} is no time: {epoch:?}"))
}

/// The line with the key; empty without one, which only what is not released may be.
pub(crate) fn release_key(root: &Path, given: Option<String>, release: Option<String>) -> Result<String, String> {
    let (source, text) = match given {
        Some(text) => (KEY, text),
        None => (KEY_FILE, key_file(root)?),
    };
    let mut lines = text.lines().map(str::trim);
    match lines.find(|line| !line.is_empty() && !line.starts_with("untrusted comment:")) {
        Some(key) => match PublicKey::from_base64(key) {
            Ok(_) => Ok(key.to_owned()),
            Err(error) => Err(format!("{source} is no public key of minisign: {error}")),
        },
        None if !text.is_empty() => Err(format!("{source} is no public key of minisign: it has no key")),
        None if release.is_some_and(|value| value != "0") => Err(format!("{RELEASE} needs {KEY_FILE} or {KEY}")),
        None => Ok(String::new()),
    }
}

/// Empty if it is missing.
fn key_file(root: &Path) -> Result<String, String> {
    match fs::read_to_string(root.join(KEY_FILE)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|error| format!("can't read {KEY_FILE}: {error}")),
    }
}

/// None if it is empty or blank: pipelines set those they have no value for.
#[expect(clippy::disallowed_methods, reason = "how cargo and a build script talk")]
fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?.to_string_lossy().trim().to_owned();
    if value.is_empty() { None } else { Some(value) }
}

/// The abbreviated commit, where the source tree names one.
pub(crate) fn commit(root: &Path) -> Option<String> {
    let commit = commit_of_checkout(root).or_else(|| commit_of_package(root));
    abbreviated(commit.as_deref().unwrap_or(ARCHIVED_COMMIT))
}

/// None for what is no commit, such as an attribute that no archive filled in.
pub(crate) fn abbreviated(commit: &str) -> Option<String> {
    let is_commit = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_commit { Some(commit[..DIGITS].to_owned()) } else { None }
}

/// In a folder of a repository of something else, git would name that one's commit.
fn is_checkout(root: &Path) -> bool {
    root.join(".git").exists()
}

fn commit_of_checkout(root: &Path) -> Option<String> {
    if is_checkout(root) { git(root, &["rev-parse", "HEAD"]) } else { None }
}

/// `cargo package` writes `{"git": {"sha1": "..."}, ...}`.
fn commit_of_package(root: &Path) -> Option<String> {
    let content = fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?;
    let value = content.split_once("\"sha1\"")?.1.split_once('"')?.1;
    Some(value.split_once('"')?.0.to_owned())
}

/// Only files that exist: cargo runs the script at every build for one that is missing.
pub(crate) fn files_that_name_the_commit(root: &Path) -> Vec<PathBuf> {
    if !is_checkout(root) {
        return Vec::new();
    }
    let reference = git(root, &["symbolic-ref", "--quiet", "HEAD"]).unwrap_or_default();
    let names = ["HEAD", "logs/HEAD", "packed-refs", &reference];
    let names = names.into_iter().filter(|name| !name.is_empty());
    let paths = names.filter_map(|name| Some(root.join(git(root, &["rev-parse", "--git-path", name])?)));
    paths.filter(|path| path.is_file()).collect()
}

/// Asks about the repository in this very folder, whatever a hook's environment points at.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(root).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    let output = git.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim_end().to_owned())
}
