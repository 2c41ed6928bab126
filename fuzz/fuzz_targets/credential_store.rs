//! Any bytes as what another credential store says, and its exit code: a secret of the account that was meant, or an
//! error that drives no terminal and repeats no secret.
#![no_main]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;

use atcr::credential_store::{CredentialStores, Entry};
use atcr::domain::StoreName;
use atcr::error::Error;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const HANDLE: &str = "a.example";

/// A folder with a store that works and one that fails. Both say what is in the file `answer`.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder").keep();
        for (name, code) in [("works", 0), ("fails", 1)] {
            let program = folder.join(format!("docker-credential-{name}"));
            let script = format!("#!/bin/sh\nread -r key\n/bin/cat {}/answer\nexit {code}\n", folder.display());
            fs::write(&program, script).expect("write a store");
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("let it run");
        }
        folder
    })
}

fuzz_target!(|answer: &[u8]| {
    let stores = CredentialStores::new(Some(OsString::from(folder())));
    fs::write(folder().join("answer"), answer).expect("write the answer");
    let registry = "https://atcr.io".parse().expect("a registry");
    let entry = Entry::of(&registry, &HANDLE.parse().expect("a handle"));
    for name in ["works", "fails"] {
        let store: StoreName = name.parse().expect("a store's name");
        match stores.get(&store, &entry) {
            Ok(secret) => {
                assert_eq!(name, "works");
                // What it says besides need not be text.
                if let Ok(answer) = serde_json::from_slice::<Value>(answer) {
                    let user = answer["Username"].as_str().expect("a name");
                    assert!(user.eq_ignore_ascii_case(HANDLE) && answer["Secret"] == secret.expose());
                }
            }
            Err(error) => {
                let line = Error::from(error).line();
                assert!(!line.contains(char::is_control) && !line.contains("atcr_device_"), "{line:?}");
            }
        }
    }
});
