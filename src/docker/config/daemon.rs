//! The registries that Docker's daemon reaches over http.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::daemon_text::decode;
use crate::domain::InsecureRegistries;
use crate::platform::environment::Environment;

/// `insecure-registries` of every daemon.json that a daemon on this machine could have read. Missing and broken files
/// count as empty: the daemon reports what is wrong with them.
pub fn insecure_registries(environment: &Environment) -> InsecureRegistries {
    let files = daemon_files(environment);
    let documents: Vec<Value> = files.into_iter().filter_map(read).collect();
    let entries = documents.iter().filter_map(|document| document.get("insecure-registries")?.as_array());
    InsecureRegistries::new(entries.flatten().filter_map(Value::as_str))
}

fn read(path: PathBuf) -> Option<Value> {
    serde_json::from_str(&decode(&fs::read(path).ok()?)).ok()
}

/// The daemon's own file, that of a rootless daemon, and that of Docker Desktop.
fn daemon_files(environment: &Environment) -> Vec<PathBuf> {
    let in_home = |file: &str| environment.home.as_ref().map(|home| home.join(file));
    let of_system = if cfg!(windows) {
        environment.program_data.as_ref().map(|folder| folder.join("docker/config/daemon.json"))
    } else {
        Some(PathBuf::from("/etc/docker/daemon.json"))
    };
    [of_system, in_home(".config/docker/daemon.json"), in_home(".docker/daemon.json")].into_iter().flatten().collect()
}
