//! Folders without write permission, and full disks.

use std::os::unix::process::CommandExt;
use std::path::Path;

use super::{Installed, KEY, file, maintainers, newest, program, tar_gz};
use crate::support::answers::VERSION;
use crate::support::{Run, skip};

/// The user nobody.
const NOBODY: u32 = 65_534;

#[test]
fn a_read_only_folder_is_an_error_with_the_command_to_run() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    installed.home.set_mode("bin", 0o555);
    let mut command = installed.command(&["update", "--yes"]);
    if rustix::process::geteuid().is_root() {
        if !is_open_to_all(&installed.program()) {
            return skip("the program's folder can't be seen by another user");
        }
        command.uid(NOBODY).gid(NOBODY);
    }
    let program = installed.program().display().to_string();
    let hint = format!("\n  run: sudo \"{program}\" update\n");
    Run::new(command).status(1).stderr_has(&[&format!("error: can't replace {program}: "), &hint]).check();
    assert_eq!(installed.appview.paths(), [VERSION.1], "nothing is downloaded in vain");
    installed.home.set_mode("bin", 0o755);
    assert!(installed.is_as_it_was() && installed.folder() == [file()]);
}

/// Whether other users may enter every folder of the path. Opens the test's home to them.
fn is_open_to_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let home = path.parent().and_then(Path::parent).unwrap();
    std::fs::set_permissions(home, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.ancestors().skip(1).all(|folder| folder.metadata().unwrap().permissions().mode() & 0o001 != 0)
}

#[test]
fn a_full_disk_leaves_the_old_version_and_nothing_else() {
    let (installed, newest) = (Installed::new(), newest());
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest)]));
    let script = "mount -t tmpfs -o size=$SIZE none bin
        cp \"$PROGRAM\" bin/docker-credential-atcr
        bin/docker-credential-atcr update --yes && exit 99
        cmp \"$PROGRAM\" bin/docker-credential-atcr
        ls -A bin";
    let Some(run) = installed.home.with_own_mounts(script) else { return };
    // Holds half of a second program.
    let size = std::fs::metadata(program()).unwrap().len() + newest.len() as u64 / 2;
    run.env("SIZE", size.to_string())
        .env("PROGRAM", program())
        .env("ATCR_UPDATE_URL", installed.appview.url())
        .env(KEY, maintainers().public_key())
        .stdout("docker-credential-atcr\n")
        .stderr_has(&["error: can't write the new version to ", "No space left on device", " was not changed\n"])
        .check();
}

#[test]
fn a_read_only_disk_is_an_error() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    let script = "mount --bind bin bin && mount -o remount,ro,bind bin
        bin/docker-credential-atcr update --yes && exit 99
        ls -A bin";
    let Some(run) = installed.home.with_own_mounts(script) else { return };
    run.env("ATCR_UPDATE_URL", installed.appview.url())
        .env(KEY, maintainers().public_key())
        .stdout("docker-credential-atcr\n")
        .stderr_has(&["error: can't write the new version to ", "Read-only file system"])
        .check();
    assert!(installed.is_as_it_was());
}

#[test]
fn a_mounted_file_is_said_to_be_one() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    let script = "mount --bind bin/docker-credential-atcr bin/docker-credential-atcr
        bin/docker-credential-atcr update --yes && exit 99
        ls -A bin";
    let Some(run) = installed.home.with_own_mounts(script) else { return };
    run.env("ATCR_UPDATE_URL", installed.appview.url())
        .env(KEY, maintainers().public_key())
        .stdout("docker-credential-atcr\n")
        .stderr_has(&[
            "bin/docker-credential-atcr is a mounted file, as in a container: it can't be replaced\n",
            "  update it where it is mounted from\n",
        ])
        .check();
    assert!(installed.is_as_it_was() && installed.appview.requests().is_empty());
}
