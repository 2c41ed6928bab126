//! What a logout leaves of `device.json.bak`, which is of an older format: nothing that would log in as that account.

use serde_json::Value;

use super::format::without_byte_order_mark;
use crate::domain::{Account, Registries, SecretLocation};

/// What is left of a backup.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Rest {
    Same,
    Changed(Vec<u8>),
    /// Nobody is logged in, or no secret is left.
    Nothing,
}

/// Takes the secrets of the accounts out that are `gone`. Those of others stay.
pub(super) fn after_logout(backup: &[u8], gone: &[&Account], after: &Registries) -> Rest {
    let has_secret_of_theirs = || gone.iter().filter_map(|account| inline(account)).any(|secret| holds(backup, secret));
    if !holds_accounts(backup) && !has_secret_of_theirs() {
        return Rest::Same;
    }
    if after.in_use().next().is_none() {
        return Rest::Nothing;
    }
    let Ok(old) = serde_json::from_slice::<Value>(without_byte_order_mark(backup)) else {
        // No helper reads it, but a person could.
        let mut text = backup.to_owned();
        for secret in gone.iter().filter_map(|account| inline(account)) {
            text = without_text(&text, secret);
        }
        return if text == backup { Rest::Same } else { Rest::Changed(text) };
    };
    let mut new = old.clone();
    let stays: Vec<&str> = accounts(after).filter_map(inline).collect();
    clear(&mut new, gone, &stays);
    match new == old {
        true => Rest::Same,
        false if has_secret(&new) => Rest::Changed(format!("{new:#}\n").into_bytes()),
        false => Rest::Nothing,
    }
}

/// Whether a file, which may be broken, is one of accounts, and not somebody's own of that name.
pub(super) fn holds_accounts(backup: &[u8]) -> bool {
    ["\"device_secret\"", "\"credential_store\"", "atcr_device_"].iter().any(|text| holds(backup, text))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len().max(1)).any(|part| part == text.as_bytes())
}

fn accounts(registries: &Registries) -> impl Iterator<Item = &Account> {
    registries.iter().flat_map(|(_, accounts)| accounts.iter())
}

/// The accounts of `before` that `after` does not have under their handle: the backup may have no other name of theirs.
pub(super) fn gone<'a>(before: &'a Registries, after: &Registries) -> Vec<&'a Account> {
    let mut gone = Vec::new();
    for (registry, accounts) in before.iter() {
        let left = after.get(registry);
        let is_same = |one: &Account, other: &Account| one.is_same(other) && one.handle == other.handle;
        let is_left = |account: &Account| left.is_some_and(|left| left.iter().any(|other| is_same(other, account)));
        gone.extend(accounts.iter().filter(|account| !is_left(account)));
    }
    gone
}

fn inline(account: &Account) -> Option<&str> {
    match &account.secret {
        SecretLocation::Inline(secret) => Some(secret.expose()),
        SecretLocation::Store(_) => None,
    }
}

/// Empties each text that is a secret of theirs, and the device secret beside a handle of theirs, which an earlier login
/// got, unless it is in use.
fn clear(value: &mut Value, gone: &[&Account], stays: &[&str]) {
    match value {
        Value::String(text) if gone.iter().any(|account| inline(account) == Some(text)) => text.clear(),
        Value::Array(values) => values.iter_mut().for_each(|value| clear(value, gone, stays)),
        Value::Object(members) => {
            let handle = members.get("handle").and_then(Value::as_str).and_then(|handle| handle.parse().ok());
            let is_theirs = gone.iter().any(|account| Some(&account.handle) == handle.as_ref());
            if let Some(Value::String(secret)) = members.get_mut("device_secret")
                && is_theirs
                && !stays.contains(&secret.as_str())
            {
                secret.clear();
            }
            members.values_mut().for_each(|value| clear(value, gone, stays));
        }
        _ => {}
    }
}

fn has_secret(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().any(has_secret),
        Value::Object(members) => members.iter().any(|(key, value)| {
            has_secret(value) || key == "device_secret" && value.as_str().is_some_and(|secret| !secret.is_empty())
        }),
        _ => false,
    }
}

fn without_text(content: &[u8], text: &str) -> Vec<u8> {
    let (mut kept, mut rest) = (Vec::new(), content);
    while let Some(at) = rest.windows(text.len()).position(|part| part == text.as_bytes()) {
        kept.extend(&rest[..at]);
        rest = &rest[at + text.len()..];
    }
    kept.extend(rest);
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Document;
    use super::*;

    fn registries(accounts: &[(&str, &str, &str)]) -> Registries {
        let mut root = json!({"version": 2, "registries": {}});
        for (url, handle, secret) in accounts {
            root["registries"][url]["accounts"][handle] = json!({"device_secret": secret});
        }
        Document::parse(root.to_string().as_bytes()).unwrap().registries().clone()
    }

    fn text(rest: &Rest) -> &str {
        match rest {
            Rest::Same => "same",
            Rest::Changed(content) => str::from_utf8(content).unwrap(),
            Rest::Nothing => "nothing",
        }
    }

    #[test]
    fn only_what_belongs_to_the_account_is_cleared() {
        let (a, b) = (("https://h", "a.example", "s1"), ("https://i", "b.example", "s2"));
        let (before, after) = (registries(&[a, b]), registries(&[b]));
        let gone = gone(&before, &after);
        for (backup, expected) in [
            (json!({"handle": "a.example", "device_secret": "s1"}), "nothing"),
            (json!({"handle": "A.example", "device_secret": "an earlier one"}), "nothing"),
            (json!({"handle": "b.example", "device_secret": "s2"}), "same"),
            (json!({"x": [{"y": "s1"}], "device_secret": "s2"}), r#"{"x":[{"y":""}],"device_secret":"s2"}"#),
            (
                json!({"credentials": {"h": {"handle": "a.example", "device_secret": "s1"}, "i": {"handle": "b.example", "device_secret": "s2"}}}),
                r#"{"credentials":{"h":{"handle":"a.example","device_secret":""},"i":{"handle":"b.example","device_secret":"s2"}}}"#,
            ),
            (json!({"credentials": {"h": {"handle": "a.example", "device_secret": "s2"}}}), "same"),
        ] {
            let rest = after_logout(backup.to_string().as_bytes(), &gone, &after);
            let seen = text(&rest);
            let seen = serde_json::from_str(seen).map_or_else(|_| seen.to_owned(), |value: Value| value.to_string());
            assert_eq!(seen, expected, "{backup}");
        }
        assert_eq!(text(&after_logout(b"{ s1, s1s2", &gone, &after)), "{ , s2");
        assert_eq!(text(&after_logout(b"\xff", &gone, &after)), "same");
        // Of a logout of everybody: what is ours, and what holds a secret.
        for (backup, expected) in
            [("my notes", "same"), ("", "same"), ("{ \"device_secret\": ", "nothing"), ("x s1 y", "nothing")]
        {
            assert_eq!(text(&after_logout(backup.as_bytes(), &gone, &registries(&[]))), expected, "{backup}");
        }
        assert!(super::gone(&before, &before).is_empty() && super::gone(&after, &before).is_empty());
    }
}
