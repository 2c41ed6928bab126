//! device.json in words: where it is, where its secrets are, and who else can read it.

use std::path::PathBuf;

use crate::app::App;
use crate::domain::{Account, StoreName};
use crate::error::Hint;
use crate::storage::accounts_file::permissions::{self, PermissionIssue};

/// Empty where there is no home folder.
pub(super) fn path(app: &App) -> PathBuf {
    app.accounts.folder().map(|folder| folder.join("device.json")).unwrap_or_default()
}

/// The credential stores that hold the secrets of these accounts, as the end of a sentence; empty if none does.
pub(super) fn secrets<'a>(accounts: impl Iterator<Item = &'a Account>) -> String {
    let (mut stores, mut has_inline) = (Vec::new(), false);
    for account in accounts {
        match account.store().map(StoreName::program) {
            Some(store) if !stores.contains(&store) => stores.push(store),
            Some(_) => {}
            None => has_inline = true,
        }
    }
    if stores.is_empty() {
        return String::new();
    }
    format!(", {}secrets in {}", if has_inline { "some " } else { "" }, stores.join(", "))
}

/// Each problem of the files that hold secrets, and what fixes it.
pub(super) fn permission_warnings(app: &App) -> Vec<(String, Hint)> {
    permission_issues(app).iter().map(permissions::describe).chain(cache_warning(app)).collect()
}

/// Why each `get` asks the registry, where one in five minutes should.
pub(super) fn cache_warning(app: &App) -> Option<(String, Hint)> {
    let problem = app.validation_cache().problem()?;
    Some((problem.message, problem.hint?))
}

pub(super) fn permission_issues(app: &App) -> Vec<PermissionIssue> {
    let (folder, home) = (app.accounts.folder(), app.environment.home.as_deref());
    let mut issues = folder.map(|folder| permissions::issues(folder, home)).unwrap_or_default();
    issues.extend(app.environment.credential.secret_file().and_then(permissions::secret_file_issue));
    issues
}
