//! Whether device.json exists, can be read, and is private.

use std::path::Path;

use super::finding::Finding;
use crate::app::account_status::RegistryStatus;
use crate::domain::{Accounts, Registries};
use crate::error::Hint;
use crate::storage::accounts_file;
use crate::storage::accounts_file::permissions::{self, PermissionIssue};
use crate::text::display_path;

const CHECK: &str = "device_json";

pub(super) fn findings(
    folder: Option<&Path>,
    home: Option<&Path>,
    loaded: &Result<Registries, accounts_file::Error>,
    sections: &[RegistryStatus],
    exposures: &[PermissionIssue],
) -> Vec<Finding> {
    let mut findings = match loaded {
        Err(error) => vec![unusable(error)],
        Ok(_) if sections.is_empty() => {
            let login = Hint::run("docker-credential-atcr login");
            vec![Finding::problem(CHECK, "nobody is logged in", login)]
        }
        Ok(registries) => {
            summary(folder, registries, sections).map(|text| Finding::ok(CHECK, text)).into_iter().collect()
        }
    };
    if let (Some(folder), Some(home), true) = (folder, home, cfg!(windows)) {
        findings.extend(outside_profile(folder, home));
    }
    for issue in exposures {
        let (message, hint) = permissions::describe(issue);
        findings.push(Finding::warning(CHECK, message, hint));
    }
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

fn unusable(error: &accounts_file::Error) -> Finding {
    let hint = error.hint().unwrap_or_else(|| "make it readable for you".into());
    Finding::problem(CHECK, error.to_string(), hint)
}

/// Where the accounts are. What an incomplete account of the environment lacks is told with the account.
fn summary(folder: Option<&Path>, registries: &Registries, sections: &[RegistryStatus]) -> Option<String> {
    let count: usize = registries.iter().map(|(_, accounts)| Accounts::iter(accounts).count()).sum();
    let file = folder.map(|folder| display_path(&folder.join("device.json"))).unwrap_or_default();
    let stores: Vec<String> = registries.stores().iter().map(|store| store.program()).collect();
    let is_file_only = stores.is_empty();
    let is_in_stores = registries.iter().all(|(_, accounts)| accounts.iter().all(|account| account.store().is_some()));
    let secrets =
        |whose: &str| if is_file_only { String::new() } else { format!(", {whose} in {}", stores.join(", ")) };
    let whose = if is_in_stores { "their secrets are" } else { "some of their secrets are" };
    let mut members = sections.iter().flat_map(|section| &section.accounts);
    match count {
        0 => {
            members.any(|member| member.account.is_some()).then(|| "the account comes from the environment".to_owned())
        }
        1 => Some(format!("{file} holds one account{}", secrets("its secret is"))),
        several => Some(format!("{file} holds {several} accounts{}", secrets(whose))),
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
