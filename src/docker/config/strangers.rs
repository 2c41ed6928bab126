//! Registries of others that a config file names this program for, which has no credential for any of them.

use super::client::Client;
use super::editor::ConfigEditor;
use crate::domain::is_foreign_registry;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::text::{display_path, sanitize_name, shell_word};

/// Each in a sentence, with what removes it. A file that can't be read has none.
pub(crate) fn strangers(environment: &Environment) -> Vec<(Client, String, Hint)> {
    let files = [ConfigEditor::docker(environment)].into_iter().chain(ConfigEditor::podman(environment));
    let mut found = Vec::new();
    for file in files.flatten() {
        for key in file.atcr_hosts().unwrap_or_default() {
            if is_strange(&key) {
                found.push((file.client(), message(&file, &key), fix(&file, &key)));
            }
        }
    }
    found
}

fn is_strange(key: &str) -> bool {
    let key = key.split_once("://").map_or(key, |(_, rest)| rest);
    is_foreign_registry(key.split('/').next().unwrap_or_default())
}

fn message(file: &ConfigEditor, key: &str) -> String {
    let (key, path) = (sanitize_name(key), display_path(file.path()));
    format!("{} uses docker-credential-atcr for {key}, which is not an ATCR registry ({path})", file.client())
}

fn fix(file: &ConfigEditor, key: &str) -> Hint {
    // `configure-docker` knows registries by their hosts.
    if key.contains("://") {
        return Hint::text(format_args!("remove it from credHelpers in {}", display_path(file.path())));
    }
    let podman = if file.client() == Client::Podman { " --podman" } else { "" };
    let flag = if key.contains('/') { "--repository " } else { "" };
    Hint::run(format_args!("docker-credential-atcr configure-docker --remove {flag}{}{podman}", shell_word(key)))
}
