//! The commit that a source tree is of: told by git in a checkout, by cargo in a package, by git's own archives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// As many digits of a commit's name as people are used to see.
const DIGITS: usize = 7;

/// The commit's name, shortened; None where the tree does not say.
pub(crate) fn of(root: &Path) -> Option<String> {
    of_checkout(root).or_else(|| of_package(root)).or_else(|| of_archive(root))
}

/// The files whose change tells of another commit. Only those that are there: cargo runs the script at every build for
/// one that is not.
pub(crate) fn told_by(root: &Path) -> Vec<PathBuf> {
    if !is_checkout(root) {
        return Vec::new();
    }
    let reference = git(root, &["symbolic-ref", "--quiet", "HEAD"]).unwrap_or_default();
    let names = ["HEAD", "logs/HEAD", "packed-refs", &reference];
    let names = names.into_iter().filter(|name| !name.is_empty());
    let paths = names.filter_map(|name| Some(root.join(git(root, &["rev-parse", "--git-path", name])?)));
    paths.filter(|path| path.is_file()).collect()
}

/// In a folder of a repository of something else, git would tell that one's commit.
fn is_checkout(root: &Path) -> bool {
    root.join(".git").exists()
}

fn of_checkout(root: &Path) -> Option<String> {
    if is_checkout(root) { git(root, &["rev-parse", "HEAD"]).and_then(|commit| short(&commit)) } else { None }
}

/// What `cargo package` writes down: `{"git": {"sha1": "..."}, ...}`.
fn of_package(root: &Path) -> Option<String> {
    let content = fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?;
    let value = content.split_once("\"sha1\"")?.1.split_once('"')?.1;
    short(value.split_once('"')?.0)
}

/// What `git archive` fills in, and so who offers a repository for download, by the file's attribute `export-subst`.
fn of_archive(root: &Path) -> Option<String> {
    short(fs::read_to_string(root.join("src/build/commit.txt")).ok()?.trim())
}

fn short(commit: &str) -> Option<String> {
    let is_commit = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| commit[..DIGITS].to_owned())
}

/// What git says about the repository of this very folder, whatever a hook's environment points at.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(root).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    let output = git.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim_end().to_owned())
}
