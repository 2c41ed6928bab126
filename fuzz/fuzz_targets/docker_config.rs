//! Any bytes as Docker's config.json, and any host: every other byte stays, and undoing restores the file.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use atcr::docker::config::{ConfigEditor, ConfiguredHelper, Saved, State};
use atcr::domain::ServerString;
use atcr::platform::environment::Environment;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

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
    let file = folder().join("config.json");
    let backup = file.with_added_extension("atcr-backup");
    let _ = fs::remove_file(&backup);
    fs::write(&file, before).expect("write the file");
    let mut environment = Environment::default();
    environment.docker_config = Some(folder().clone());

    let Ok(mut editor) = ConfigEditor::docker(&environment) else { return };
    // As the command does, which refuses a file whose passwords can't be read.
    let Ok(State { helper, plaintext_auths, .. }) = editor.state(&host) else { return };
    editor.add(&host).expect("what can be read can be edited");
    forget(editor.clone(), &plaintext_auths, &host);
    editor.diff().expect("what can be read can be shown");
    let saved = editor.save().expect("write the file");
    let after = fs::read(&file).expect("the file");
    if helper == ConfiguredHelper::Atcr && saved == Saved::Nothing {
        assert_eq!(after, before);
        return;
    }
    let mut editor = ConfigEditor::docker(&environment).expect("what was written can be read");
    assert_eq!(editor.state(&host).expect("the state").helper, ConfiguredHelper::Atcr);
    only_ours_is_new(before, &after, &host);

    editor.remove(&host).expect("what was added can be removed");
    editor.save().expect("write the file");
    if matches!(helper, ConfiguredHelper::None | ConfiguredHelper::Default(_)) {
        assert_eq!(fs::read(&file).expect("the file"), before, "undone");
    }
});

/// After removing the secrets, none is left.
fn forget(mut editor: ConfigEditor, keys: &[String], host: &str) {
    for key in keys {
        editor.remove_secrets(key).expect("what can be read can be edited");
    }
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
    assert!(is_blank || was_named, "{:?} is gone", String::from_utf8_lossy(gone));
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
    let is_helpers = |key: &str| key.replace('\u{17f}', "s").eq_ignore_ascii_case("credHelpers");
    let (key, helpers) = config.as_object_mut()?.iter_mut().find(|(key, _)| is_helpers(key))?;
    Some((key.clone(), helpers))
}
