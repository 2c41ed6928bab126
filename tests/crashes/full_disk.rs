//! A disk that is full, or nearly: a small file system of its own, seen by one process and its children.

use std::fs;
use std::process::Command;

use super::{Rehearsed, SCENARIOS, Scenario, tree};
use crate::support::skip;

/// Mounts the file system in the place of the home folder, brings what was there, takes all space but some pages, runs
/// the program, and brings everything out again.
const SCRIPT: &str = r#"
set -eu
home=$1 pages=$2 out=$3
shift 3
cp -a "$home/." "$out/before"
mount -t tmpfs -o size=256k,mode=0700 tmpfs "$home"
cp -a "$out/before/." "$home"
cd "$home"
dd if=/dev/zero of=ballast bs=4096 count="$pages" status=none
dd if=/dev/zero of=filling bs=4096 status=none 2>/dev/null || :
rm ballast
code=0
"$@" || code=$?
rm filling
cp -a . "$out/after"
exit "$code"
"#;

#[test]
fn on_a_full_disk_the_old_or_the_new_file_is_there() {
    for scenario in &SCENARIOS {
        let rehearsed = scenario.rehearse();
        let mut succeeded = false;
        for pages in 0..5 {
            match on_a_disk_with(pages, scenario, &rehearsed) {
                Some(is_done) => succeeded = is_done,
                None => return skip("a full disk: no namespace to mount a small file system in"),
            }
        }
        assert!(succeeded, "{}: room enough in the end", scenario.name);
    }
}

/// Whether it could be done with this many free pages. `None`: nothing can be mounted here.
fn on_a_disk_with(pages: usize, scenario: &'static Scenario, rehearsed: &Rehearsed) -> Option<bool> {
    let home = scenario.home();
    // On the same file system, so that it can be renamed to the home's place.
    let out = tempfile::tempdir_in(home.path("").parent().unwrap()).unwrap();
    for name in ["before", "after"] {
        fs::create_dir(out.path().join(name)).unwrap();
    }
    if !can_mount() {
        return None;
    }
    let (folder, count) = (home.path(""), pages.to_string());
    let words = ["--mount", "--map-root-user", "sh", "-c", SCRIPT, "sh"];
    let words = [&words[..], &[folder.to_str().unwrap(), &count, out.path().to_str().unwrap()]].concat();
    let output = scenario.command(&home, "unshare", &words).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    // What was on that disk, as if it had been this one.
    fs::remove_dir_all(home.path("")).unwrap();
    fs::rename(out.path().join("after"), home.path("")).unwrap();
    let trouble = format!("{pages} free pages");
    let is_done = rehearsed.is_done(&home, &trouble);
    match output.status.code() {
        Some(0) => assert!(is_done || scenario.goes_on, "{} with {trouble}: {stderr}", scenario.name),
        Some(1) => assert!(!is_done && stderr.contains("can't be"), "{} with {trouble}: {stderr}", scenario.name),
        _ => panic!("{} with {trouble}: {output:?}", scenario.name),
    }
    let strays = tree(&home.path("")).into_keys().filter(|path| !rehearsed.tree.contains_key(path));
    assert_eq!(strays.collect::<Vec<_>>(), Vec::<std::path::PathBuf>::new(), "{} with {trouble}", scenario.name);
    rehearsed.recovers(&home, &trouble);
    Some(is_done)
}

fn can_mount() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]);
    command.output().is_ok_and(|output| output.status.success())
}
