//! Where the config files of clients are.

use std::path::PathBuf;

use super::session;
use crate::platform::environment::Environment;

/// Docker's config.json. `None`: there is no home folder.
pub(super) fn docker(environment: &Environment) -> Option<PathBuf> {
    let folder = match (&environment.docker_config, &environment.home) {
        (Some(folder), _) => folder.clone(),
        (None, home) => home.as_ref()?.join(".docker"),
    };
    Some(folder.join("config.json"))
}

/// The auth.json files that podman, buildah and skopeo read, in their order: see containers-auth.json(5).
pub(super) fn containers(environment: &Environment) -> Vec<PathBuf> {
    if let Some(file) = environment.registry_auth_file() {
        return vec![file];
    }
    let home_config = || environment.home.as_ref().map(|home| home.join(".config"));
    let person = environment.config_home().or_else(home_config).map(|folder| folder.join("containers"));
    session::folders(environment).into_iter().chain(person).map(|folder| folder.join("auth.json")).collect()
}

/// helm's own config.json: see `helm env`.
pub(super) fn helm(environment: &Environment) -> Option<PathBuf> {
    if let Some(file) = environment.helm_registry_config() {
        return Some(file);
    }
    let in_home = if cfg!(target_os = "macos") {
        "Library/Preferences"
    } else if cfg!(windows) {
        "AppData/Roaming"
    } else {
        ".config"
    };
    let folder = environment.config_home().or_else(|| Some(environment.home.as_ref()?.join(in_home)))?;
    Some(folder.join("helm/registry/config.json"))
}

pub(super) fn regctl(environment: &Environment) -> Option<PathBuf> {
    Some(environment.home.as_ref()?.join(".regctl/config.json"))
}
