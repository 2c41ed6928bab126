//! What libraries that replace a running program do not keep. `.github/CONTRIBUTING.md` names these tests.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use super::{Installed, KEY, NEWEST, file, maintainers, newest, program, tar_gz};
use crate::support::{Run, can_trace, executable, skip};

/// The user nobody.
const NOBODY: u32 = 65_534;

fn offered() -> Installed {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    installed
}

#[test]
fn a_persons_file_stays_theirs_when_root_updates_it() {
    if !rustix::process::geteuid().is_root() {
        return skip("only root can update another user's file");
    }
    let installed = offered();
    // A copy: a hard link's owner would change for all.
    fs::remove_file(installed.program()).unwrap();
    executable::copy(program(), installed.program());
    chown(installed.program(), Some(NOBODY), Some(NOBODY)).unwrap();
    fs::set_permissions(installed.program(), fs::Permissions::from_mode(0o750)).unwrap();
    installed.run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
    let updated = fs::metadata(installed.program()).unwrap();
    assert_eq!((updated.uid(), updated.gid(), updated.mode() & 0o7777), (NOBODY, NOBODY, 0o750));
    assert_eq!(installed.version(), NEWEST);
}

/// As it is where /tmp lets nothing be executed, and has no room.
#[test]
fn nothing_is_unpacked_or_run_in_tmp() {
    let installed = offered();
    let script = "mount -t tmpfs -o noexec,size=64k none /tmp
        bin/docker-credential-atcr update --yes
        bin/docker-credential-atcr version
        ls -A /tmp";
    let Some(run) = installed.home.with_own_mounts(script) else { return };
    run.env("ATCR_UPDATE_URL", installed.appview.url())
        .env(KEY, maintainers().public_key())
        .stdout(format!("docker-credential-atcr {NEWEST} (built: 2025-01-15T10:30:00Z)\n"))
        .stderr_has(&["✓ Updated "])
        .check();
}

/// Else the power may fail with the new name on the disk, but not the new content.
#[test]
#[cfg(target_arch = "x86_64")]
fn the_new_version_is_on_the_disk_before_it_has_the_name() {
    if !can_trace() {
        return;
    }
    let installed = offered();
    let update = installed.command(&["update", "--yes"]);
    let mut strace = installed.home.command("strace");
    // --decode-fds: a file by its path, whatever its number is.
    strace.args(["--output=trace", "--decode-fds=path", "--trace=fsync,rename"]);
    strace.arg(update.get_program()).args(update.get_args());
    strace.env("ATCR_UPDATE_URL", installed.appview.url()).env(KEY, maintainers().public_key());
    strace.env("PATH", format!("{}:/usr/bin:/bin", installed.home.path("bin").display()));
    Run::new(strace).stderr_has(&["✓ Updated "]).check();
    let trace = fs::read_to_string(installed.home.path("trace")).unwrap();
    let is_new = |line: &&str| line.contains(".docker-credential-atcr.update/new-");
    let calls: Vec<&str> = trace.lines().filter(is_new).map(|line| line.split('(').next().unwrap()).collect();
    assert_eq!(calls, ["fsync", "rename"], "{trace}");
}
