//! Machines with no home folder, no name for the user, or a read-only root.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::clients::installed::root_may_mount;
use crate::support::{
    AppView, EVAN, Home, MICHELLE, PROGRAM, Run, appview, credential, executable, skip, two_accounts,
};

/// A user that /etc/passwd does not name, as in a container that is started with one.
const UNNAMED_USER: u32 = 54_321;

/// The program without a home, as a user without a name, with Evan's secret in its environment.
fn without_home(home: &Home, appview: &AppView, arguments: &[&str]) -> Run {
    // The program's own folder may be closed to others.
    if !home.path("program").exists() {
        executable::copy(*PROGRAM, home.path("program"));
        home.write("secret", appview.device_secret(EVAN));
        home.write("work/here", "");
        for name in [".", "work", "program", "secret"] {
            home.set_mode(name, 0o755);
        }
    }
    let mut command = Command::new(home.path("program"));
    command.args(arguments).current_dir(home.path("work")).env_clear().uid(UNNAMED_USER).gid(UNNAMED_USER);
    command.env("ATCR_REGISTRY", appview.host()).env("ATCR_HANDLE", EVAN);
    command.env("ATCR_DEVICE_SECRET_FILE", home.path("secret"));
    Run::new(command)
}

fn is_root() -> bool {
    let may = root_may_mount();
    if !may {
        skip("to be another user, or to mount, needs root, outside of user namespaces");
    }
    may
}

#[test]
fn without_a_home_folder_the_environments_account_works() {
    if !is_root() {
        return;
    }
    let (appview, home) = (appview(), Home::new());
    let (host, image) = (appview.host(), format!("{}/{EVAN}/app", appview.host()));
    let get = without_home(&home, &appview, &["get"]);
    let secret = fs::read_to_string(home.path("secret")).unwrap();
    get.stdin(&*host).stdout(credential(&host, EVAN, &secret)).check();
    without_home(&home, &appview, &["list"]).stdout(format!("{{\"{host}\":\"{EVAN}\"}}\n")).check();
    without_home(&home, &appview, &["which", &image]).stdout(format!("{image}: {EVAN} (ATCR_HANDLE)\n")).check();
    without_home(&home, &appview, &["status"])
        .stdout_has(&[&format!("✓ {EVAN} (ATCR_HANDLE)  valid (checked just now)\n")])
        .check();
    without_home(&home, &appview, &["doctor"])
        .status(1)
        .stdout_has(&[
            "✗ there is no home folder to look for Docker's config.json in\n    set HOME or DOCKER_CONFIG\n",
            "✓ the account comes from the environment\n",
            &format!("✓ {EVAN} (ATCR_HANDLE) at {host}: valid (checked just now)\n"),
        ])
        .any_stderr()
        .check();
    without_home(&home, &appview, &["kubelet"])
        .stdin(format!(
            "{{\"kind\":\"CredentialProviderRequest\",\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\
             \"image\":\"{image}\"}}"
        ))
        .stdout_has(&[&format!("\"{image}\":{{\"username\":\"{EVAN}\"")])
        .check();
    let left: Vec<_> = fs::read_dir(home.path("work")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["here"]);
}

#[test]
fn without_a_home_folder_errors_name_the_fix() {
    if !is_root() {
        return;
    }
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    without_home(&home, &appview, &["get"])
        .stdin("other.example")
        .status(1)
        .stdout("credentials not found in native keychain\n")
        .stderr("not logged in to other.example; run: docker-credential-atcr login other.example\n")
        .check();
    appview.revoke(&fs::read_to_string(home.path("secret")).unwrap());
    let line = format!("{host} rejected the credential of {EVAN}; check ATCR_HANDLE and the secret set with it");
    without_home(&home, &appview, &["get"]).stdin(&*host).fails_with(&line).check();
}

/// Runs the program where every file system is read-only.
fn read_only(home: &Home, arguments: &[&str]) -> Run {
    let mut command = home.command("unshare");
    let script = "mount --bind \"$HOME\" \"$HOME\" && mount -o remount,bind,ro \"$HOME\" &&
        mount -o remount,bind,ro / && ! touch \"$HOME/file\" 2>/dev/null && exec \"$0\" \"$@\"";
    command.args(["--mount", "sh", "-c", script, *PROGRAM]).args(arguments);
    Run::new(command)
}

#[test]
fn on_a_read_only_root_every_get_checks_its_account() {
    if !is_root() {
        return;
    }
    let (appview, home) = two_accounts();
    let host = appview.host();
    let before = home.device_json();
    for handle in [EVAN, MICHELLE, EVAN] {
        let run = read_only(&home, &["get"]).env("ATCR_ACCOUNT", handle).stdin(&*host);
        run.stdout(home.credential(&appview, handle, &host)).check();
    }
    let secret = appview.device_secret(EVAN);
    let run = || {
        let run = read_only(&home, &["get"]).env("ATCR_REGISTRY", &host).env("ATCR_HANDLE", EVAN).stdin(&*host);
        run.env("ATCR_DEVICE_SECRET", &secret)
    };
    run().stdout(credential(&host, EVAN, &secret)).check();
    assert_eq!(appview.log().len(), 4);
    appview.revoke(&secret);
    run()
        .fails_with(&format!("{host} rejected the credential of {EVAN}; check ATCR_HANDLE and the secret set with it"))
        .check();
    assert_eq!(home.device_json(), before);
}

#[test]
fn on_a_read_only_root_an_old_file_is_read_and_kept() {
    if !is_root() {
        return;
    }
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    let old =
        format!("{{\"handle\": \"{EVAN}\", \"device_secret\": \"{secret}\", \"appview_url\": \"{}\"}}", appview.url());
    home.write_device_json(&old);
    read_only(&home, &["get"]).stdin(&*host).stdout(credential(&host, EVAN, &secret)).check();
    assert_eq!(home.device_json(), old);
}
