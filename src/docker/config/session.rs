//! Where podman, buildah and skopeo keep logins until the next boot.

#[cfg(target_os = "linux")]
use std::io::ErrorKind;
#[cfg(target_os = "linux")]
use std::os::unix::fs::MetadataExt;
#[cfg(target_os = "linux")]
use std::path::Path;
use std::path::PathBuf;

use crate::platform::environment::Environment;

/// In the order in which each of them would look. Empty where the system has no such folder.
#[cfg(not(target_os = "linux"))]
pub(super) fn folders(environment: &Environment) -> Vec<PathBuf> {
    environment.runtime_dir().map(|folder| folder.join("containers")).into_iter().collect()
}

/// Without `XDG_RUNTIME_DIR`, as under `su` or in cron, each has a place of its own: podman without root makes itself a folder
/// (containers/storage, `homedir.RuntimeDir`), and the others use `/run/containers` (containers-auth.json(5)).
#[cfg(target_os = "linux")]
pub(super) fn folders(environment: &Environment) -> Vec<PathBuf> {
    if let Some(folder) = environment.runtime_dir() {
        return vec![folder.join("containers")];
    }
    let user = rustix::process::getuid().as_raw();
    let temporary = environment.temporary_folder();
    let mut folders = Vec::new();
    if user != 0 {
        // The last two are of older and of newer versions of podman.
        for folder in [
            PathBuf::from(format!("/run/user/{user}")),
            temporary.join(format!("podman-run-{user}")),
            temporary.join(format!("storage-run-{user}")),
        ] {
            if is_used(&folder, user) {
                folders.push(folder.join("containers"));
            }
        }
    }
    let shared = PathBuf::from(format!("/run/containers/{user}"));
    // In a folder that is closed to this user nobody finds a login.
    let is_closed = shared.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
    folders.extend((!is_closed).then_some(shared));
    folders
}

/// As podman decides: only this user may write to it. In `/tmp` anybody could have made one of the name.
#[cfg(target_os = "linux")]
fn is_used(folder: &Path, user: u32) -> bool {
    let found = folder.symlink_metadata();
    found.is_ok_and(|found| found.is_dir() && found.uid() == user && found.mode() & 0o722 == 0o700)
}
