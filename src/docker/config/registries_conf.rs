//! `credential-helpers` of registries.conf: where podman, buildah and skopeo look for credentials, instead of in auth.json
//! alone. See containers-registries.conf(5).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::file;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::fs::{OpenError, access_fix, entries};
use crate::text::{display_path, sanitize_name, without_os_code};

/// Stands for auth.json, and for Docker's config.json behind it.
const FILES: &str = "containers-auth.json";

const OURS: &str = "atcr";

/// The list that counts, and the file that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CredentialHelpers {
    pub(crate) file: PathBuf,
    names: Vec<String>,
}

impl CredentialHelpers {
    /// Whether what auth.json and config.json say counts.
    pub(crate) fn has_files(&self) -> bool {
        self.names.iter().any(|name| name == FILES)
    }

    /// That neither this program is asked, nor what would name it is read. `None`: one of them is.
    pub(crate) fn problem(&self) -> Option<(String, Hint)> {
        let message = format!("podman reads neither auth.json nor config.json {}", self.place());
        let fix = Hint::text(format_args!("add \"{FILES}\" to that list"));
        (!self.has_files() && !self.has_ours()).then_some((message, fix))
    }

    /// That podman takes what another helper has for a registry, if that has anything.
    pub(crate) fn warning(&self) -> Option<(String, Hint)> {
        let first = self.names.first().filter(|first| *first != FILES && *first != OURS)?;
        let message = format!("podman asks docker-credential-{} first {}", sanitize_name(first), self.place());
        let fix = Hint::text("put it last in that list, unless it has nothing for your registries");
        self.problem().is_none().then_some((message, fix))
    }

    fn place(&self) -> String {
        format!("(credential-helpers in {})", display_path(&self.file))
    }

    /// Whether this program is asked for every registry.
    pub(crate) fn has_ours(&self) -> bool {
        self.names.iter().any(|name| name == OURS)
    }
}

/// `None`: no file has such a list, or the last is empty, so that the default counts, which is auth.json.
pub(crate) fn credential_helpers(environment: &Environment) -> Option<CredentialHelpers> {
    let mut last = None;
    for file in files(environment) {
        let Ok(Some(content)) = file::read(&file) else { continue };
        if let Some(names) = list(&String::from_utf8_lossy(&content)) {
            last = Some(CredentialHelpers { file, names }).filter(|last| !last.names.is_empty());
        }
    }
    last
}

/// What podman can't read, and then does nothing: a file that is closed to this user, or a list that is none.
pub(crate) fn unreadable_registries_conf(environment: &Environment) -> Option<(String, Hint)> {
    files(environment).into_iter().find_map(|file| {
        let shown = display_path(&file);
        match file::read(&file) {
            Err(OpenError::Failed(error))
                if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::IsADirectory) =>
            {
                let fix = access_fix(&file, &error, "CONTAINERS_REGISTRIES_CONF")?;
                Some((format!("podman can't read {shown}: {}", without_os_code(&error.to_string())), fix))
            }
            Ok(Some(content)) if is_malformed(&String::from_utf8_lossy(&content)) => {
                let fix = Hint::text(format_args!("write credential-helpers = [\"{FILES}\"]"));
                Some((format!("podman can't read {shown}: credential-helpers is not a list"), fix))
            }
            _ => None,
        }
    })
}

fn is_malformed(text: &str) -> bool {
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches(['"', '\'']));
    let is_given = lines.take_while(|line| !line.starts_with('[')).any(|line| line.starts_with("credential-helpers"));
    is_given && list(text).is_none()
}

/// In the order in which each takes the place of what was before. A person's own registries.conf leaves out all of the system's.
fn files(environment: &Environment) -> Vec<PathBuf> {
    let system = PathBuf::from("/etc/containers");
    let person = environment.home.as_ref().map(|home| home.join(".config/containers"));
    let of_person = person.as_ref().map(|folder| folder.join("registries.conf")).filter(|file| file.exists());
    let (main, folders) = match (environment.registries_conf(), of_person) {
        (None, Some(file)) => (file, vec![person]),
        (named, _) => (named.unwrap_or_else(|| system.join("registries.conf")), vec![Some(system), person]),
    };
    let mut files = vec![main];
    for folder in folders.into_iter().flatten() {
        let folder = folder.join("registries.conf.d");
        let mut added: Vec<PathBuf> = entries(&folder).map(|entry| entry.path()).filter(|path| is_conf(path)).collect();
        added.sort();
        files.extend(added);
    }
    files
}

fn is_conf(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "conf")
}

/// Of the TOML just this list, which stands before the first table.
fn list(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().map(without_comment).take_while(|line| !line.trim_start().starts_with('['));
    let top = lines.collect::<Vec<_>>().join(" ");
    let (_, rest) = top.split_once("credential-helpers")?;
    let rest = rest.trim_start_matches(['"', '\'', ' ', '\t']).strip_prefix('=')?.trim_start().strip_prefix('[')?;
    let (names, _) = rest.split_once(']')?;
    let names = names.split(',').map(|name| name.trim().trim_matches(['"', '\'']).to_owned());
    Some(names.filter(|name| !name.is_empty()).collect())
}

fn without_comment(line: &str) -> &str {
    line.split_once('#').map_or(line, |(line, _)| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_where_it_stands() {
        for (text, expected) in [
            ("", None),
            ("unqualified-search-registries = [\"docker.io\"]\n", None),
            ("# credential-helpers = [\"pass\"]\n", None),
            ("[[registry]]\ncredential-helpers = [\"pass\"]\n", None),
            ("credential-helpers = []\n", Some("")),
            ("credential-helpers = [\"pass\"] # mine\n[[registry]]\n", Some("pass")),
            (
                "x = [\"a\"]\n\"credential-helpers\"=[\n 'containers-auth.json', # first\n \"atcr\",\n]\n",
                Some("containers-auth.json atcr"),
            ),
        ] {
            assert_eq!(list(text).map(|names| names.join(" ")).as_deref(), expected, "{text}");
        }
    }
}
