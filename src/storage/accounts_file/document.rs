//! The content of `device.json`: what it says, and how a change is written without touching anything else.

use serde_json::{Map, Value};

use super::format::{FormatError, VERSION, child, object};
use super::migrate;
use super::reader::{Wanted, read};
use crate::domain::{Accounts, Handle, Identity, Registries, RegistryUrl, SecretLocation};

/// The host at which `docker logout` made the last change: it erases more than once.
const DOCKER_LOGOUT: &str = "docker_logout";

/// The whole file in the present format, with the keys that this program does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    root: Map<String, Value>,
    registries: Registries,
    is_migrated: bool,
}

impl Default for Document {
    fn default() -> Self {
        let mut root = Map::new();
        root.insert("version".to_owned(), VERSION.into());
        Self { root, registries: Registries::default(), is_migrated: false }
    }
}

impl Document {
    /// Reads the content of any version up to ours, and migrates it in memory.
    pub fn parse(content: &[u8]) -> Result<Self, FormatError> {
        if let Some(registries) = read(content, Wanted::ToChange)? {
            return Ok(Self { root: object(content)?, registries, is_migrated: false });
        }
        let old = object(content)?;
        if !migrate::is_older_format(&old) {
            // Empty, or somebody's own of that name.
            let mut root = Self::default().root;
            root.extend(old);
            return Ok(Self { root, ..Self::default() });
        }
        let root = migrate::to_version_2(old)?;
        let mut document = Self { root, registries: Registries::default(), is_migrated: true };
        document.registries = read(&document.to_bytes(), Wanted::All)?.unwrap_or_default();
        Ok(document)
    }

    /// Whether the content was of an older format.
    pub fn is_migrated(&self) -> bool {
        self.is_migrated
    }

    /// What the content said, before any change.
    pub fn registries(&self) -> &Registries {
        &self.registries
    }

    /// Makes the file say `registries`, and leaves everything else as it is.
    pub fn apply(&mut self, registries: &Registries) {
        // Each account names its own store. Version 0.1.0 wrote one for all of them.
        let store = self.root.shift_remove("credential_store");
        if self.registries.in_use().next().is_some() && registries.in_use().next().is_none() {
            migrate::forget_damaged(&mut self.root);
        }
        let root = child(&mut self.root, "registries");
        for (url, accounts) in registries.iter() {
            let known = root.keys().find(|key| key.parse().is_ok_and(|known: RegistryUrl| known == *url));
            let key = known.cloned().unwrap_or_else(|| url.to_string());
            let registry = child(root, &key);
            write_accounts(registry, accounts, store.as_ref());
            if accounts.is_empty() && registry.keys().all(|key| key == "active" || key == "accounts") {
                root.shift_remove(&key);
            }
        }
    }

    pub fn docker_logout(&self) -> Option<&str> {
        self.root.get(DOCKER_LOGOUT)?.as_str()
    }

    /// Nothing of it stays with the last account.
    pub fn set_docker_logout(&mut self, host: Option<&str>) {
        let has_accounts = self.root.get("registries").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
        match host.filter(|_| has_accounts) {
            Some(host) => drop(self.root.insert(DOCKER_LOGOUT.to_owned(), host.into())),
            None => drop(self.root.shift_remove(DOCKER_LOGOUT)),
        }
    }

    /// The file's bytes, indented by two spaces.
    #[expect(clippy::expect_used, reason = "a map of JSON values can always be written to memory")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(&self.root).expect("JSON values");
        bytes.push(b'\n');
        bytes
    }
}

/// `store` held the secrets of entries that have none.
fn write_accounts(registry: &mut Map<String, Value>, accounts: &Accounts, store: Option<&Value>) {
    let active = accounts.active().map_or("", |account| account.handle.as_str());
    registry.insert("active".to_owned(), active.into());
    let entries = child(registry, "accounts");
    entries.retain(|key, entry| {
        handle_of(key, entry).is_some_and(|handle| accounts.find(&Identity::Handle(handle)).is_some())
    });
    for account in accounts.iter() {
        let known = entries.iter().find(|(key, entry)| handle_of(key, entry).as_ref() == Some(&account.handle));
        let key = known.map_or_else(|| account.handle.to_string(), |(key, _)| key.clone());
        let entry = child(entries, &key);
        entry.entry("handle").or_insert_with(|| account.handle.as_str().into());
        if let Some(did) = &account.did {
            entry.insert("did".to_owned(), did.as_str().into());
        }
        write_secret(entry, &account.secret);
    }
    // Two entries with one handle: the second is no account, but still has to be one that can be read.
    for entry in entries.values_mut().filter_map(Value::as_object_mut) {
        if let Some(store) = store.filter(|_| !has_secret(entry)) {
            entry.insert("credential_store".to_owned(), store.clone());
        }
    }
}

fn has_secret(entry: &Map<String, Value>) -> bool {
    let is_given = |key| entry.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    is_given("device_secret") || is_given("credential_store")
}

fn handle_of(key: &str, entry: &Value) -> Option<Handle> {
    entry.get("handle").and_then(Value::as_str).unwrap_or(key).parse().ok()
}

fn write_secret(entry: &mut Map<String, Value>, secret: &SecretLocation) {
    let (key, value, other) = match secret {
        SecretLocation::Inline(secret) => ("device_secret", secret.expose(), "credential_store"),
        SecretLocation::Store(store) => ("credential_store", store.as_str(), "device_secret"),
    };
    entry.insert(key.to_owned(), value.into());
    entry.shift_remove(other);
}

#[cfg(test)]
mod tests;
