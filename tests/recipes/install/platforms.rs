//! The archive for each output of `uname`.

use super::machine::machines;
use super::release::Release;
use super::{VERSION, serving, site};

/// A `uname` for another machine.
fn uname(system: &str, machine: &str) -> String {
    format!("case $1 in -s) echo {system} ;; -m) echo {machine} ;; esac")
}

#[test]
fn each_platform_gets_its_own_archive() {
    for (system, processor, platform) in [
        ("Linux", "x86_64", &["Linux_x86_64"]),
        ("Linux", "aarch64", &["Linux_arm64"]),
        ("Darwin", "x86_64", &["Darwin_x86_64"]),
        ("Darwin", "arm64", &["Darwin_arm64"]),
        ("FreeBSD", "amd64", &[""]),
    ] {
        let release = Release { platforms: platform, ..Release::of(VERSION) };
        let site = serving(release.alone());
        for machine in machines(&site) {
            let seen = machine.with_script("uname", &uname(system, processor)).install(&[]);
            match system {
                "FreeBSD" => seen.fails("there is no release for FreeBSD"),
                _ => seen.succeeds(),
            };
        }
    }
}

#[test]
fn under_rosetta_a_mac_gets_the_archive_of_its_own_processor() {
    let release = Release { platforms: &["Darwin_arm64"], ..Release::of(VERSION) };
    let site = serving(release.alone());
    for machine in machines(&site) {
        let machine = machine.with_script("uname", &uname("Darwin", "x86_64"));
        machine.with_script("sysctl", "echo 1").install(&[]).succeeds();
    }
}

#[test]
fn an_unknown_architecture_and_windows_name_another_way() {
    let site = site();
    for (system, kind, hint) in [
        ("Linux", "riscv64", "build from source: cargo install --locked --git"),
        ("Linux", "armv7l", "no release for Linux on armv7l"),
        ("MINGW64_NT-10.0", "x86_64", "irm https://atcr.io/install.ps1 | iex"),
    ] {
        for machine in machines(&site) {
            let machine = machine.with_script("uname", &uname(system, kind));
            machine.install(&[]).fails(hint);
            assert!(machine.litter().is_empty());
        }
    }
}
