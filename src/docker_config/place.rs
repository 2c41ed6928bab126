//! Where the files are that name credential helpers, and whether the program is where they look for it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::environment::Environment;

/// What Docker and podman look for on PATH.
const PROGRAM: &str = "docker-credential-atcr";

/// Docker's config.json. `None`: there is no home folder.
pub(super) fn of_docker(environment: &Environment) -> Option<PathBuf> {
    let in_home = || environment.home.as_ref().map(|home| home.join(".docker"));
    Some(environment.docker_config.clone().or_else(in_home)?.join("config.json"))
}

/// The auth.json of podman, buildah and skopeo: the one that is named, the session's, if there is one, or the home's.
pub(super) fn of_containers(environment: &Environment) -> Option<PathBuf> {
    const FILE: &str = "containers/auth.json";
    let of_session = || environment.runtime_dir.as_ref().map(|folder| folder.join(FILE)).filter(|file| file.exists());
    let in_home = || environment.home.as_ref().map(|home| home.join(".config"));
    let of_person = || environment.config_home.clone().or_else(in_home).map(|folder| folder.join(FILE));
    environment.registry_auth_file.clone().or_else(of_session).or_else(of_person)
}

/// The program that Docker and podman find on PATH, whichever it is.
#[must_use]
pub fn program_on_path(environment: &Environment) -> Option<PathBuf> {
    let file = format!("{PROGRAM}{}", env::consts::EXE_SUFFIX);
    let folders = environment.search_path.as_ref()?;
    env::split_paths(folders).map(|folder| folder.join(&file)).find(|program| is_executable(program))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(windows)]
fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}
