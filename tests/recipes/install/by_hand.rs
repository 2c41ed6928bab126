//! What INSTALLATION.md has for those who want no script.

use std::fs;

use super::machine::{Machine, machines};
use super::release::Release;
use super::serving;
use crate::support::AppView;

const RELEASES: &str = "https://github.com/atcr-io/docker-credential-atcr/releases";
const FOLDER: &str = "/usr/local/bin/";

/// The commands as the page has them, but for the host and the folder.
fn commands(site: &AppView) -> String {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/INSTALLATION.md")).unwrap();
    let (_, by_hand) = page.split_once("\n## By hand\n").unwrap();
    let block = by_hand.split("```").nth(1).unwrap();
    let commands: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    let commands = commands.join("\n");
    assert!(commands.contains(RELEASES) && commands.contains(FOLDER), "{commands}");
    let here = commands.replace(RELEASES, &format!("{}/releases", site.url())).replace(FOLDER, "opt/");
    format!("set -e\n{here}\n")
}

fn with_sudo(machine: Machine) -> Machine {
    machine.with("install").with_script("sudo", "exec \"$@\"")
}

#[test]
fn the_commands_install_the_program() {
    let release = Release::of("0.1.0");
    let site = serving(release.alone());
    for machine in machines(&site).map(with_sudo) {
        let seen = machine.run(commands(&site).as_bytes(), &[]);
        assert_eq!(seen.code, Some(0), "{}", seen.stderr);
        assert_eq!(fs::read(machine.installed()).unwrap(), release.program);
    }
}

#[test]
fn another_checksum_stops_them() {
    let half = |archive: Vec<u8>| Some(archive[..archive.len() / 2].to_vec());
    let site = serving(Release { damage: half, ..Release::of("0.1.0") }.alone());
    for machine in machines(&site).map(with_sudo) {
        let seen = machine.run(commands(&site).as_bytes(), &[]);
        assert!(seen.code == Some(1) && seen.stdout.contains("tar.gz: FAILED"), "{}{}", seen.stdout, seen.stderr);
        assert!(machine.litter().is_empty());
    }
}
