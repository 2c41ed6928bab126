//! The files in which Docker's and podman's clients are told whom to ask, as they are.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::docker::config::of_docker;
use crate::domain::RegistryUrl;
use crate::platform::environment::Environment;

/// Docker's file and those of podman, buildah and skopeo.
#[derive(Debug)]
pub(super) struct ClientFiles {
    pub(super) docker: Option<ClientFile>,
    pub(super) containers: Vec<ClientFile>,
}

/// One file.
#[derive(Debug)]
pub(super) struct ClientFile {
    pub(super) path: PathBuf,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Missing,
    /// And the system's reason.
    Unreadable(String),
    /// Not a JSON object; where not.
    Broken(String),
    Object(Map<String, Value>),
}

impl ClientFiles {
    pub(super) fn read(environment: &Environment) -> Self {
        let in_home = |path: &str| environment.home.as_ref().map(|home| home.join(path));
        let containers = environment.registry_auth_file.clone().map_or_else(
            || {
                let config = environment.config_home.clone().or_else(|| in_home(".config"));
                let folders = [runtime_folder(environment), config.map(|folder| folder.join("containers"))];
                folders.into_iter().flatten().map(|folder| folder.join("auth.json")).collect()
            },
            |file| vec![file],
        );
        Self {
            docker: of_docker(environment).map(ClientFile::read),
            containers: containers.into_iter().map(ClientFile::read).collect(),
        }
    }
}

/// Where containers-auth.json(5) puts logins until the next boot: without `XDG_RUNTIME_DIR` in a folder named by user id.
fn runtime_folder(environment: &Environment) -> Option<PathBuf> {
    let of_session = environment.runtime_dir.as_ref().map(|folder| folder.join("containers"));
    #[cfg(target_os = "linux")]
    let of_session = of_session.or_else(|| {
        use std::os::linux::fs::MetadataExt;
        let home = fs::metadata(environment.home.as_ref()?).ok()?;
        Some(PathBuf::from(format!("/run/containers/{}", home.st_uid())))
    });
    of_session
}

impl ClientFile {
    fn read(path: PathBuf) -> Self {
        let content = match fs::read(&path) {
            Ok(content) => Content::parse(&content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Content::Missing,
            Err(error) => Content::Unreadable(error.to_string()),
        };
        Self { path, content }
    }

    /// The program that `credHelpers` names for `host`, without the `docker-credential-` before it.
    pub(super) fn helper(&self, host: &str) -> Option<&str> {
        self.object()?.get("credHelpers")?.get(host)?.as_str()
    }

    /// The program that is asked where `credHelpers` says nothing. Podman and its kin don't read it.
    pub(super) fn store(&self) -> Option<&str> {
        self.object()?.get("credsStore")?.as_str().filter(|store| !store.is_empty())
    }

    /// The keys of `auths` that hold a secret in clear for `registry`: by host, by URL, or by host and path.
    pub(super) fn passwords(&self, registry: &RegistryUrl) -> Vec<&str> {
        let entries = self.object().and_then(|object| object.get("auths")?.as_object()).into_iter().flatten();
        let of_registry = entries.filter(|(key, entry)| is_of(key, registry) && holds_secret(entry));
        of_registry.map(|(key, _)| key.as_str()).collect()
    }

    fn object(&self) -> Option<&Map<String, Value>> {
        match &self.content {
            Content::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl Content {
    /// As Docker reads it: an empty file is an empty object, what follows the object is not looked at, and a byte-order
    /// mark makes it ignore the file (seen with 28.2).
    fn parse(content: &[u8]) -> Self {
        if content.starts_with(b"\xef\xbb\xbf") {
            return Self::Broken("it begins with a byte-order mark".to_owned());
        }
        match serde_json::Deserializer::from_slice(content).into_iter().next() {
            None => Self::Object(Map::new()),
            Some(Ok(Value::Object(object))) => Self::Object(object),
            Some(Ok(_)) => Self::Broken("it is not an object".to_owned()),
            Some(Err(error)) => Self::Broken(format!("line {}, column {}", error.line(), error.column())),
        }
    }
}

fn is_of(key: &str, registry: &RegistryUrl) -> bool {
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest);
    registry.is_at(rest.split('/').next().unwrap_or_default())
}

/// Docker leaves an empty entry where a helper keeps the secret.
fn holds_secret(entry: &Value) -> bool {
    let has = |name| entry.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    ["auth", "password", "identitytoken", "registrytoken"].into_iter().any(has)
}

#[cfg(test)]
impl ClientFile {
    pub(super) fn of(path: &str, content: &str) -> Self {
        Self { path: path.into(), content: Content::parse(content.as_bytes()) }
    }
}
