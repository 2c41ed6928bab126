//! install.sh on several kinds of machines, under each shell.

mod advice;
#[cfg(target_os = "linux")]
mod by_hand;
mod cut_off;
mod downloads;
mod folders;
mod in_the_way;
mod machine;
mod path;
mod platforms;
mod redirects;
mod release;
mod settings;
mod signature;
mod uninstall;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use self::machine::{Machine, machines};
use self::release::{Files, Release};
use crate::support::AppView;

/// The version that most tests install.
const VERSION: &str = "1.2.3";

/// A host with one good release.
fn site() -> AppView {
    serving(Release::of(VERSION).alone())
}

fn serving(files: Files) -> AppView {
    let site = AppView::start();
    for (path, content) in files {
        site.serve_file(&path, content);
    }
    site
}

#[test]
fn the_latest_release_is_installed_and_nothing_else_is_left() {
    let site = site();
    for machine in machines(&site) {
        let seen = machine.install(&[]);
        seen.succeeds();
        assert!(seen.stdout.contains("Installed ROOT/opt/docker-credential-atcr v1.2.3\n"));
        assert_eq!(machine.litter(), [machine.installed()]);
        assert_eq!(fs::metadata(machine.installed()).unwrap().permissions().mode() & 0o7777, 0o755);
    }
}

#[test]
fn the_version_variable_selects_a_release() {
    let mut files = Files::new();
    for version in ["0.9.0", "1.3.0-rc.1", VERSION] {
        Release::of(version).publish(&mut files);
    }
    let site = serving(files);
    for machine in machines(&site) {
        machine.install(&[]).succeeds();
    }
    for version in ["v1.3.0-rc.1", "0.9.0"] {
        for machine in machines(&site) {
            let seen = machine.env("ATCR_VERSION", version).install(&[]);
            let expected = format!("opt/docker-credential-atcr v{}\n", version.trim_start_matches('v'));
            assert!(seen.succeeds().stdout.contains(&expected), "{}", seen.stdout);
        }
    }
}

// macOS may end a copy of its own programs.
#[test]
#[cfg(target_os = "linux")]
fn an_installed_program_is_replaced_while_it_runs() {
    let site = site();
    for machine in machines(&site) {
        crate::support::executable::copy("/bin/sleep", machine.installed());
        let mut running = std::process::Command::new(machine.installed()).arg("60").spawn().unwrap();
        machine.install(&[]).succeeds();
        assert!(running.try_wait().unwrap().is_none(), "it was disturbed");
        running.kill().unwrap();
        running.wait().unwrap();
        assert_eq!(fs::read(machine.installed()).unwrap(), Release::of(VERSION).program);
    }
}

#[test]
fn busybox_alone_is_enough_for_http() {
    let site = site();
    if let Some(machine) = Machine::of_busybox(&site) {
        machine.install(&[]).succeeds();
        assert_eq!(machine.litter(), [machine.installed()]);
    }
}
