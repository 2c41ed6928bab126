//! The files of Docker and its kin: which registries the daemon speaks to over http, whom a client asks for a
//! credential, and us named there, with everything else left as it is.

mod daemon;
mod editor;
mod entries;
mod file;
mod json_edit;
mod json_span;
mod paths;

use std::path::PathBuf;

pub use daemon::insecure_registries;
pub use editor::{ConfigEditor, Error, Saved};
pub use entries::ConfiguredHelper;
pub use json_span::FormatError;
pub use paths::of_docker;

use crate::platform::environment::Environment;

/// How Docker's config.json stands to a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The file, which need not be there.
    pub file: PathBuf,
    /// Whom Docker asks.
    pub helper: ConfiguredHelper,
    /// The keys of `auths` under which it holds a secret for the registry in plain text, which Docker uses where the
    /// helper fails, and podman instead of asking one that is named elsewhere.
    pub shadows: Vec<String>,
    /// Whether it begins with a byte order mark, with which Docker can't read it.
    pub has_byte_order_mark: bool,
}

impl State {
    fn of(draft: &ConfigEditor, host: &str) -> Result<Self, Error> {
        Ok(Self {
            file: draft.path().to_owned(),
            helper: draft.helper(host)?,
            shadows: draft.shadows(host)?,
            has_byte_order_mark: draft.has_byte_order_mark(),
        })
    }
}

/// How Docker's config.json stands to `host`.
///
/// # Errors
/// When it is there and can't be read or understood.
pub fn state(environment: &Environment, host: &str) -> Result<State, Error> {
    State::of(&ConfigEditor::docker(environment)?, host)
}

/// How the auth.json of podman, buildah and skopeo stands to `host`. They read Docker's config.json too, after it.
///
/// # Errors
/// When it is there and can't be read or understood.
pub fn containers_state(environment: &Environment, host: &str) -> Result<State, Error> {
    State::of(&ConfigEditor::containers(environment)?, host)
}

/// Whether Docker's client asks this program for the credential of `host`. A file that can't be read says no.
#[must_use]
pub fn names_us(environment: &Environment, host: &str) -> bool {
    state(environment, host).is_ok_and(|state| state.helper == ConfiguredHelper::Atcr && !state.has_byte_order_mark)
}

/// Names us for `host` in Docker's config.json, where no other helper is named for it. The answer is how the file
/// stands now; plain secrets stay.
///
/// # Errors
/// When it can't be read, understood or written.
pub fn add(environment: &Environment, host: &str) -> Result<State, Error> {
    let mut draft = ConfigEditor::docker(environment)?;
    if matches!(draft.helper(host)?, ConfiguredHelper::None | ConfiguredHelper::Default(_)) {
        draft.add(host)?;
    }
    let state = State::of(&draft, host)?;
    draft.save()?;
    Ok(state)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::*;
    use crate::platform::fs::private;

    fn home(content: &str) -> (tempfile::TempDir, Environment) {
        let folder = tempfile::TempDir::new().unwrap();
        write(folder.path(), content);
        let mut environment = Environment::default();
        environment.docker_config.replace(folder.path().to_owned());
        (folder, environment)
    }

    fn write(folder: &Path, content: &str) {
        let mut file = private().create(true).truncate(true).open(folder.join("config.json")).unwrap();
        file.write_all(content.as_bytes()).unwrap();
    }

    #[test]
    fn one_registry_is_added_where_nobody_else_is_named_for_it() {
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
            assert_eq!(add(&environment, "atcr.io").unwrap().helper, after, "{content}");
            assert_eq!(state(&environment, "atcr.io").unwrap().helper, after, "{content}");
            assert_eq!(names_us(&environment, "atcr.io"), after == ConfiguredHelper::Atcr, "{content}");
        }
    }

    #[test]
    fn a_password_in_plain_text_is_told_and_stays() {
        let (_folder, environment) = home(r#"{"auths": {"https://atcr.io": {"auth": "x"}}}"#);
        for _ in 0..2 {
            assert_eq!(add(&environment, "atcr.io").unwrap().shadows, ["https://atcr.io"]);
        }
    }

    #[test]
    fn a_file_that_docker_cant_read_names_nobody() {
        let (_folder, environment) = home("\u{feff}{\"credHelpers\": {\"atcr.io\": \"atcr\"}}");
        assert!(state(&environment, "atcr.io").unwrap().has_byte_order_mark);
        assert!(!names_us(&environment, "atcr.io"));
        let (_folder, environment) = home("{");
        assert!(!names_us(&environment, "atcr.io"));
        assert!(matches!(add(&environment, "atcr.io"), Err(Error::Broken { .. })));
    }

    #[test]
    fn what_somebody_wrote_meanwhile_is_not_overwritten() {
        let (folder, environment) = home("{}");
        let mut draft = ConfigEditor::docker(&environment).unwrap();
        draft.add("atcr.io").unwrap();
        write(folder.path(), r#"{"auths": {}}"#);
        assert!(matches!(draft.save(), Err(Error::Changed { .. })));
        assert_eq!(ConfigEditor::docker(&environment).unwrap().helper("atcr.io").unwrap(), ConfiguredHelper::None);
    }
}
