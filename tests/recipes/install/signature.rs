//! The signature of a release, where minisign is and the script has a key.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::machine::{Machine, Seen, find, machines, script};
use super::release::{Files, Release};
use super::{VERSION, serving};
use crate::support::skip;

const LIST: &str = "/releases/latest/download/checksums.txt";

/// A throwaway key without a password.
struct Key(TempDir);

impl Key {
    fn new() -> Option<Self> {
        if find("minisign").is_none() {
            skip("minisign is not installed");
            return None;
        }
        let key = Self(TempDir::new().unwrap());
        key.minisign(&["-G", "-W", "-p", "public", "-s", "secret"]);
        Some(key)
    }

    fn minisign(&self, arguments: &[&str]) {
        let output = Command::new("minisign").args(arguments).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join(name)).unwrap()
    }

    /// As the release does it, with the second line of .github/release-key.pub.
    fn script(&self) -> String {
        let public = String::from_utf8(self.read("public")).unwrap();
        let line = format!("  release_key='{}'\n", public.lines().nth(1).unwrap());
        let script = script();
        assert_eq!(script.matches("  release_key=''\n").count(), 1);
        script.replace("  release_key=''\n", &line)
    }

    fn sign(&self, list: &[u8], comment: &str) -> Vec<u8> {
        fs::write(self.0.path().join("list"), list).unwrap();
        self.minisign(&["-S", "-s", "secret", "-m", "list", "-t", comment]);
        self.read("list.minisig")
    }
}

fn signed(key: &Key, comment: &str) -> Files {
    let mut files = Release::of(VERSION).alone();
    let signature = key.sign(&files[LIST], comment);
    files.insert(format!("{LIST}.minisig"), signature);
    files
}

fn install(machine: &Machine, key: &Key) -> Seen {
    machine.run(key.script().as_bytes(), &[])
}

fn each(files: Files, check: impl Fn(&Machine)) {
    let site = serving(files);
    for machine in machines(&site) {
        check(&machine.with("minisign"));
    }
}

#[track_caller]
fn refused(key: &Key, files: Files, words: &str) {
    each(files, |machine| {
        fs::write(machine.installed(), "the old one").unwrap();
        install(machine, key).fails(words);
        assert_eq!(machine.litter(), [machine.installed()]);
        assert_eq!(fs::read_to_string(machine.installed()).unwrap(), "the old one");
    });
}

const COMMENT: &str = "docker-credential-atcr v1.2.3";

#[test]
fn a_release_that_is_signed_is_installed() {
    let Some(key) = Key::new() else { return };
    each(signed(&key, COMMENT), |machine| {
        install(machine, &key).succeeds();
        assert_eq!(machine.litter(), [machine.installed()]);
    });
}

#[test]
fn a_release_that_is_not_signed_is_refused() {
    let Some(key) = Key::new() else { return };
    refused(&key, Release::of(VERSION).alone(), "checksums.txt.minisig");
}

#[test]
fn a_signature_by_another_key_or_of_another_list_is_refused() {
    let (Some(key), Some(other)) = (Key::new(), Key::new()) else { return };
    refused(&key, signed(&other, COMMENT), "the signature of http://127.0.0.1:");
    let mut files = signed(&key, COMMENT);
    files.get_mut(LIST).unwrap().extend(b"more\n");
    refused(&key, files, "is not valid");
}

#[test]
fn the_signature_of_another_version_is_refused() {
    let Some(key) = Key::new() else { return };
    for comment in ["docker-credential-atcr v1.2.4", "docker-credential-atcr v1.2.30", "timestamp:1"] {
        refused(&key, signed(&key, comment), "is not that of docker-credential-atcr v1.2.3");
    }
}

#[test]
fn without_minisign_or_a_key_the_checksum_decides() {
    let Some(key) = Key::new() else { return };
    let site = serving(Release::of(VERSION).alone());
    for machine in machines(&site) {
        install(&machine, &key).succeeds();
        machine.with("minisign").install(&[]).succeeds();
    }
    assert!(site.log().iter().all(|entry| !Path::new(&entry.path).ends_with("checksums.txt.minisig")));
}
