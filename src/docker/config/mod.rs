//! The config files of Docker's clients: which credential helper they name for a registry, and edits that keep every
//! other byte; and the daemon's insecure registries.

mod backups;
mod changed_lines;
mod client;
mod configured_helper;
mod daemon;
mod diff;
mod duplicates;
mod editor;
mod edits;
mod entries;
mod error;
mod exposure;
mod file;
mod json_edit;
mod json_span;
mod lacking;
mod ours;
mod paths;
mod podman_reads;
mod registries_conf;
mod rivals;
mod saved;
mod secrets;
mod session;
mod state;
mod strangers;
mod undo;

pub use client::Client;
pub use configured_helper::ConfiguredHelper;
pub use daemon::insecure_registries;
pub(crate) use daemon::{DaemonFile, daemon_files};
pub(crate) use duplicates::is_used_all_the_same;
pub use editor::ConfigEditor;
pub use error::Error;
pub(crate) use exposure::{dangerous_to_docker, exposure, exposures};
pub use json_span::FormatError;
pub use lacking::Lacking;
pub use ours::Hooks;
pub(crate) use registries_conf::{CredentialHelpers, credential_helpers, unreadable_registries_conf};
pub(crate) use rivals::{Rival, rivals};
pub use saved::Saved;
pub use state::State;
pub(crate) use strangers::strangers;

use std::path::PathBuf;

use crate::domain::HelperName;
use crate::platform::environment::Environment;

/// How often a file is looked at anew because other programs wrote it meanwhile.
pub const TRIES: usize = 50;

/// What Docker's config.json says about `host`.
pub fn state(environment: &Environment, host: &str) -> Result<State, Error> {
    ConfigEditor::docker(environment)?.state(host)
}

/// The files of Docker and podman, with their backups, that hold a password for `host` in plain text.
pub fn files_with_password(environment: &Environment, host: &str) -> Vec<PathBuf> {
    let editors = [ConfigEditor::docker(environment)].into_iter().chain(ConfigEditor::podman(environment));
    let has_password = |client, path: &PathBuf| {
        let state = ConfigEditor::read(client, path.clone()).and_then(|file| file.state(host));
        state.is_ok_and(|state| state.has_password())
    };
    let files_of = |editor: ConfigEditor| {
        let client = editor.client();
        let files = [editor.path().to_owned()].into_iter().chain(editor.backups());
        files.filter(move |path| has_password(client, path)).collect::<Vec<_>>()
    };
    editors.flatten().flat_map(files_of).collect()
}

/// Adds this program to Docker's config.json for `host`, unless another helper is configured for it alone. Secrets in
/// plain text stay.
pub fn add(environment: &Environment, host: &str) -> Result<(State, Saved), Error> {
    for _ in 1..TRIES {
        match try_to_add(environment, host) {
            Err(Error::Changed { .. }) => {}
            added => return added,
        }
    }
    try_to_add(environment, host)
}

fn try_to_add(environment: &Environment, host: &str) -> Result<(State, Saved), Error> {
    let mut editor = ConfigEditor::docker(environment)?;
    if matches!(editor.state(host)?.helper, ConfiguredHelper::None | ConfiguredHelper::Default(_)) {
        editor.add(host, &HelperName::Any)?;
    }
    let state = editor.state(host)?;
    Ok((state, editor.save()?))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::*;
    use crate::platform::fs::options_0600;

    fn home(content: &str) -> (tempfile::TempDir, Environment) {
        let folder = tempfile::TempDir::new().unwrap();
        write(folder.path(), content);
        let mut environment = Environment::default();
        environment.docker_config.replace(folder.path().to_owned());
        (folder, environment)
    }

    fn write(folder: &Path, content: &str) {
        let mut file = options_0600().create(true).truncate(true).open(folder.join("config.json")).unwrap();
        file.write_all(content.as_bytes()).unwrap();
    }

    #[test]
    fn a_registry_is_added_unless_it_has_another_helper() {
        let (other, store) =
            (ConfiguredHelper::Other("pass".to_owned()), ConfiguredHelper::Default("desktop".to_owned()));
        for (content, before, after) in [
            ("{}", ConfiguredHelper::None, ConfiguredHelper::Atcr),
            (r#"{"credsStore": "desktop"}"#, store, ConfiguredHelper::Atcr),
            (r#"{"credHelpers": {"atcr.io": "atcr"}}"#, ConfiguredHelper::Atcr, ConfiguredHelper::Atcr),
            (r#"{"credHelpers": {"atcr.io": "pass"}}"#, other.clone(), other),
        ] {
            let (_folder, environment) = home(content);
            assert_eq!(state(&environment, "atcr.io").unwrap().helper, before, "{content}");
            assert_eq!(add(&environment, "atcr.io").unwrap().0.helper, after, "{content}");
            assert_eq!(state(&environment, "atcr.io").unwrap().helper, after, "{content}");
        }
    }

    #[test]
    fn a_plain_text_password_is_reported_and_stays() {
        let (_folder, environment) = home(r#"{"auths": {"https://atcr.io": {"auth": "x"}}}"#);
        for _ in 0..2 {
            assert_eq!(add(&environment, "atcr.io").unwrap().0.plaintext_auths, ["https://atcr.io"]);
        }
    }

    #[test]
    fn a_file_that_docker_cant_parse_configures_nothing() {
        let (_folder, environment) = home("\u{feff}{\"credHelpers\": {\"atcr.io\": \"atcr\"}}");
        let state = state(&environment, "atcr.io").unwrap();
        assert!(state.has_byte_order_mark && !state.uses_atcr());
        let (_folder, environment) = home("{");
        assert!(matches!(add(&environment, "atcr.io"), Err(Error::Broken { .. })));
    }

    #[test]
    fn a_change_by_another_program_is_not_overwritten() {
        let (folder, environment) = home("{}");
        let mut editor = ConfigEditor::docker(&environment).unwrap();
        editor.add("atcr.io", &HelperName::Any).unwrap();
        write(folder.path(), r#"{"auths": {}}"#);
        assert!(matches!(editor.save(), Err(Error::Changed { .. })));
        assert_eq!(state(&environment, "atcr.io").unwrap().helper, ConfiguredHelper::None);
    }
}
