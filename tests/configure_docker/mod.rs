//! `configure-docker` edits Docker's config.json and podman's auth.json.

#[cfg(target_os = "linux")]
mod access_lists;
mod agreement;
#[cfg(target_os = "linux")]
mod any_order;
#[cfg(unix)]
mod at_once;
#[cfg(unix)]
mod clients;
#[cfg(windows)]
mod copies;
#[cfg(unix)]
mod files;
mod output;
#[cfg(unix)]
mod plugin;
#[cfg(unix)]
mod plugin_link;
mod podman_reads;
// Not under qemu, as which arm64 with musl is tested: its user mode lacks calls of terminals.
#[cfg(all(target_os = "linux", not(all(target_arch = "aarch64", target_env = "musl"))))]
mod prompts;
mod removal;
#[cfg(unix)]
mod repositories;
#[cfg(unix)]
mod rights;
mod sizes;
mod table;
mod undo;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::support::Home;

const CONFIG: &str = ".docker/config.json";
const BACKUP: &str = ".docker/config.json.atcr-backup";

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let file = |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap());
    paths.into_iter().map(file).collect()
}

fn before(name: &str) -> Vec<u8> {
    files("before").into_iter().find(|(file, _)| file == name).unwrap().1
}

/// A home with this config.json.
fn home(content: impl AsRef<[u8]>) -> Home {
    let home = Home::new();
    home.write(CONFIG, content);
    home
}

fn read(home: &Home, name: &str) -> Vec<u8> {
    fs::read(home.path(name)).unwrap()
}

fn text(home: &Home, name: &str) -> String {
    String::from_utf8(read(home, name)).unwrap()
}

fn is_configured(home: &Home, name: &str) -> bool {
    text(home, name).contains("\"atcr.io\": \"atcr\"")
}

fn shown(home: &Home, name: &str) -> String {
    // With one kind of separator, on Windows too.
    home.path(name).components().collect::<PathBuf>().display().to_string()
}

#[track_caller]
fn configure(home: &Home, arguments: &[&str]) -> String {
    home.run(&[&["configure-docker"], arguments].concat()).any_stderr().check().stderr
}

/// Everything in a folder, with what would tell that a file was written again.
fn listing(folder: &Path) -> Vec<(PathBuf, Option<SystemTime>, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::metadata(&path).unwrap().modified().ok(), fs::read(&path).unwrap()))
        .collect();
    all.sort();
    all
}
