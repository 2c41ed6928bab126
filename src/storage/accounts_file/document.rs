//! The content of `device.json`, version 2, and what of it this program understands.

use std::fmt;

use serde_json::{Map, Value, json};

use super::migrate;
use crate::domain::{Account, Accounts, Handle, Identity, Registries, RegistryUrl, Secret, SecretLocation, StoreName};

/// The version of the file's shape that this program reads and writes.
const VERSION: u64 = 2;

/// The key that names the credential store in which the secrets are, where they are not in the file.
const CREDENTIAL_STORE: &str = "credential_store";

/// Why the content is no `device.json`. Never quotes a value: it could be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not JSON; the parser's place in it.
    #[error("not valid JSON (line {line}, column {column})")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    /// Written by a version of this program to come.
    #[error("written by a newer version (its format is {0}, this program knows {VERSION})")]
    Newer(u64),
    /// JSON of another shape.
    #[error("{at} is not {expected}")]
    Shape {
        /// The keys that lead to the place.
        at: JsonPath,
        /// What should stand there.
        expected: &'static str,
    },
}

/// A place in the file, as the keys that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath(Vec<String>);

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the content");
        }
        // Debug, because a key is text from a file and could drive the terminal.
        let keys: Vec<String> = self.0.iter().map(|key| format!("{key:?}")).collect();
        f.write_str(&keys.join(" > "))
    }
}

impl FormatError {
    pub(super) fn shape<S: ToString>(at: &[S], expected: &'static str) -> Self {
        Self::Shape { at: JsonPath(at.iter().map(ToString::to_string).collect()), expected }
    }
}

/// The whole file, version 2, with the keys that this program does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    root: Map<String, Value>,
    migrated: bool,
}

impl Default for Document {
    fn default() -> Self {
        let mut root = Map::new();
        root.insert("version".to_owned(), VERSION.into());
        Self { root, migrated: false }
    }
}

impl Document {
    /// Reads the content of any version up to ours, and migrates it in memory.
    ///
    /// # Errors
    /// Says what is wrong and where, without the values.
    pub fn parse(content: &[u8]) -> Result<Self, FormatError> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let value = serde_json::from_slice(content)
            .map_err(|error| FormatError::NotJson { line: error.line(), column: error.column() })?;
        let Value::Object(root) = value else {
            return Err(FormatError::shape::<&str>(&[], "an object"));
        };
        match root.get("version") {
            None => Ok(Self { root: migrate::to_version_2(root)?, migrated: true }),
            Some(version) => match version.as_u64() {
                Some(VERSION) => Ok(Self { root, migrated: false }),
                Some(newer) if newer > VERSION => Err(FormatError::Newer(newer)),
                _ => Err(FormatError::shape(&["version"], "a version that ever was")),
            },
        }
    }

    /// Whether the content was of an older shape.
    #[must_use]
    pub fn is_migrated(&self) -> bool {
        self.migrated
    }

    /// What the file says, in the program's own types.
    ///
    /// # Errors
    /// At the first value that is not what it should be.
    pub fn registries(&self) -> Result<Registries, FormatError> {
        let mut registries = Registries::default();
        let store = read_keeper(&self.root)?;
        for (key, registry) in object(&self.root, &["registries"])?.into_iter().flatten() {
            let at = ["registries", key];
            let url: RegistryUrl = key.parse().map_err(|_| FormatError::shape(&at, "the URL of a registry"))?;
            let registry = registry.as_object().ok_or_else(|| FormatError::shape(&at, "an object"))?;
            // Written back, one would take the other's accounts away.
            if registries.get(&url).is_some() {
                return Err(FormatError::shape(&at, "the only entry of its registry"));
            }
            *registries.at(&url) = read_accounts(registry, key, store.as_ref())?;
        }
        registries.set_credential_store(store);
        Ok(registries)
    }

    /// Makes the file say `registries`, and leaves everything else as it is.
    pub fn apply(&mut self, registries: &Registries) {
        write_keeper(&mut self.root, registries.store());
        let root = child(&mut self.root, "registries");
        for (url, accounts) in registries.iter() {
            let known = root.keys().find(|key| key.parse().is_ok_and(|known: RegistryUrl| known == *url));
            let key = known.cloned().unwrap_or_else(|| url.to_string());
            let registry = child(root, &key);
            write_accounts(registry, accounts);
            if accounts.is_empty() && registry.keys().all(|key| key == "active" || key == "accounts") {
                root.shift_remove(&key);
            }
        }
    }

    /// The file's bytes, indented by two spaces.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        format!("{:#}\n", json!(self.root)).into_bytes()
    }
}

