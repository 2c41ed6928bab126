//! Accounts, registries and the like, as far as they can be completed without asking anybody.

use std::env::consts::EXE_SUFFIX;

use crate::app::App;
use crate::cli::completion::{Candidate, ValueKind};
use crate::cli::help;
use crate::domain::StoreName;
use crate::platform::executable::{absolute_folders, find};
use crate::platform::fs::entries;
use crate::text::sanitize;

/// Those of a kind that begin with what is there. `before` is what of it is no part of the value.
pub(super) fn of(kind: ValueKind, before: &str, current: &str, app: &App) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (value, about) in all(kind, app) {
        let word = format!("{before}{value}");
        if word.starts_with(current) && candidates.iter().all(|candidate| candidate.word != word) {
            candidates.push(Candidate { word, about: sanitize(&about).into_owned() });
        }
    }
    candidates
}

/// What can't be read has none.
fn all(kind: ValueKind, app: &App) -> Vec<(String, String)> {
    let handles = || app.handles(&app.accounts.load().unwrap_or_default()).into_iter();
    match kind {
        ValueKind::Account => handles().map(|(registry, handle)| (handle.to_string(), registry.host())).collect(),
        ValueKind::Registry => {
            let default = (app.environment.registry_or_default().to_owned(), "default".to_owned());
            let known = handles().map(|(registry, handle)| (app.server_string(&registry), handle.to_string()));
            known.chain([default]).collect()
        }
        ValueKind::Image => {
            let start = |host: String, handle: String| (format!("{host}/{handle}/"), String::new());
            handles().map(|(registry, handle)| start(registry.host(), handle.to_string())).collect()
        }
        ValueKind::Store => {
            let file = ("file".to_owned(), "device.json".to_owned());
            stores(app).into_iter().map(|name| (name, String::new())).chain([file]).collect()
        }
        ValueKind::Topic => help::topics(),
    }
}

/// Docker's other credential helpers on `PATH`.
fn stores(app: &App) -> Vec<String> {
    let mut names = Vec::new();
    let path = app.environment.search_path();
    for folder in path.iter().flat_map(|path| absolute_folders(path)) {
        for entry in entries(&folder) {
            let file = entry.file_name().to_string_lossy().into_owned();
            let name = file.strip_prefix("docker-credential-").and_then(|name| name.strip_suffix(EXE_SUFFIX));
            let is_store = |name: &&str| name.parse::<StoreName>().is_ok() && find(&file, path.as_deref()).is_some();
            names.extend(name.filter(is_store).map(str::to_owned));
        }
    }
    names.sort();
    names.dedup();
    names
}
