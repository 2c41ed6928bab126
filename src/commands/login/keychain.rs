//! The credential store that a login advises: one that works in this session.

use std::path::PathBuf;

use crate::platform::environment::Environment;
use crate::platform::executable::find;
use crate::platform::fs::entries;

/// `None`: there is none, as over ssh and in a container.
pub(super) fn keychain(environment: &Environment) -> Option<&'static str> {
    if cfg!(target_os = "macos") {
        return Some("osxkeychain");
    }
    if cfg!(windows) {
        return Some("wincred");
    }
    let is_there = |name: &str| find(name, environment.search_path().as_deref()).is_some();
    let has_pass = is_there("docker-credential-pass") && is_there("pass") && pass_has_key(environment);
    let has_bus = environment.has_session_bus();
    match (has_bus, has_pass) {
        (true, true) if is_there("docker-credential-secretservice") => Some("secretservice"),
        (_, true) => Some("pass"),
        (true, false) => Some("secretservice"),
        (false, false) => None,
    }
}

/// Whether somebody set `pass` up here, with a key of their own.
fn pass_has_key(environment: &Environment) -> bool {
    let in_home = |name: &str| environment.home.as_ref().map(|home| home.join(name));
    let passwords = environment.pass_folder().or_else(|| in_home(".password-store"));
    let gnupg = environment.gnupg_home().or_else(|| in_home(".gnupg"));
    let has_key = |gnupg: PathBuf| entries(&gnupg.join("private-keys-v1.d")).next().is_some();
    passwords.is_some_and(|folder| folder.join(".gpg-id").is_file()) && gnupg.is_some_and(has_key)
}
