//! Downloads that must not be installed, and the programs that download and check.

use std::fs;

use tar::EntryType;

use super::machine::{Machine, find, machines};
use super::release::{Files, Release};
use super::{VERSION, serving, site};
use crate::support::skip;

/// Fails to install from this host, under every shell: the older program stays as it was, with nothing beside it.
#[track_caller]
fn refused(files: Files, words: &str) {
    let site = serving(files);
    for machine in machines(&site).chain(Machine::of_busybox(&site)) {
        stays_as_it_was(&machine, words);
    }
}

#[track_caller]
pub fn stays_as_it_was(machine: &Machine, words: &str) {
    fs::write(machine.installed(), "the old one").unwrap();
    machine.install(&[]).fails(words);
    assert_eq!(machine.litter(), [machine.installed()]);
    assert_eq!(fs::read_to_string(machine.installed()).unwrap(), "the old one");
}

#[test]
fn an_archive_with_another_hash_is_refused() {
    let changed = |mut archive: Vec<u8>| {
        *archive.last_mut().unwrap() ^= 1;
        Some(archive)
    };
    refused(Release { damage: changed, ..Release::of(VERSION) }.alone(), "checksum mismatch");
}

#[test]
fn a_truncated_archive_is_refused() {
    let half = |archive: Vec<u8>| Some(archive[..archive.len() / 2].to_vec());
    refused(Release { damage: half, ..Release::of(VERSION) }.alone(), "checksum mismatch");
    let release = Release { damage: half, hash_of_damaged: true, ..Release::of(VERSION) };
    refused(release.alone(), "can't unpack");
}

#[test]
fn a_missing_archive_list_or_release_is_named() {
    refused(Release { damage: |_| None, ..Release::of(VERSION) }.alone(), "can't download http://127.0.0.1:");
    refused(Files::new(), "/releases/latest/download/checksums.txt");
    let others = Release { platforms: &["Plan9_x86_64"], ..Release::of(VERSION) };
    refused(others.alone(), "the release has no docker-credential-atcr for ");
}

#[test]
fn an_archive_with_a_path_that_leads_out_is_refused() {
    for path in ["../outside", "inside/../../outside", "/tmp/outside", ".."] {
        let more = vec![(path, EntryType::Regular, "gotcha")];
        refused(Release { more, ..Release::of(VERSION) }.alone(), "paths outside of it");
    }
}

#[test]
fn an_archive_with_a_link_or_a_device_is_refused() {
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Fifo, EntryType::Char] {
        let more = vec![("link", kind, "docker-credential-atcr")];
        refused(Release { more, ..Release::of(VERSION) }.alone(), "contains links");
    }
}

#[test]
fn a_program_that_does_not_run_or_is_another_version_is_refused() {
    let broken = Release { program: b"#!/bin/sh\nexit 1\n".to_vec(), ..Release::of(VERSION) };
    refused(broken.alone(), "does not run on this machine");
    let other = Release { program: b"#!/bin/sh\necho docker-credential-atcr v1.2.30\n".to_vec(), ..broken };
    refused(other.alone(), "contains another version: docker-credential-atcr v1.2.30");
}

#[test]
fn a_malformed_or_unreleased_version_is_named() {
    let site = site();
    for (version, words) in [
        ("9.9.9", "/releases/download/v9.9.9/checksums.txt"),
        ("1.2/../../../latest", "ATCR_VERSION is not a version"),
        ("newest", "ATCR_VERSION is not a version: newest"),
    ] {
        for machine in machines(&site) {
            let machine = machine.env("ATCR_VERSION", version);
            stays_as_it_was(&machine, words);
        }
    }
}

#[test]
fn a_list_of_another_version_is_refused() {
    let mut files = Release::of("1.2.4").alone();
    let list = files["/releases/download/v1.2.4/checksums.txt"].clone();
    files.insert("/releases/download/v1.2.3/checksums.txt".to_owned(), list);
    let site = serving(files);
    for machine in machines(&site) {
        let machine = machine.env("ATCR_VERSION", VERSION);
        stays_as_it_was(&machine, "the checksums of 1.2.3 are those of 1.2.4");
    }
}

#[test]
fn wget_replaces_curl_and_one_of_them_is_required() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.without("curl");
        stays_as_it_was(&machine, "neither curl nor wget");
        if cfg!(target_os = "linux") {
            let machine = machine.with("wget");
            machine.install(&[]).succeeds();
        }
    }
}

/// curl and GNU wget of some distributions go down to 1.0 by themselves.
#[test]
fn tls_older_than_1_2_is_refused() {
    let site = site();
    for (downloader, option) in [("curl", "--tlsv1.2"), ("wget", "--secure-protocol=TLSv1_2")] {
        if downloader == "wget" && !cfg!(target_os = "linux") {
            continue;
        }
        let noting = format!("echo \"$*\" >>\"$HOME/noted\"; exec {} \"$@\"", find(downloader).unwrap().display());
        for machine in machines(&site) {
            let machine = machine.without("curl").with_script(downloader, &noting);
            machine.install(&[]).succeeds();
            let noted = machine.read("home/noted");
            let downloads: Vec<&str> = noted.lines().filter(|line| line.contains("://")).collect();
            assert!(downloads.len() == 2 && downloads.iter().all(|line| line.contains(option)), "{noted}");
        }
    }
}

#[test]
fn one_of_three_hash_programs_is_required() {
    let (hashers, missing): (Vec<_>, Vec<_>) =
        ["sha256sum", "shasum", "openssl"].into_iter().partition(|hasher| find(hasher).is_some());
    for hasher in missing {
        skip(&format!("{hasher} is not installed"));
    }
    let site = site();
    let without = || machines(&site).map(|machine| machine.without("sha256sum").without("shasum"));
    for hasher in hashers {
        for machine in without() {
            let machine = machine.with(hasher);
            let machine = if hasher == "shasum" { machine.with("perl") } else { machine };
            machine.install(&[]).succeeds();
        }
    }
    for machine in without() {
        stays_as_it_was(&machine, "none of sha256sum, shasum and openssl");
    }
}

#[test]
fn http_is_allowed_on_loopback_only() {
    let site = site();
    for (url, words) in [
        ("http://releases.example/releases", "is not https"),
        ("http://localhost.evil.example/releases", "is not https"),
        ("http://localhost@evil.example/releases", "is not https"),
        ("http://127.0.0.1:80@evil.example/releases", "is not https"),
        ("http://127.0.0.1.evil.example/releases", "is not https"),
        ("ftp://localhost/releases", "is not an https URL"),
        ("file:///releases", "is not an https URL"),
        ("https://", "is not an https URL"),
    ] {
        for machine in machines(&site) {
            let machine = machine.env("ATCR_DOWNLOAD_URL", url);
            stays_as_it_was(&machine, words);
        }
    }
}

#[test]
fn a_wget_that_checks_no_certificates_is_not_used_for_https() {
    if let Some(machine) = Machine::of_busybox(&site()) {
        let machine = machine.env("ATCR_DOWNLOAD_URL", "https://127.0.0.1:9/releases");
        stays_as_it_was(&machine, "this wget does not verify certificates");
    }
}