/// The credential store that holds the secrets of the accounts that have none here. `file` is what a person might write
/// for none.
fn read_keeper(root: &Map<String, Value>) -> Result<Option<StoreName>, FormatError> {
    match root.get(CREDENTIAL_STORE) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) if name.is_empty() || name == "file" => Ok(None),
        Some(name) => {
            let store = name.as_str().and_then(|name| name.parse().ok());
            store.map(Some).ok_or_else(|| FormatError::shape(&[CREDENTIAL_STORE], "the name of a credential store"))
        }
    }
}

fn write_keeper(root: &mut Map<String, Value>, store: Option<&StoreName>) {
    if let Some(store) = store {
        if !root.contains_key(CREDENTIAL_STORE) {
            // After the version, where a person sees it.
            root.shift_insert(root.len().min(1), CREDENTIAL_STORE.to_owned(), Value::Null);
        }
        root.insert(CREDENTIAL_STORE.to_owned(), store.as_str().into());
    } else {
        root.shift_remove(CREDENTIAL_STORE);
    }
}

fn read_accounts(registry: &Map<String, Value>, url: &str, store: Option<&StoreName>) -> Result<Accounts, FormatError> {
    let mut accounts = Vec::new();
    for (key, account) in object(registry, &["registries", url, "accounts"])?.into_iter().flatten() {
        let at = ["registries", url, "accounts", key];
        let account = account.as_object().ok_or_else(|| FormatError::shape(&at, "an object"))?;
        accounts.push(read_account(key, account, store, &at)?);
    }
    let active = match registry.get("active") {
        None | Some(Value::Null) => None,
        // An active account that is gone is none: whoever removed it by hand meant that.
        Some(Value::String(active)) => active.parse().ok(),
        Some(_) => return Err(FormatError::shape(&["registries", url, "active"], "a text")),
    };
    Ok(Accounts::new(accounts, active))
}

fn read_account(
    key: &str,
    account: &Map<String, Value>,
    store: Option<&StoreName>,
    at: &[&str],
) -> Result<Account, FormatError> {
    let place = |name| [at, &[name]].concat();
    let text = |name| match account.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(FormatError::shape(&place(name), "a text")),
    };
    let handle: Handle =
        text("handle")?.unwrap_or(key).parse().map_err(|_| FormatError::shape(&place("handle"), "a handle"))?;
    let did = match text("did")?.filter(|did| !did.is_empty()) {
        None => None,
        Some(did) => Some(did.parse().map_err(|_| FormatError::shape(&place("did"), "a DID"))?),
    };
    let secret = text("device_secret")?.filter(|secret| !secret.is_empty());
    let here = secret.map(|secret| SecretLocation::Inline(Secret::new(secret)));
    let kept = here.or_else(|| store.cloned().map(SecretLocation::Store));
    let secret = kept.ok_or_else(|| FormatError::shape(&place("device_secret"), "there"))?;
    Ok(Account { handle, did, secret })
}

fn write_accounts(registry: &mut Map<String, Value>, accounts: &Accounts) {
    let active = accounts.active().map_or("", |account| account.handle.as_str());
    registry.insert("active".to_owned(), active.into());
    let entries = child(registry, "accounts");
    let key_of = |key: &str, entry: &Value| -> Option<Handle> {
        entry.get("handle").and_then(Value::as_str).unwrap_or(key).parse().ok()
    };
    entries.retain(|key, entry| {
        key_of(key, entry).is_some_and(|handle| accounts.find(&Identity::Handle(handle)).is_some())
    });
    for account in accounts.iter() {
        let known = entries.iter().find(|(key, entry)| key_of(key, entry).as_ref() == Some(&account.handle));
        let key = known.map_or_else(|| account.handle.to_string(), |(key, _)| key.clone());
        let entry = child(entries, &key);
        entry.entry("handle").or_insert_with(|| account.handle.as_str().into());
        if let Some(did) = &account.did {
            entry.insert("did".to_owned(), did.as_str().into());
        }
        match &account.secret {
            SecretLocation::Inline(secret) => drop(entry.insert("device_secret".to_owned(), secret.expose().into())),
            SecretLocation::Store(_) => drop(entry.shift_remove("device_secret")),
        }
    }
}

