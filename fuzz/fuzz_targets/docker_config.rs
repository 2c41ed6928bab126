//! Any bytes as Docker's config.json, and any host: every other byte stays, undoing restores the file, and a diff of it
//! shows no secret.
#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use atcr::docker::config::{ConfigEditor, Saved, State};
use atcr::domain::{HelperName, ServerString};
use atcr::platform::environment::Environment;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;

fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    // In memory: each input is written, synced and read several times.
    FOLDER.get_or_init(|| tempfile::tempdir_in("/dev/shm").expect("a folder").keep())
}

fuzz_target!(|input: &[u8]| {
    // The first line is the host, the rest the file.
    let Some(end) = input.iter().position(|byte| *byte == b'\n') else { return };
    let (Ok(host), before) = (std::str::from_utf8(&input[..end]), &input[end + 1..]) else { return };
    let Ok(server) = host.parse::<ServerString>() else { return };
    let host = server.host();
    let Some(mut editor) = editor_of(before) else { return };
    // As the command does, which refuses a file whose passwords can't be read.
    let Ok(State { helper, plaintext_auths, .. }) = editor.state(&host) else { return };
    editor.add(&host, &HelperName::Any).expect("what can be read can be edited");
    forget(editor.clone(), &plaintext_auths, &host);
    shows_no_secret(before, &host);
    let saved = editor.save().expect("write the file");
    let after = fs::read(file()).expect("the file");
    if helper.is_ours() && saved == Saved::Nothing {
        assert_eq!(after, before);
        return;
    }
    let mut editor = ConfigEditor::docker(&environment()).expect("what was written can be read");
    assert!(editor.state(&host).expect("the state").helper.is_ours());
    only_ours_is_new(before, &after, &host);

    editor.remove(&host).expect("what was added can be removed");
    editor.save().expect("write the file");
    assert_eq!(fs::read(file()).expect("the file"), before, "undone");
    takes_and_restores(before, &host);
    sets_up_the_plugin_and_restores(before, &host);
});

fn environment() -> Environment {
    let mut environment = Environment::default();
    environment.docker_config = Some(folder().clone());
    environment
}

fn file() -> PathBuf {
    folder().join("config.json")
}

/// The file with this content and no backup, if it can be edited.
fn editor_of(content: &[u8]) -> Option<ConfigEditor> {
    for entry in fs::read_dir(folder()).expect("the folder").flatten() {
        fs::remove_file(entry.path()).expect("remove a file");
    }
    fs::write(file(), content).expect("write the file");
    ConfigEditor::docker(&environment()).ok()
}

/// With the secrets taken out too, undoing restores every byte.
fn takes_and_restores(before: &[u8], host: &str) {
    let mut editor = editor_of(before).expect("the same file");
    editor.add(host, &HelperName::Any).expect("what can be read can be edited");
    let keys = editor.state(host).expect("the state").plaintext_auths;
    editor.remove_secrets(&keys).expect("what can be read can be edited");
    editor.save().expect("write the file");
    let mut editor = ConfigEditor::docker(&environment()).expect("what was written can be read");
    editor.remove(host).expect("what was added can be removed");
    editor.save().expect("write the file");
    assert_eq!(fs::read(file()).expect("the file"), before, "restored");
}

/// With the plugin before or after an entry, undoing both in either order restores every byte.
fn sets_up_the_plugin_and_restores(before: &[u8], host: &str) {
    for (plugin_is_first, plugin_goes_first) in [(true, true), (true, false), (false, true), (false, false)] {
        let editor = editor_of(before).expect("the same file");
        if editor.has_plugin().expect("what can be read") || editor.state(host).expect("the state").helper.is_ours() {
            return;
        }
        for is_plugin in [plugin_is_first, !plugin_is_first] {
            let mut editor = ConfigEditor::docker(&environment()).expect("what was written can be read");
            if is_plugin {
                // Docker could not parse such a file either.
                let Ok(()) = editor.add_plugin(true) else { return };
            } else {
                editor.add(host, &HelperName::Any).expect("what can be read can be edited");
            }
            editor.save().expect("write the file");
        }
        for is_plugin in [plugin_goes_first, !plugin_goes_first] {
            let mut editor = ConfigEditor::docker(&environment()).expect("what was written can be read");
            let removed = if is_plugin { editor.remove_plugin() } else { editor.remove(host) };
            removed.expect("what was added can be removed");
            editor.save().expect("write the file");
        }
        assert_eq!(fs::read(file()).expect("the file"), before, "undone, {plugin_is_first} {plugin_goes_first}");
    }
}

