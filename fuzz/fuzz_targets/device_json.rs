//! Any bytes as device.json: read, migrated, changed, written, read again; nothing is lost on the way.
#![no_main]

use atcr::domain::{Account, Accounts, Registries, RegistryUrl, Secret, SecretLocation};
use atcr::storage::accounts_file::Document;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|content: &[u8]| {
    let Ok(document) = Document::parse(content) else { return };
    let before = document.registries();
    let written = applied(&document, before);
    assert_eq!(in_use(written.registries()), in_use(before), "writing what was read changes what is read");
    assert_eq!(applied(&written, before).to_bytes(), written.to_bytes(), "writing twice changes the file twice");
    nothing_is_lost(content, &written);

    let mut after = before.clone();
    let registry = "https://atcr.io".parse().expect("a registry");
    let handle = "new.example".parse().expect("a handle");
    let secret = SecretLocation::Inline(Secret::new("atcr_device_new"));
    after.at(&registry).log_in(Account { handle, did: None, secret });
    let changed = applied(&written, &after);
    let changed = changed.registries();
    for (url, accounts) in after.in_use() {
        assert_eq!(changed.get(url), Some(accounts), "{url}");
    }
});

/// A registry that nobody is logged in to may go.
fn in_use(registries: &Registries) -> Vec<(&RegistryUrl, &Accounts)> {
    registries.in_use().collect()
}

fn applied(document: &Document, registries: &Registries) -> Document {
    let mut document = document.clone();
    document.apply(registries);
    let written = Document::parse(&document.to_bytes()).expect("what was written is a device.json");
    assert!(!written.is_migrated());
    written
}

/// Every secret and every value that this program does not know is still there.
fn nothing_is_lost(content: &[u8], written: &Document) {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let old: Value = serde_json::from_slice(content).expect("it was read before");
    let new: Value = serde_json::from_slice(&written.to_bytes()).expect("it is JSON");
    let (mut texts, mut kept) = (Vec::new(), Vec::new());
    collect(&old, "", &mut texts);
    collect(&new, "", &mut kept);
    // Of an account that is there twice, under two forms of a URL or a handle, one counts, and the backup has the other.
    let accounts: usize = written.registries().iter().map(|(_, all)| all.iter().count()).sum();
    // An entry that is no account stays where it is.
    let entries = |value: &Value| {
        let is_flat = ["handle", "device_secret"].iter().any(|key| value.get(key).is_some());
        value.get("credentials").and_then(Value::as_object).map_or(0, Map::len) + usize::from(is_flat)
    };
    if old.get("version").is_none() && entries(&old) != accounts + entries(&new) {
        return;
    }
    for (key, text) in texts {
        // What the registry's own key says, who is active, and which credential store there is, is written in one form.
        let in_one_form =
            ["appview_url", "active", "handle", "did", "credentials", "registries", "accounts", "credential_store"];
        let says_nothing = key == "device_secret" && matches!(&*text, "null" | "\"\"");
        if in_one_form.contains(&&*key) || says_nothing {
            continue;
        }
        assert!(kept.iter().any(|(_, known)| *known == text), "{key:?}: {text} is lost in {new}");
    }
}

fn collect(value: &Value, key: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| collect(value, key, found)),
        Value::Array(array) => array.iter().for_each(|value| collect(value, key, found)),
        scalar => found.push((key.to_owned(), scalar.to_string())),
    }
}
