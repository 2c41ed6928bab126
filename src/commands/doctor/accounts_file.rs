//! Whether device.json exists, can be read, and is private.

use std::path::Path;

use super::finding::{Finding, Fix};
use crate::app::App;
use crate::app::account_status::RegistryStatus;
use crate::commands::device_json;
use crate::commands::output::counted;
use crate::domain::Registries;
use crate::error::{Error, Hint};
use crate::storage::accounts_file::{self, permissions};
use crate::terminal::Mark;
use crate::text::display_path;

const CHECK: &str = "device_json";

/// `nobody`: what it is that nobody is logged in. `None`: another finding says so.
pub(super) fn findings(
    app: &App,
    loaded: &Result<Registries, accounts_file::Error>,
    statuses: &[RegistryStatus],
    nobody: Option<Error>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    match loaded {
        Err(error) => {
            // An account of the environment is used all the same.
            let has_other = app.environment_credential().is_ok_and(|account| account.is_some());
            let mark = if has_other { Mark::Warning } else { Mark::Bad };
            findings.push(Finding::new(CHECK, mark, error.to_string(), error.hint()));
        }
        Ok(_) if statuses.is_empty() => {
            findings.extend(nobody.map(|nobody| Finding::problem(CHECK, nobody.message, nobody.hint)));
        }
        Ok(registries) => findings.extend(summary(app, registries, statuses).map(|text| Finding::ok(CHECK, text))),
    }
    if let (Some(folder), Some(home), true) = (app.accounts.folder(), &app.environment.home, cfg!(windows)) {
        findings.extend(outside_profile(folder, home));
    }
    for issue in device_json::permission_issues(app) {
        let (message, hint) = permissions::describe(&issue);
        let fix = issue.is_harmless().then_some(Fix::Permissions(issue));
        findings.push(Finding { fix, ..Finding::warning(CHECK, message, hint) });
    }
    findings.extend(device_json::cache_warning(app).map(|(message, hint)| Finding::warning(CHECK, message, hint)));
    findings
}

/// Windows makes a profile private to its user. Outside it, every user can read what a new folder inherits.
fn outside_profile(folder: &Path, home: &Path) -> Option<Finding> {
    // Windows ignores case.
    let lower = |path: &Path| path.to_string_lossy().to_lowercase();
    if Path::new(&lower(folder)).starts_with(lower(home)) {
        return None;
    }
    let (folder, home) = (display_path(folder), display_path(home));
    let message = format!("{folder} is outside your profile ({home}), where other users may read it");
    Some(Finding::warning(CHECK, message, Hint::text("move it into your profile, and set ATCR_CONFIG_DIR to it")))
}

/// Where the accounts are. What an incomplete account of the environment lacks is reported with the account.
fn summary(app: &App, registries: &Registries, statuses: &[RegistryStatus]) -> Option<String> {
    let accounts: Vec<_> = registries.iter().flat_map(|(_, accounts)| accounts.iter()).collect();
    let (file, secrets) = (display_path(&device_json::path(app)), device_json::secrets(accounts.iter().copied()));
    match accounts.len() {
        0 => {
            let mut in_environment = statuses.iter().flat_map(|registry| &registry.accounts);
            let has_account = in_environment.any(|status| status.account.is_some());
            if has_account { Some("the account comes from the environment".to_owned()) } else { None }
        }
        count => Some(format!("{file} holds {}{secrets}", counted(count, "account"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_outside_the_profile_is_a_warning() {
        for (folder, is_outside) in [
            ("/users/evan/.atcr", false),
            ("/USERS/Evan/AppData/atcr", false),
            ("/users/evan", false),
            ("/users/evan2/.atcr", true),
            ("/users/public/atcr", true),
            ("/atcr", true),
        ] {
            let found = outside_profile(Path::new(folder), Path::new("/Users/evan"));
            assert_eq!(found.is_some(), is_outside, "{folder}: {found:?}");
        }
    }
}