/// What --dry-run prints is the same whatever the values are, and has none of them in it.
fn shows_no_secret(before: &[u8], host: &str) {
    // Docker reads nothing after the object, where a secret could be as well.
    let text = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before);
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
    let Some(Ok(config)) = values.next() else { return };
    let mut other = config.clone();
    let mut secrets = Vec::new();
    for (key, value) in other.as_object_mut().into_iter().flatten() {
        if !is_field(key, "credHelpers") && !is_field(key, "credsStore") {
            replace_values(value, &mut secrets);
        }
    }
    for (one, other) in [(config.to_string(), other.to_string()), (format!("{config:#}"), format!("{other:#}"))] {
        let diffs = [one, other].map(|text| diff(text.as_bytes(), host));
        assert_eq!(diffs[0], diffs[1], "the diff depends on a value");
    }
    let shown = diff(before, host).unwrap_or_default();
    // Parts of a name, of our own words, of the path or of a number of lines are no secrets.
    let shown: String =
        shown.lines().filter(|line| !line.starts_with(['@', '\\']) && !line.contains("/dev/shm")).collect();
    let mut allowed = format!("credHelpers atcr {host} \n");
    names(&config, &mut allowed);
    allowed += &helpers_as_written(text);
    for secret in secrets {
        let is_telling = secret.len() >= 6 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(!is_telling || allowed.contains(&secret) || !shown.contains(&secret), "{secret} is shown");
    }
}

fn diff(content: &[u8], host: &str) -> Option<String> {
    let mut editor = editor_of(content)?;
    let keys = editor.state(host).ok()?.plaintext_auths;
    editor.add(host, &HelperName::Any).expect("what can be read can be edited");
    editor.remove_secrets(&keys).expect("what can be read can be edited");
    Some(editor.diff().expect("what can be read can be shown"))
}

/// Every text that is not empty, and every number, by another one.
fn replace_values(value: &mut Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) if !["", "push,pull", "true", "false"].contains(&&**text) => {
            secrets.push(std::mem::replace(text, "Z".to_owned()))
        }
        Value::Number(number) => {
            secrets.push(number.to_string());
            *value = 7.into();
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace_values(value, secrets)),
        Value::Object(members) => members.values_mut().for_each(|value| replace_values(value, secrets)),
        _ => {}
    }
}

/// Of two helpers for one host a parser keeps the last, and the diff shows both.
fn helpers_as_written(text: &[u8]) -> String {
    let mut members = serde_json::Deserializer::from_slice(text).into_iter::<BTreeMap<String, &RawValue>>();
    let Some(Ok(members)) = members.next() else { return String::new() };
    members.iter().filter(|(key, _)| is_field(key, "credHelpers")).map(|(_, helpers)| helpers.get()).collect()
}

/// The keys, as they are and as the file may write them, and the names of helpers.
fn names(value: &Value, all: &mut String) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| names(value, all)),
        Value::Object(members) => {
            for (key, value) in members {
                *all += &format!("{key} ");
                if is_field(key, "credHelpers") || is_field(key, "credsStore") {
                    *all += &value.to_string();
                }
                names(value, all);
            }
        }
        _ => {}
    }
}

/// After removing the secrets, none is left.
fn forget(mut editor: ConfigEditor, keys: &[String], host: &str) {
    editor.remove_secrets(keys).expect("what can be read can be edited");
    assert!(editor.state(host).expect("the state").plaintext_auths.is_empty());
}

/// One place has changed, and in it stood nothing but blanks, an empty `credHelpers`, or the helper before.
fn only_ours_is_new(before: &[u8], after: &[u8], host: &str) {
    let start = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let rest = (&before[start..], &after[start..]);
    let end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(old, new)| old == new).count();
    let gone = &before[start..before.len() - end];
    let values = |content: &[u8]| -> Value {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        // Docker reads nothing after the object.
        serde_json::Deserializer::from_slice(content).into_iter().next().and_then(Result::ok).unwrap_or_default()
    };
    let (mut old, mut new) = (values(before), values(after));
    let is_blank = gone.iter().all(|byte| b" \t\r\nnull{}".contains(byte));
    let was_named = helpers(&mut old).is_some_and(|(_, helpers)| helpers.get(host).is_some());
    // Half a surrogate pair is a character to Docker, and none to serde_json.
    let is_unread = old.is_null();
    assert!(is_blank || was_named || is_unread, "{:?} is gone", String::from_utf8_lossy(gone));
    if !old.is_object() {
        return;
    }
    for config in [&mut old, &mut new] {
        let Some((key, helpers)) = helpers(config) else { continue };
        if let Some(helpers) = helpers.as_object_mut() {
            helpers.shift_remove(host);
        }
        if helpers.as_object().is_none_or(serde_json::Map::is_empty)
            && let Some(config) = config.as_object_mut()
        {
            config.shift_remove(&key);
        }
    }
    assert_eq!(old, new);
}

/// `credHelpers`, in any case that Docker reads.
fn helpers(config: &mut Value) -> Option<(String, &mut Value)> {
    let (key, helpers) = config.as_object_mut()?.iter_mut().find(|(key, _)| is_field(key, "credHelpers"))?;
    Some((key.clone(), helpers))
}

/// Whether Docker reads a key into this field.
fn is_field(key: &str, name: &str) -> bool {
    key.replace('\u{17f}', "s").replace('\u{212a}', "k").eq_ignore_ascii_case(name)
}
