//! Migrates older formats of `device.json` to version 2, in memory and without losing a key. Of two URLs that mean one
//! registry, with an account each of one handle, the first counts; the backup has the other. An entry that is no account
//! stays where it is, and keeps none of the others from being used.
//!
//! ```text
//! {handle, device_secret, appview_url}                                         the first helper: one account
//! {credentials: {URL: {handle, device_secret, did?, appview_url?}}}            the second: one account a registry
//! {version: 2, registries: {URL: {active, accounts: {HANDLE: {...}}}}}         this one
//! ```

use serde_json::{Map, Value, json};

use super::format::{FormatError, child};
use super::reader;
use crate::domain::{Handle, RegistryUrl};

/// The registry of a file that names none.
const DEFAULT_REGISTRY: &str = "https://atcr.io";

/// Whether an object without a version has anything of an older format, or of this one.
pub(super) fn is_older_format(old: &Map<String, Value>) -> bool {
    ["registries", "credentials", "handle", "device_secret"].iter().any(|key| old.contains_key(*key))
}

/// `old` has no version. Fails if nothing in it is an account, and something was meant to be.
pub(super) fn to_version_2(mut old: Map<String, Value>) -> Result<Map<String, Value>, FormatError> {
    if old.contains_key("registries") {
        return Err(FormatError::shape(&["version"], "there"));
    }
    let mut registries = Map::new();
    let mut errors = Vec::new();
    let credentials = old.shift_remove("credentials").unwrap_or(Value::Null);
    if let Value::Object(mut credentials) = credentials {
        credentials.retain(|url, account| {
            let added = add_account(&mut registries, url, account, &["credentials", url]);
            let is_damaged = added.is_err();
            errors.extend(added.err());
            is_damaged
        });
        if !credentials.is_empty() {
            old.insert("credentials".to_owned(), Value::Object(credentials));
        }
    } else if !credentials.is_null() {
        return Err(FormatError::shape(&["credentials"], "an object"));
    }
    if old.contains_key("device_secret") || old.contains_key("handle") {
        let damaged = old.shift_remove("credentials");
        let url = old.get("appview_url").and_then(Value::as_str).filter(|url| !url.is_empty());
        let url = url.unwrap_or(DEFAULT_REGISTRY).to_owned();
        match add_account(&mut registries, &url, &Value::Object(old.clone()), &[]) {
            Ok(()) => old.clear(),
            Err(error) => errors.push(error),
        }
        old.extend(damaged.map(|damaged| ("credentials".to_owned(), damaged)));
    }
    if let Some(error) = errors.into_iter().next().filter(|_| registries.is_empty()) {
        return Err(error);
    }
    let mut new = Map::new();
    new.insert("version".to_owned(), 2.into());
    new.insert("registries".to_owned(), Value::Object(registries));
    new.extend(old);
    Ok(new)
}

/// Removes what was left of an older format, which can hold a secret.
pub(super) fn forget_damaged(root: &mut Map<String, Value>) {
    for key in ["credentials", "device_secret"] {
        root.shift_remove(key);
    }
}

