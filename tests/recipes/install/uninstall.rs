//! `install.sh --uninstall`.

use std::fs;
use std::os::unix::fs::symlink;

use super::machine::{Machine, machines};
use super::site;
use crate::support::{PROGRAM, executable};

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
        machine.install(&["--uninstall"]).fails("ATCR_INSTALL_DIR='ROOT/bin'");
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

/// A program whose `configure-docker --remove` does this; it notes how it was called.
fn installed_with(machine: &Machine, removal: &str) {
    let script = format!("echo \"$*\" >> '{}'\n{removal}", machine.path("tmp/called").display());
    executable::script(machine.installed(), &script);
}

/// A file that names the program, and what is said of it.
const CLIENTS: [(&str, &str, &str); 6] = [
    (
        "home/.docker/config.json",
        r#"{"credHelpers": {"atcr.io/a.example/app": "atcr-a.example"}}"#,
        "configure-docker --remove\n",
    ),
    (
        "home/.docker/config.json",
        r#"{"plugins": {"atcr": {"hooks": "push,pull,image push,image pull"}}}"#,
        "configure-docker --remove\n",
    ),
    ("home/.docker/config.json", r#"{"credHelpers": {"atcr.io": "atcr"}}"#, "configure-docker --remove\n"),
    ("home/.docker/config.json", r#"{"credsStore": "atcr"}"#, "configure-docker --remove\n"),
    (
        "home/.config/containers/auth.json",
        r#"{"credHelpers": {"atcr.io": "atcr"}}"#,
        "configure-docker --remove --podman\n",
    ),
    (
        "home/run/containers/auth.json",
        r#"{"credHelpers": {"atcr.io": "atcr"}}"#,
        "configure-docker --remove --podman\n",
    ),
];

#[test]
fn each_client_that_names_it_is_freed_of_it() {
    let site = site();
    for (file, content, call) in CLIENTS {
        for machine in machines(&site) {
            let named = machine.write(file, content);
            installed_with(&machine, &format!("echo '{{}}' > '{}'", named.display()));
            let seen = machine.install(&["--uninstall"]);
            assert_eq!(machine.read("tmp/called"), call, "{file}");
            assert!(!seen.succeeds().stdout.contains("still names it"), "{}", seen.stdout);
        }
    }
}

#[test]
fn what_is_left_to_be_done_by_hand_is_said() {
    let site = site();
    for (file, content, _) in CLIENTS {
        // It fails, does not run at all, or is of another version that leaves it there.
        for removal in ["exit 1", "kill -9 $$", "exit 0"] {
            for machine in machines(&site) {
                machine.write(file, content);
                installed_with(&machine, &format!("{removal} 2>/dev/null"));
                let seen = machine.install(&["--uninstall", "--quiet"]);
                let note =
                    format!("note: ROOT/{file} still names it: remove \"atcr\" from its credHelpers and credsStore\n");
                assert_eq!(seen.stdout, note);
                assert!(!machine.installed().exists());
            }
        }
    }
}

#[test]
fn the_files_that_variables_name_are_looked_at() {
    let site = site();
    for (variable, value, file) in [
        ("DOCKER_CONFIG", "elsewhere", "elsewhere/config.json"),
        ("REGISTRY_AUTH_FILE", "elsewhere/auth.json", "elsewhere/auth.json"),
        ("XDG_CONFIG_HOME", "elsewhere", "elsewhere/containers/auth.json"),
    ] {
        for machine in machines(&site) {
            machine.write(file, r#"{"credHelpers": {"atcr.io": "atcr"}}"#);
            let value = machine.path(value);
            let machine = machine.env(variable, value);
            installed_with(&machine, "exit 0");
            let seen = machine.install(&["--uninstall"]);
            assert!(seen.succeeds().stdout.contains(&format!("note: ROOT/{file} still names it")), "{}", seen.stdout);
        }
    }
}

/// `credsStore` too, as soon as the program takes that out; until then the script says that it is left.
#[test]
fn the_program_itself_leaves_nothing_that_goes_unsaid() {
    let site = site();
    for (file, content, _) in CLIENTS {
        for machine in machines(&site) {
            let named = machine.write(file, content);
            executable::copy(*PROGRAM, machine.installed());
            let seen = machine.install(&["--uninstall"]);
            let is_left = fs::read_to_string(named).is_ok_and(|left| left.contains("atcr\""));
            assert_eq!(seen.code, Some(0), "{}", seen.stderr);
            assert_eq!(seen.stdout.contains("still names it"), is_left, "{file}: {}", seen.stdout);
            assert!(!is_left || content.contains("credsStore"), "{file}: {}\n{}", seen.stdout, seen.stderr);
            assert!(!machine.installed().exists());
        }
    }
}

#[test]
fn it_works_without_home() {
    let site = site();
    for machine in machines(&site) {
        machine.install(&[]).succeeds();
        machine.write("docker/config.json", r#"{"credHelpers": {"atcr.io": "atcr"}}"#);
        let config = machine.path("docker");
        let machine = machine.env("DOCKER_CONFIG", config).without_variable("HOME").without_variable("SHELL");
        let seen = machine.install(&["--uninstall"]);
        assert!(seen.succeeds().stdout.contains("configure-docker --remove\nRemoved ROOT/opt/"), "{}", seen.stdout);
        assert!(!machine.installed().exists());
    }
}

#[test]
fn what_names_a_program_that_is_gone_already_is_said() {
    let site = site();
    for machine in machines(&site) {
        machine.write("home/.docker/config.json", r#"{"credsStore": "atcr"}"#);
        let seen = machine.install(&["--uninstall"]);
        assert_eq!(
            seen.succeeds().stdout,
            "docker-credential-atcr is not in ROOT/opt: nothing to remove\n\
             note: ROOT/home/.docker/config.json still names it: remove \"atcr\" from its credHelpers and credsStore\n"
        );
    }
}

#[test]
fn its_other_names_are_removed_with_it() {
    let site = site();
    for machine in machines(&site) {
        installed_with(&machine, "exit 0");
        let plugins = machine.path("home/.docker/cli-plugins");
        fs::create_dir_all(&plugins).unwrap();
        let others = [plugins.join("docker-other"), machine.path("opt/docker-credential-atcr-b.example")];
        for other in &others {
            symlink(machine.path("bin/cat"), other).unwrap();
        }
        machine.write("opt/docker-credential-atcr-c.example", "");
        let links = [plugins.join("docker-atcr"), machine.path("opt/docker-credential-atcr-a.example")];
        symlink(machine.installed(), &links[0]).unwrap();
        symlink("docker-credential-atcr", &links[1]).unwrap();
        machine.install(&["--uninstall", "--quiet"]).succeeds();
        assert_eq!(machine.read("tmp/called"), "configure-docker --remove\n");
        assert!(links.iter().all(|link| !link.is_symlink()) && others.iter().all(|other| other.is_symlink()));
        assert!(!machine.installed().exists() && machine.path("opt/docker-credential-atcr-c.example").exists());
    }
}

#[test]
fn what_the_program_set_up_it_takes_out() {
    let site = site();
    for machine in machines(&site) {
        let content = r#"{"auths": {"atcr-registry.example": {}}}"#;
        let config = machine.write("home/.docker/config.json", content);
        executable::copy(*PROGRAM, machine.installed());
        let mut command = std::process::Command::new(machine.installed());
        command.args(["configure-docker", "--plugin", "atcr.io", "--repository", "atcr.io/a.example/app"]);
        command.env_clear().env("HOME", machine.path("home")).env("PATH", machine.folder());
        assert!(command.output().unwrap().status.success());
        assert!(machine.path("opt/docker-credential-atcr-a.example").exists());
        let seen = machine.install(&["--uninstall", "--quiet"]);
        assert_eq!(seen.succeeds().stdout, "");
        assert_eq!((fs::read_to_string(&config).unwrap(), machine.litter()), (content.to_owned(), vec![config]));
    }
}
