//! Migrates older formats of `device.json` to version 2, in memory and without losing a key. Of two URLs that mean one
//! registry, with an account each of one handle, the first counts; the backup has the other.
//!
//! ```text
//! {handle, device_secret, appview_url}                                         the first helper: one account
//! {credentials: {URL: {handle, device_secret, did?, appview_url?}}}            the second: one account a registry
//! {version: 2, registries: {URL: {active, accounts: {HANDLE: {...}}}}}         this one
//! ```

use serde_json::{Map, Value, json};

use super::format::{FormatError, child};
use crate::domain::{Handle, RegistryUrl};

/// The registry of a file that names none.
const DEFAULT_REGISTRY: &str = "https://atcr.io";

/// `old` has no version.
pub(super) fn to_version_2(mut old: Map<String, Value>) -> Result<Map<String, Value>, FormatError> {
    if old.contains_key("registries") {
        return Err(FormatError::shape(&["version"], "there"));
    }
    let mut registries = Map::new();
    let credentials = old.shift_remove("credentials").unwrap_or(Value::Null);
    if let Value::Object(credentials) = credentials {
        for (url, account) in credentials {
            add_account(&mut registries, &url, account, &["credentials", &url])?;
        }
    } else if !credentials.is_null() {
        return Err(FormatError::shape(&["credentials"], "an object"));
    }
    if old.contains_key("device_secret") || old.contains_key("handle") {
        let url = old.get("appview_url").and_then(Value::as_str).filter(|url| !url.is_empty());
        let url = url.unwrap_or(DEFAULT_REGISTRY).to_owned();
        add_account(&mut registries, &url, Value::Object(std::mem::take(&mut old)), &[])?;
    }
    let mut new = Map::new();
    new.insert("version".to_owned(), 2.into());
    new.insert("registries".to_owned(), Value::Object(registries));
    new.extend(old);
    Ok(new)
}

/// Adds one account, and makes it active where it is the registry's first.
fn add_account(registries: &mut Map<String, Value>, url: &str, account: Value, at: &[&str]) -> Result<(), FormatError> {
    let registry: RegistryUrl = url.parse().map_err(|_| FormatError::shape(at, "the URL of a registry"))?;
    let Value::Object(mut account) = account else {
        return Err(FormatError::shape(at, "an object"));
    };
    let handle = account.get("handle").and_then(Value::as_str).and_then(|handle| handle.parse().ok());
    let handle: Handle = handle.ok_or_else(|| FormatError::shape(&[at, &["handle"]].concat(), "a handle"))?;
    // The registry's key says the same; a URL that says something else stays, known or not.
    let is_repeated = |old: &Value| old.as_str().is_some_and(|old| old.parse() == Ok(registry.clone()));
    if account.get("appview_url").is_some_and(is_repeated) {
        account.shift_remove("appview_url");
    }
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