/// Adds one account, and makes it active where it is the registry's first.
fn add_account(
    registries: &mut Map<String, Value>,
    url: &str,
    account: &Value,
    at: &[&str],
) -> Result<(), FormatError> {
    let registry: RegistryUrl = url.parse().map_err(|_| FormatError::shape(at, "the URL of a registry"))?;
    let Value::Object(account) = account else {
        return Err(FormatError::shape(at, "an object"));
    };
    let mut account = account.clone();
    let handle = account.get("handle").and_then(Value::as_str).and_then(|handle| handle.parse().ok());
    let handle: Handle = handle.ok_or_else(|| FormatError::shape(&[at, &["handle"]].concat(), "a handle"))?;
    // The registry's key says the same; a URL that says something else stays, known or not.
    let is_repeated = |old: &Value| old.as_str().is_some_and(|old| old.parse() == Ok(registry.clone()));
    if account.get("appview_url").is_some_and(is_repeated) {
        account.shift_remove("appview_url");
    }
    reader::check_account(handle.as_str(), &account, at)?;
    let entry = child(registries, &registry.to_string());
    entry.entry("active").or_insert_with(|| json!(handle.as_str()));
    child(entry, "accounts").entry(handle.as_str()).or_insert(Value::Object(account));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;
    use crate::domain::{Secret, SecretLocation};

    fn migrated(old: Value) -> Result<Value, String> {
        let Value::Object(old) = old else { unreachable!() };
        to_version_2(old).map(Value::Object).map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_helpers_account_becomes_the_active_one() {
        let old = json!({"handle": "a.example", "device_secret": "atcr_device_a", "appview_url": "https://buoy.cr:8443/", "new": 1});
        let expected = json!({"version": 2, "registries": {"https://buoy.cr:8443": {"active": "a.example", "accounts": {
            "a.example": {"handle": "a.example", "device_secret": "atcr_device_a", "new": 1}}}}});
        assert_eq!(migrated(old), Ok(expected));
    }

    #[test]
    fn an_account_without_a_registry_is_one_of_atcr_io() {
        for old in [
            json!({"handle": "a.example", "device_secret": "s"}),
            json!({"handle": "a.example", "device_secret": "s", "appview_url": ""}),
        ] {
            let new = migrated(old).unwrap();
            assert!(new["registries"]["https://atcr.io"]["accounts"]["a.example"].is_object(), "{new}");
        }
    }

    #[test]
    fn the_second_helpers_accounts_become_active_in_their_registries() {
        let old = json!({"comment": "mine", "credentials": {
            "https://atcr.io": {"handle": "A.example", "device_secret": "1", "did": "did:plc:a", "appview_url": "https://atcr.io"},
            "http://localhost:5000": {"handle": "b.example", "device_secret": "2", "appview_url": "https://elsewhere.example"},
            "atcr.io:443": {"handle": "c.example", "device_secret": "3"},
        }});
        let expected = json!({"version": 2, "registries": {
            "https://atcr.io": {"active": "a.example", "accounts": {
                "a.example": {"handle": "A.example", "device_secret": "1", "did": "did:plc:a"},
                "c.example": {"handle": "c.example", "device_secret": "3"}}},
            "http://localhost:5000": {"active": "b.example", "accounts": {
                "b.example": {"handle": "b.example", "device_secret": "2", "appview_url": "https://elsewhere.example"}}},
        }, "comment": "mine"});
        assert_eq!(migrated(old), Ok(expected));
    }

    #[test]
    fn a_migrated_account_is_the_active_one() {
        let old = br#"{"handle": "a.example", "device_secret": "atcr_device_a"}"#;
        let document = Document::parse(old).unwrap();
        let accounts = document.registries().get(&"https://atcr.io".parse().unwrap()).unwrap();
        assert_eq!(accounts.active().unwrap().secret, SecretLocation::Inline(Secret::new("atcr_device_a")));
    }

    #[test]
    fn an_empty_object_is_a_file_without_accounts() {
        assert_eq!(migrated(json!({})), Ok(json!({"version": 2, "registries": {}})));
        assert_eq!(migrated(json!({"credentials": null})), Ok(json!({"version": 2, "registries": {}})));
    }

    /// What an account lacks, or has too much.
    fn damaged() -> [Value; 9] {
        [
            json!({"handle": "", "device_secret": "d"}),
            json!({"handle": "bob", "device_secret": "d"}),
            json!({"handle": 7, "device_secret": "d"}),
            json!({"device_secret": "d"}),
            json!({"handle": "d.example"}),
            json!({"handle": "d.example", "device_secret": ["d"]}),
            json!({"handle": "d.example", "device_secret": "d", "did": "nobody"}),
            json!("d"),
            json!(null),
        ]
    }

    #[test]
    fn a_damaged_entry_takes_no_other_away_and_stays() {
        for damaged in damaged() {
            let old = json!({"comment": 1.50, "credentials": {
                "https://d.example": damaged, "https://atcr.io": {"handle": "a.example", "device_secret": "s"},
                "://": {"handle": "b.example", "device_secret": "s"}}});
            let new = migrated(old).unwrap();
            assert_eq!(new["credentials"]["https://d.example"], damaged);
            assert_eq!(new["credentials"]["://"]["handle"], "b.example");
            assert_eq!(new["comment"], json!(1.50));
            let document = Document::parse(new.to_string().as_bytes()).unwrap();
            let registries: Vec<String> = document.registries().iter().map(|(url, _)| url.to_string()).collect();
            assert_eq!(registries, ["https://atcr.io"], "{damaged}");
            // The first helper's account beside it, and damaged itself.
            let with_account =
                json!({"handle": "a.example", "device_secret": "s", "credentials": {"https://d.example": damaged}});
            let new = migrated(with_account).unwrap();
            assert_eq!(new["credentials"]["https://d.example"], damaged);
            assert!(new["registries"]["https://atcr.io"]["accounts"]["a.example"].is_object());
            if let Value::Object(mut flat) = damaged {
                let whole = flat.clone();
                flat.insert("credentials".into(), json!({"https://h": {"handle": "a.example", "device_secret": "s"}}));
                let new = migrated(Value::Object(flat)).unwrap();
                assert!(whole.iter().all(|(key, value)| new[key] == *value), "{new}");
                assert!(new["registries"]["https://h"]["accounts"]["a.example"].is_object());
            }
        }
    }

    #[test]
    fn the_last_logout_takes_damaged_entries_along() {
        let old = json!({"comment": 1, "handle": 7, "device_secret": "d", "credentials": {
            "https://d": "d", "https://h": {"handle": "a.example", "device_secret": "s"}}});
        let mut document = Document::parse(old.to_string().as_bytes()).unwrap();
        let mut registries = document.registries().clone();
        registries.at(&"https://h".parse().unwrap()).log_out_active();
        document.apply(&registries);
        let expected = json!({"version": 2, "registries": {}, "comment": 1, "handle": 7});
        assert_eq!(serde_json::from_slice::<Value>(&document.to_bytes()).unwrap(), expected);
    }

    #[test]
    fn content_that_no_helper_wrote_is_an_error() {
        for (old, expected) in [
            (json!({"credentials": ["s"]}), "\"credentials\" is not an object"),
            (json!({"credentials": {"https://h": "s"}}), "\"credentials\" > \"https://h\" is not an object"),
            (json!({"credentials": {"": {}}}), "\"credentials\" > \"\" is not the URL of a registry"),
            (json!({"device_secret": "s"}), "\"handle\" is not a handle"),
            (json!({"handle": 7, "device_secret": "s"}), "\"handle\" is not a handle"),
        ] {
            assert_eq!(migrated(old), Err(expected.to_owned()));
        }
    }
}