/// The object at the last key of `at` in `parent`, if there is one.
fn object<'a>(parent: &'a Map<String, Value>, at: &[&str]) -> Result<Option<&'a Map<String, Value>>, FormatError> {
    match parent.get(at[at.len() - 1]) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(FormatError::shape(at, "an object")),
    }
}

/// The object under `key`, made where there is none. The document was read before it is changed, so nothing else can
/// stand there but null.
pub(super) fn child<'a>(parent: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = parent.entry(key).or_insert_with(|| json!({}));
    if !value.is_object() {
        *value = json!({});
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("made an object above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_ACCOUNTS: &str = r#"{
  "version": 2,
  "future": [1, 2.50, 1e+400],
  "registries": {
    "https://atcr.io": {
      "active": "b.example",
      "colour": "blue",
      "accounts": {
        "b.example": {
          "handle": "b.example",
          "did": "did:plc:b",
          "device_secret": "atcr_device_b",
          "since": 12345678901234567890
        },
        "a.example": {
          "handle": "a.example",
          "device_secret": "atcr_device_a"
        }
      }
    }
  }
}
"#;

    fn parse(text: &str) -> Result<Registries, FormatError> {
        Document::parse(text.as_bytes())?.registries()
    }

    #[test]
    fn reading_and_writing_back_changes_no_byte_but_layout() {
        let mut document = Document::parse(TWO_ACCOUNTS.as_bytes()).unwrap();
        let registries = document.registries().unwrap();
        document.apply(&registries);
        let expected = TWO_ACCOUNTS.replace("[1, 2.50, 1e+400]", "[\n    1,\n    2.50,\n    1e+400\n  ]");
        assert_eq!(String::from_utf8(document.to_bytes()).unwrap(), expected);
    }

    #[test]
    fn a_change_keeps_the_keys_it_does_not_know() {
        let mut document = Document::parse(TWO_ACCOUNTS.as_bytes()).unwrap();
        let mut registries = document.registries().unwrap();
        let accounts = registries.at(&"https://atcr.io".parse().unwrap());
        accounts.log_out(&"a.example".parse().unwrap());
        let account = accounts.active().unwrap().clone();
        accounts.log_in(Account { secret: SecretLocation::Inline(Secret::new("atcr_device_new")), ..account });
        document.apply(&registries);
        let written = String::from_utf8(document.to_bytes()).unwrap();
        for kept in [
            "\"future\"",
            "\"colour\": \"blue\"",
            "\"since\": 12345678901234567890",
            "\"did\": \"did:plc:b\"",
            "atcr_device_new",
        ] {
            assert!(written.contains(kept), "{kept} in {written}");
        }
        assert!(!written.contains("atcr_device_a") && !written.contains("atcr_device_b"));
    }

    #[test]
    fn a_credential_store_takes_the_secrets_out_of_the_file_and_gives_them_back() {
        let mut document = Document::parse(TWO_ACCOUNTS.as_bytes()).unwrap();
        let (before, in_file) = (document.to_bytes(), document.registries().unwrap());
        let store: StoreName = "pass".parse().unwrap();
        let mut kept = in_file.clone();
        kept.set_credential_store(Some(store.clone()));
        kept.try_map_secrets(|_, _| Ok::<_, FormatError>(SecretLocation::Store(store.clone()))).unwrap();
        document.apply(&kept);
        let written = String::from_utf8(document.to_bytes()).unwrap();
        assert!(written.starts_with("{\n  \"version\": 2,\n  \"credential_store\": \"pass\",\n"), "{written}");
        assert!(!written.contains("device_secret") && written.contains("\"since\""), "{written}");
        assert_eq!(parse(&written), Ok(kept));
        document.apply(&in_file);
        let sorted = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
        assert_eq!(sorted(&document.to_bytes()), sorted(&before));
    }

    #[test]
    fn a_secret_in_the_file_counts_whatever_store_is_named() {
        let text = TWO_ACCOUNTS.replacen("2,", "2, \"credential_store\": \"pass\",", 1);
        let registries = parse(&text).unwrap();
        let accounts = registries.get(&"https://atcr.io".parse().unwrap()).unwrap();
        assert!(accounts.iter().all(|account| matches!(account.secret, SecretLocation::Inline(_))));
        for none in ["null", "\"\"", "\"file\""] {
            assert_eq!(parse(&text.replace("\"pass\"", none)).unwrap().store(), None);
        }
    }

    #[test]
    fn a_registry_without_accounts_leaves_the_file() {
        let mut document = Document::default();
        let mut registries = Registries::default();
        let url = "https://atcr.io".parse().unwrap();
        let handle: Handle = "a.example".parse().unwrap();
        registries.at(&url).log_in(Account { handle, did: None, secret: SecretLocation::Inline(Secret::new("s")) });
        document.apply(&registries);
        registries.at(&url).log_out_active();
        document.apply(&registries);
        assert_eq!(document.to_bytes(), b"{\n  \"version\": 2,\n  \"registries\": {}\n}\n");
    }

    #[test]
    fn faults_say_the_place_and_never_the_value() {
        let secret = "atcr_device_hidden";
        for (text, expected) in [
            (String::new(), "not valid JSON (line 1, column 0)"),
            (format!("{{\"version\": 2,\n \"x\": {secret}}}"), "not valid JSON (line 2, column 7)"),
            (format!("[\"{secret}\"]"), "the content is not an object"),
            (r#"{"version": 3}"#.to_owned(), "written by a newer version (its format is 3, this program knows 2)"),
            (format!(r#"{{"version": "{secret}"}}"#), "\"version\" is not a version that ever was"),
            (r#"{"version": 1}"#.to_owned(), "\"version\" is not a version that ever was"),
            (r#"{"registries": {}}"#.to_owned(), "\"version\" is not there"),
            (format!(r#"{{"version": 2, "registries": "{secret}"}}"#), "\"registries\" is not an object"),
            (
                r#"{"version": 2, "registries": {"://": {}}}"#.to_owned(),
                "\"registries\" > \"://\" is not the URL of a registry",
            ),
            (
                r#"{"version": 2, "registries": {"https://h": {}, "https://H:443": {}}}"#.to_owned(),
                "\"registries\" > \"https://H:443\" is not the only entry of its registry",
            ),
            (
                format!(
                    r#"{{"version": 2, "registries": {{"https://h": {{"accounts": {{"a.example": "{secret}"}}}}}}}}"#
                ),
                r#""registries" > "https://h" > "accounts" > "a.example" is not an object"#,
            ),
            (
                r#"{"version": 2, "registries": {"https://h": {"accounts": {"a.example": {"device_secret": ""}}}}}"#
                    .to_owned(),
                r#""registries" > "https://h" > "accounts" > "a.example" > "device_secret" is not there"#,
            ),
            (
                format!(
                    r#"{{"version": 2, "registries": {{"https://h": {{"accounts": {{"alice": {{"device_secret": "{secret}"}}}}}}}}}}"#
                ),
                r#""registries" > "https://h" > "accounts" > "alice" > "handle" is not a handle"#,
            ),
            (
                r#"{"version": 2, "credential_store": "../pass"}"#.to_owned(),
                "\"credential_store\" is not the name of a credential store",
            ),
            (
                r#"{"version": 2, "credential_store": 1}"#.to_owned(),
                "\"credential_store\" is not the name of a credential store",
            ),
            ("[".repeat(10_000), "not valid JSON (line 1, column 128)"),
        ] {
            assert_eq!(parse(&text).unwrap_err().to_string(), expected, "{text:.80}");
        }
    }
}
