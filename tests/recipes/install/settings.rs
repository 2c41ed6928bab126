//! What the surroundings may and may not change: variables, other programs' settings, folders with odd names.

use std::fs;

use super::downloads::stays_as_it_was;
use super::machine::{Machine, machines};
use super::release::Release;
use super::{VERSION, serving, site};

#[test]
fn a_pipelines_own_version_does_not_decide() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.env("VERSION", "9.9.9").env("version", "9.9.9");
        let seen = machine.install(&[]);
        assert!(seen.succeeds().stdout.contains("opt/docker-credential-atcr v1.2.3\n"), "{}", seen.stdout);
    }
}

#[test]
fn the_name_for_the_folder_in_older_documents_still_works() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.without_variable("ATCR_INSTALL_DIR").env("INSTALL_DIR", "home/old");
        machine.install(&[]).succeeds();
        assert_eq!(machine.litter(), [machine.path("home/old/docker-credential-atcr")]);
        machine.install(&["--uninstall"]).succeeds();
        assert!(machine.litter().is_empty());
    }
    for machine in machines(&site) {
        let machine = machine.env("INSTALL_DIR", "home/old").env("ATCR_INSTALL_DIR", "home/new");
        machine.install(&[]).succeeds();
        assert_eq!(machine.litter(), [machine.path("home/new/docker-credential-atcr")]);
    }
}

#[test]
fn the_settings_of_curl_and_wget_are_not_read() {
    let site = site();
    let with_settings = |machine: Machine| {
        machine.write("home/.curlrc", "user-agent = evil\nhead\ninclude\nverbose\nproto = \"=https\"\n");
        machine.write("home/.wgetrc", "user_agent = evil\nuse_proxy = on\nhttp_proxy = 127.0.0.1:9\nspider = on\n");
        machine
    };
    for machine in machines(&site) {
        with_settings(machine).install(&[]).succeeds();
        if cfg!(target_os = "linux") {
            let machine = with_settings(machines(&site).next().unwrap()).without("curl").with("wget");
            let settings = machine.path("home/.wgetrc");
            machine.env("WGETRC", settings).install(&[]).succeeds();
        }
    }
    assert!(site.log().iter().all(|entry| entry.user_agent.as_deref() != Some("evil")));
}

/// As its confinement has it: it can write neither to /tmp nor to hidden folders.
const SNAPS_CURL: &str = "echo 'curl: (23) Failure writing output to destination' >&2; exit 23";

#[test]
fn a_curl_that_cant_write_is_named_with_the_fix() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.with_script("curl", SNAPS_CURL);
        stays_as_it_was(&machine, "curl can't write to ROOT/tmp/");
        machine
            .install(&[])
            .fails("if curl is a snap, which can't write to /tmp and hidden directories, install another");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn wget_goes_before_a_curl_from_snap() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.without("curl").with("wget");
        fs::create_dir_all(machine.path("snap/bin")).unwrap();
        crate::support::executable::script(machine.path("snap/bin/curl"), SNAPS_CURL);
        let path = format!("{}:{}", machine.path("snap/bin").display(), machine.path("bin").display());
        machine.env("PATH", path).install(&[]).succeeds();
    }
}

#[test]
fn folders_may_have_any_name() {
    let site = site();
    for name in ["two  words", "it's", "a\"b", "$HOME", "`id`", "-rf", "*", "a:b", "ümlaut", "127.0.0.1:x"] {
        for machine in machines(&site) {
            let (tmp, opt) = (machine.path(&format!("tmp/{name}")), machine.path(&format!("opt/{name}")));
            fs::create_dir(&tmp).unwrap();
            let machine = machine.env("TMPDIR", &tmp).env("ATCR_INSTALL_DIR", &opt).without_variable("SHELL");
            machine.install(&[]).succeeds();
            assert_eq!(machine.litter(), [opt.join("docker-credential-atcr")], "{name}");
            machine.install(&["--uninstall"]).succeeds();
            assert!(machine.litter().is_empty(), "{name}");
        }
    }
}

#[test]
fn tmpdir_is_where_downloads_go() {
    let site = site();
    for machine in machines(&site) {
        // As macOS has it, where mktemp by itself goes elsewhere.
        let mktemp = super::machine::find("mktemp").unwrap();
        let script = format!("case $* in *\"$TMPDIR\"* | *opt*) exec {} \"$@\" ;; esac; exit 1", mktemp.display());
        let machine = machine.with_script("mktemp", &script);
        machine.install(&[]).succeeds();
        let machine = machine.env("TMPDIR", "nowhere/at/all");
        stays_as_it_was_but_for(&machine, "set TMPDIR to a writable directory");
    }
}

/// mktemp's own error comes first.
fn stays_as_it_was_but_for(machine: &Machine, words: &str) {
    fs::write(machine.installed(), "the old one").unwrap();
    machine.install(&[]).fails(words);
    assert_eq!(fs::read_to_string(machine.installed()).unwrap(), "the old one");
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_is_run_in_the_temporary_folder() {
    if !super::folders::can_unshare(&["--user", "--map-root-user", "--mount"]) {
        return;
    }
    let site = site();
    for machine in machines(&site) {
        let script = r#"mount -t tmpfs -o noexec tmpfs "$TMPDIR" || exit 9; exec "$@""#;
        let prefix = ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh"];
        machine.under(&prefix).install(&[]).succeeds();
    }
}

#[test]
fn a_tool_that_is_missing_is_named() {
    let site = site();
    for machine in machines(&site) {
        // BusyBox's shell may run its own.
        if machine.shell[0] != "busybox" {
            stays_as_it_was(&machine.without("tar"), "tar is not installed, or not on PATH");
        }
    }
    for machine in machines(&site).filter(|machine| machine.shell[0] != "busybox") {
        let machine = machine.env("PATH", "/nowhere");
        machine.install(&[]).fails("is not installed, or not on PATH");
    }
}

#[test]
fn no_home_is_needed_to_install() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.without_variable("HOME").without_variable("SHELL").without_variable("TMPDIR");
        machine.install(&[]).succeeds();
        assert!(machine.installed().exists());
    }
}

#[test]
fn quiet_prints_nothing_but_errors() {
    let site = site();
    for quiet in ["--quiet", "-q"] {
        for machine in machines(&site) {
            assert_eq!(machine.install(&[quiet]).succeeds().stdout, "");
            assert_eq!(machine.install(&["--uninstall", quiet]).succeeds().stdout, "");
            assert!(machine.litter().is_empty());
        }
    }
    let broken = Release { damage: |_| None, ..Release::of(VERSION) };
    for machine in machines(&serving(broken.alone())) {
        let seen = machine.install(&["--quiet"]);
        assert_eq!(seen.fails("can't download").stdout, "");
    }
}
