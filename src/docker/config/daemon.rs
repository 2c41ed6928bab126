//! The registries that Docker's daemon reaches over http.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::{InsecureRegistries, RegistryUrl, ServerString};
use crate::platform::environment::Environment;
use crate::platform::fs::{OpenError, Trusted};
use crate::text::decode;

/// In bytes: real ones have some hundreds.
const LONGEST: u64 = 1024 * 1024;

/// A daemon.json that a daemon on this machine could have read.
#[derive(Debug)]
pub(crate) struct DaemonFile {
    pub(crate) path: PathBuf,
    /// Its `insecure-registries`, of which a missing file has none.
    entries: Result<Vec<String>, OpenError>,
}

/// All of them.
pub(crate) fn daemon_files(environment: &Environment) -> Vec<DaemonFile> {
    let files = paths(environment).into_iter();
    files.map(|path| DaemonFile { entries: read(&path), path }).collect()
}

/// Of those files that nobody else could have put there: an entry sends a secret over http.
pub fn insecure_registries(environment: &Environment) -> InsecureRegistries {
    let files = daemon_files(environment);
    let entries = files.iter().flat_map(DaemonFile::entries);
    InsecureRegistries::new(entries.map(String::as_str))
}

impl DaemonFile {
    fn entries(&self) -> &[String] {
        self.entries.as_deref().unwrap_or_default()
    }

    /// Why it counts as absent.
    pub(crate) fn error(&self) -> Option<&OpenError> {
        self.entries.as_ref().err()
    }

    /// The entry that has this registry reached over http.
    pub(crate) fn entry_for(&self, registry: &RegistryUrl) -> Option<&str> {
        let server: ServerString = registry.host().parse().ok()?;
        let is_its = |entry: &&str| {
            let insecure = InsecureRegistries::new([*entry]);
            server.registry(|| &insecure).as_ref() == Ok(registry)
        };
        self.entries().iter().map(String::as_str).find(is_its)
    }
}

fn read(path: &Path) -> Result<Vec<String>, OpenError> {
    // Most are missing, at each of Docker's calls.
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(Vec::new());
    }
    let content = Trusted::find(path)?.closed_to_others()?.read(LONGEST)?.unwrap_or_default();
    let content = decode(&content);
    // To dockerd an empty file is one without options.
    if content.trim().is_empty() {
        return Ok(Vec::new());
    }
    let entries = entries(&content).map_err(|error| {
        // dockerd does not start with it, but one that runs may have read it before it was edited.
        io::Error::new(ErrorKind::InvalidData, format!("invalid JSON: {error}"))
    })?;
    Ok(entries)
}

/// Go reads a text's first value, whatever follows, and of two members the last; how deep others are, and whether their texts
/// are Unicode, is nothing to it.
fn entries(content: &str) -> serde_json::Result<Vec<String>> {
    let members = BTreeMap::<String, &RawValue>::deserialize(&mut serde_json::Deserializer::from_str(content))?;
    let Some(entries) = members.get("insecure-registries") else { return Ok(Vec::new()) };
    let entries: Vec<&RawValue> = serde_json::from_str(entries.get()).unwrap_or_default();
    Ok(entries.into_iter().filter_map(|entry| serde_json::from_str(entry.get()).ok()).collect())
}

/// The daemon's own file, that of a rootless daemon, and that of Docker Desktop.
fn paths(environment: &Environment) -> Vec<PathBuf> {
    let in_home = |file: &str| environment.home.as_ref().map(|home| home.join(file));
    let of_system = if cfg!(windows) {
        environment.program_data().map(|folder| folder.join("docker/config/daemon.json"))
    } else {
        Some(PathBuf::from("/etc/docker/daemon.json"))
    };
    let by_variable = environment.config_home().map(|folder| folder.join("docker/daemon.json"));
    let rootless = in_home(".config/docker/daemon.json");
    let by_variable = by_variable.filter(|path| Some(path) != rootless.as_ref());
    [of_system, by_variable, rootless, in_home(".docker/daemon.json")].into_iter().flatten().collect()
}
