//! `install.sh --uninstall`.

use std::fs;

use super::machine::machines;
use super::site;

#[test]
fn it_removes_the_program_and_keeps_the_accounts() {
    let site = site();
    for machine in machines(&site) {
        machine.install(&[]).succeeds();
        let accounts = machine.path("home/.atcr/device.json");
        fs::create_dir(accounts.parent().unwrap()).unwrap();
        fs::write(&accounts, "{}").unwrap();
        let seen = machine.install(&["--uninstall"]);
        assert!(seen.succeeds().stdout.contains("Removed ROOT/opt/docker-credential-atcr"), "{}", seen.stdout);
        assert!(seen.stdout.contains("Your accounts are still in ROOT/home/.atcr"), "{}", seen.stdout);
        assert_eq!(machine.litter(), [accounts]);
        let again = machine.install(&["--uninstall"]);
        assert_eq!(again.succeeds().stdout, "docker-credential-atcr is not in ROOT/opt: nothing to remove\n");
    }
}

#[test]
fn it_first_removes_the_helper_from_dockers_configuration() {
    let site = site();
    for machine in machines(&site) {
        machine.install(&[]).succeeds();
        fs::create_dir(machine.path("home/.docker")).unwrap();
        fs::write(machine.path("home/.docker/config.json"), r#"{"credHelpers": {"atcr.io": "atcr"}}"#).unwrap();
        let seen = machine.install(&["--uninstall"]);
        let called = "docker-credential-atcr v1.2.3 configure-docker --remove\nRemoved ";
        assert!(seen.succeeds().stdout.contains(called), "{}", seen.stdout);
    }
}

#[test]
fn a_copy_in_another_folder_is_named() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.with_script("docker-credential-atcr", "exit 0");
        machine.install(&["--uninstall"]).fails("INSTALL_DIR='ROOT/bin'");
    }
}

#[test]
fn other_arguments_are_a_usage_error() {
    let site = site();
    for machine in machines(&site) {
        for words in [&["--unistall"] as &[&str], &["--uninstall", "now"], &[""]] {
            let seen = machine.install(words);
            assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""));
            assert!(seen.stderr.contains("Usage: install.sh [--uninstall]") && machine.litter().is_empty());
        }
        assert!(machine.install(&["--help"]).succeeds().stdout.contains("Usage: install.sh [--uninstall]"));
    }
}
