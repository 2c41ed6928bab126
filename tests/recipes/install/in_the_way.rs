//! What others have put where the program goes.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};

use super::machine::{find, machines};
use super::site;
use crate::support::skip;

/// A user id that no machine that runs these tests has.
const MALLORYS: u32 = 54322;

#[test]
fn a_link_under_the_name_that_can_be_foreseen_is_not_followed() {
    let site = site();
    for machine in machines(&site) {
        let victim = machine.write("home/victim", "precious");
        fs::set_permissions(machine.folder(), fs::Permissions::from_mode(0o1777)).unwrap();
        // The shell keeps this process id.
        let plant = format!(
            "{} -s '{}' '{}'/.docker-credential-atcr.$$; exec \"$@\"",
            find("ln").unwrap().display(),
            victim.display(),
            machine.folder().display()
        );
        let machine = machine.under(&["/bin/sh", "-c", &plant, "sh"]);
        machine.install(&[]).succeeds();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(fs::metadata(&victim).unwrap().permissions().mode() & 0o111, 0);
    }
}

#[test]
fn another_users_program_is_neither_replaced_nor_run() {
    let site = site();
    for machine in machines(&site) {
        machine.write("home/.docker/config.json", r#"{"credHelpers": {"atcr.io": "atcr"}}"#);
        crate::support::executable::script(machine.installed(), "echo gotcha > \"$HOME/gotcha\"");
        if chown(machine.installed(), Some(MALLORYS), Some(MALLORYS)).is_err() {
            return skip("only root can give files away");
        }
        let before = fs::read(machine.installed()).unwrap();
        machine.install(&[]).fails("ROOT/opt/docker-credential-atcr belongs to another user");
        machine.install(&["--uninstall"]).fails("belongs to another user");
        assert_eq!(fs::read(machine.installed()).unwrap(), before);
        assert!(!machine.path("home/gotcha").exists());
    }
}

#[test]
fn what_is_no_regular_file_is_left_alone() {
    let site = site();
    for machine in machines(&site) {
        let made = std::process::Command::new("mkfifo").arg(machine.installed()).status().unwrap();
        assert!(made.success());
        machine.install(&[]).fails("ROOT/opt/docker-credential-atcr is not a regular file");
        machine.install(&["--uninstall"]).fails("is not a regular file");
        assert!(machine.installed().exists());
        fs::remove_file(machine.installed()).unwrap();
        std::os::unix::fs::symlink("/nowhere", machine.installed()).unwrap();
        machine.install(&[]).fails("is a link or directory");
        assert!(machine.installed().is_symlink());
    }
}

#[test]
fn what_is_installed_can_be_read_and_run_by_all() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.under(&["/bin/sh", "-c", "umask 077; exec \"$@\"", "sh"]);
        machine.install(&[]).succeeds();
        assert_eq!(fs::metadata(machine.installed()).unwrap().permissions().mode() & 0o7777, 0o755);
    }
}
