//! Folders without write permission, with and without sudo.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::machine::{Machine, machines};
use super::release::Release;
use super::{VERSION, serving, site};
use crate::support::skip;

#[test]
fn a_missing_folder_is_created() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.env("ATCR_INSTALL_DIR", "opt/new/bin/");
        machine.install(&[]).succeeds();
        assert_eq!(machine.litter(), [machine.path("opt/new/bin/docker-credential-atcr")]);
    }
}

#[test]
fn a_link_or_a_folder_in_its_place_is_left_alone() {
    let site = site();
    for machine in machines(&site) {
        symlink("../Cellar/docker-credential-atcr", machine.installed()).unwrap();
        machine.install(&[]).fails("is a link or directory");
        machine.install(&["--uninstall"]).fails("is a link or directory");
        assert!(machine.installed().is_symlink());
    }
}

/// Whether `unshare` with these arguments works here.
#[cfg(target_os = "linux")]
pub fn can_unshare(words: &[&str]) -> bool {
    let can = Command::new("unshare").args(words).arg("true").output().is_ok_and(|output| output.status.success());
    if !can {
        skip("no user name spaces here");
    }
    can
}

/// A folder that an ordinary user owns and can't write to, in a namespace without root.
#[cfg(target_os = "linux")]
fn with_a_read_only_folder(check: impl Fn(Machine)) {
    use std::os::unix::fs::PermissionsExt;
    const ORDINARY_USER: [&str; 4] = ["unshare", "--user", "--map-user=1000", "--map-group=1000"];
    if !can_unshare(&ORDINARY_USER[1..]) {
        return;
    }
    let site = site();
    for machine in machines(&site) {
        let machine = machine.under(&ORDINARY_USER);
        fs::set_permissions(machine.folder(), fs::Permissions::from_mode(0o555)).unwrap();
        check(machine);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_read_only_folder_is_an_error_that_names_another_one() {
    with_a_read_only_folder(|machine| {
        let seen = machine.install(&[]);
        seen.fails("can't write to ROOT/opt").fails(r#"ATCR_INSTALL_DIR="$HOME/.local/bin""#);
        assert!(machine.litter().is_empty());
    });
}

#[test]
#[cfg(target_os = "linux")]
fn sudo_is_used_only_for_a_folder_that_needs_it() {
    // Like the real one, only it can write there.
    let sudo = r#"echo "sudo $1" >> "$HOME/asked"; chmod u+w "$ATCR_INSTALL_DIR"; "$@"; code=$?; chmod u-w "$ATCR_INSTALL_DIR"; exit $code"#;
    with_a_read_only_folder(|machine| {
        let machine = machine.with_script("sudo", sudo);
        let seen = machine.install(&[]);
        assert!(seen.succeeds().stdout.contains("Writing to ROOT/opt requires sudo, which may ask for your password"));
        assert_eq!(
            fs::read_to_string(machine.path("home/asked")).unwrap(),
            "sudo mkdir\nsudo mktemp\nsudo cp\nsudo chmod\nsudo mv\n"
        );
        fs::remove_file(machine.path("home/asked")).unwrap();
        machine.install(&["--uninstall"]).succeeds();
        assert_eq!(fs::read_to_string(machine.path("home/asked")).unwrap(), "sudo rm\n");
    });
    let site = site();
    for machine in machines(&site) {
        let machine = machine.with_script("sudo", sudo);
        machine.install(&[]).succeeds();
        assert!(!machine.path("home/asked").exists());
    }
}

/// A disk for one folder, in a namespace where the user is root.
#[cfg(target_os = "linux")]
fn on_a_small_disk(folder: &str, capacity: &str, words: &str) {
    if !can_unshare(&["--user", "--map-root-user", "--mount"]) {
        return;
    }
    // Incompressible, so that the archive is too large as well.
    let mut program = Release::of(VERSION).program;
    let mut noise = 1_u32;
    program.extend(b"exit\n");
    program.extend(
        std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.to_be_bytes()[0]
        })
        .take(600_000),
    );
    let site = serving(Release { program, ..Release::of(VERSION) }.alone());
    for machine in machines(&site) {
        let disk = machine.path(folder);
        let script = r#"
            mount -t tmpfs -o "size=$SIZE" tmpfs "$DISK" && echo old > "$ATCR_INSTALL_DIR/docker-credential-atcr" || exit 9
            "$@"; code=$?
            for file in "$ATCR_INSTALL_DIR"/* "$ATCR_INSTALL_DIR"/.d* "$TMPDIR"/*; do [ ! -e "$file" ] || echo "left: $(cat "$file")"; done
            exit $code"#;
        let prefix = ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh"];
        let seen = machine.env("DISK", disk).env("SIZE", capacity).under(&prefix).install(&[]);
        seen.fails(words);
        assert!(
            seen.stdout.ends_with("\nleft: old\n") && seen.stdout.matches("left: ").count() == 1,
            "{}",
            seen.stdout
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_the_old_version_and_nothing_else() {
    on_a_small_disk("opt", "256k", "can't write to ROOT/opt");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_temporary_folder_leaves_the_old_version() {
    on_a_small_disk("tmp", "256k", "can't download");
    on_a_small_disk("tmp", "900k", "can't unpack");
}
