//! Content of device.json.

use serde_json::{Map, Value, json};

/// `a.example` and `b.example`, of which the second is active.
pub(crate) fn two(url: &str) -> String {
    let accounts = json!({"a.example": account("a.example"), "b.example": account("b.example")});
    device_json(&json!({url: {"active": "b.example", "accounts": accounts}}))
}

/// Accounts with the handles of [`handle`] in each of the registries; the first of them is active.
pub(crate) fn in_registries(urls: &[String], accounts_each: usize) -> String {
    let mut registries = Map::new();
    for url in urls {
        let mut accounts = Map::new();
        for handle in (0..accounts_each).map(handle) {
            accounts.insert(handle.clone(), account(&handle));
        }
        registries.insert(url.clone(), json!({"active": handle(0), "accounts": accounts}));
    }
    device_json(&registries.into())
}

/// With secrets that an AppView gave out; nobody is active.
pub(crate) fn with_secrets(url: &str, secrets: &[(String, String)]) -> String {
    let mut accounts = Map::new();
    for (handle, secret) in secrets {
        accounts.insert(handle.clone(), json!({"handle": handle, "device_secret": secret}));
    }
    device_json(&json!({url: {"active": "", "accounts": accounts}}))
}

/// As the program writes it.
fn device_json(registries: &Value) -> String {
    format!("{:#}\n", json!({"version": 2, "registries": registries}))
}

fn account(handle: &str) -> Value {
    json!({"handle": handle, "did": "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "device_secret": secret(handle)})
}

pub(crate) fn handle(number: usize) -> String {
    format!("person{number}.example.com")
}

/// As long as those that an AppView gives out.
pub(crate) fn secret(handle: &str) -> String {
    format!("atcr_device_{:0>43}", handle.replace('.', "_"))
}
