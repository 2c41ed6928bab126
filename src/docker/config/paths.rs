//! Where the files are that name credential helpers.

use std::path::PathBuf;

use crate::platform::environment::Environment;

/// Docker's config.json. `None`: there is no home folder.
#[must_use]
pub fn of_docker(environment: &Environment) -> Option<PathBuf> {
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
