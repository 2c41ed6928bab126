//! Updates that succeed.

use super::{DOWNLOAD, Installed, NEWEST, THIS, checksums, comment, file, maintainers, newest, release, tar_gz, zip};
use crate::support::answers::VERSION;
use crate::support::{Answer, Answers, AppView};

#[test]
fn the_program_in_the_archive_replaces_the_running_one() {
    let (program, name) = (newest(), file());
    let below = format!("docker-credential-atcr_99.1.2/{name}");
    for (file_name, archive) in [
        ("a_Linux_x86_64.tar.gz", tar_gz(&[("completions/docker-credential-atcr.bash", b"x"), (&below, &program)])),
        ("a_Windows_x86_64.zip", zip(&[("LICENSE", b"MIT"), (&name, &program)])),
    ] {
        let installed = Installed::new();
        installed.offer(file_name, &archive);
        let path = installed.program().display().to_string();
        let lines = [
            &format!("at {}: {NEWEST} (installed: {THIS})\n", installed.appview.host()),
            &format!("Downloading {NEWEST}...\n"),
            "✓ Updated ",
            &format!("bin{}{name} from {THIS} to {NEWEST}.\n", std::path::MAIN_SEPARATOR),
        ];
        installed.run(&["update", "--yes"]).stderr_has(&lines.map(|line| line as &str)).check();
        assert_eq!(installed.version(), NEWEST, "{path}");
        assert!(std::fs::read(installed.program()).unwrap() == program);
        tidied(&installed);
    }
}

/// Nothing else is in the folder: on Windows after the next run, when the old version no longer runs.
fn tidied(installed: &Installed) {
    if cfg!(windows) {
        installed.put_back();
        installed.version();
    }
    assert_eq!(installed.folder(), [file()]);
}

#[test]
fn an_update_over_tls_trusts_the_certificates_of_ssl_cert_file() {
    let (installed, mirror) = (Installed::new(), AppView::start_https());
    let archive = tar_gz(&[(&file(), &newest())]);
    let url = mirror.serve_file("/a.tar.gz", &*archive);
    mirror.serve_file(VERSION.1, release(&url, &archive).to_string());
    let checksums = checksums("a.tar.gz", &archive);
    mirror.serve_file("/checksums.txt.minisig", maintainers().sign(checksums.as_bytes(), &comment(NEWEST)));
    mirror.serve_file("/checksums.txt", checksums);
    installed.home.write("ca.pem", mirror.ca_pem());
    let update = || installed.run(&["update", "--yes"]).env("ATCR_UPDATE_URL", mirror.url());
    update().status(1).stderr_has(&["certificate"]).check();
    assert!(installed.is_as_it_was());
    update().env("SSL_CERT_FILE", installed.home.path("ca.pem")).stderr_has(&["✓ Updated "]).check();
    assert_eq!(installed.version(), NEWEST);
}

#[test]
fn a_redirect_on_this_machine_is_followed() {
    let installed = Installed::new();
    let elsewhere = Answers::start();
    let archive = tar_gz(&[(&file(), &newest())]);
    installed.offer("a.tar.gz", &archive);
    elsewhere.always(("GET", "/stored/elsewhere"), Answer::body(200, "application/gzip", archive));
    installed.appview.next(DOWNLOAD, [Answer::redirect(&format!("{}/stored/elsewhere", elsewhere.url()))]);
    installed.run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
    assert_eq!(installed.version(), NEWEST);
}

#[test]
#[cfg(unix)]
fn the_mode_and_links_to_the_program_are_kept() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let installed = Installed::new();
    // A copy: the mode of a hard link would change for all.
    crate::support::executable::copy(super::program(), installed.home.path("copy"));
    fs::rename(installed.home.path("copy"), installed.program()).unwrap();
    fs::set_permissions(installed.program(), fs::Permissions::from_mode(0o751)).unwrap();
    fs::create_dir(installed.home.path("links")).unwrap();
    let link = installed.home.path("links/docker-credential-atcr");
    symlink("../bin/docker-credential-atcr", &link).unwrap();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    let mut command = installed.home.command(&link);
    command.args(["update", "--yes"]).env("ATCR_UPDATE_URL", installed.appview.url());
    command.env(super::KEY, maintainers().public_key());
    crate::support::Run::new(command).stderr_has(&["✓ Updated "]).check();
    assert_eq!(fs::read_link(link).unwrap().to_str(), Some("../bin/docker-credential-atcr"));
    assert_eq!(fs::metadata(installed.program()).unwrap().permissions().mode() & 0o7777, 0o751);
    assert_eq!(installed.version(), NEWEST);
}

#[test]
fn any_command_removes_the_leftovers_of_a_killed_update() {
    let installed = Installed::new();
    installed.home.write("bin/.docker-credential-atcr.update/lock", "");
    installed.home.write("bin/.docker-credential-atcr.update/new-1", "half");
    installed.version();
    assert_eq!(installed.folder(), [file()]);
}
