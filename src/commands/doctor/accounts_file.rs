//! The file of accounts: there, understood, and for its owner alone.

use std::path::Path;

use super::finding::Finding;
use crate::app::account_status::RegistryStatus;
use crate::domain::{Accounts, Registries};
use crate::error::Hint;
use crate::platform::executable::NAME;
use crate::storage::accounts_file;
use crate::storage::accounts_file::permissions::{self, PermissionIssue};
use crate::text::display_path;

const CHECK: &str = "device_json";

pub(super) fn findings(
    folder: Option<&Path>,
    loaded: &Result<Registries, accounts_file::Error>,
    sections: &[RegistryStatus],
    exposures: &[PermissionIssue],
) -> Vec<Finding> {
    let mut findings = match loaded {
        Err(error) => vec![unusable(error)],
        Ok(_) if sections.is_empty() => vec![Finding::problem(CHECK, "nobody is logged in", format!("{NAME} login"))],
        Ok(registries) => {
            summary(folder, registries, sections).map(|text| Finding::ok(CHECK, text)).into_iter().collect()
        }
    };
    let warning = |(message, hint): (String, Hint)| Finding::warning(CHECK, message, hint.to_string());
    findings.extend(exposures.iter().map(permissions::describe).map(warning));
    findings
}

fn unusable(error: &accounts_file::Error) -> Finding {
    Finding::problem(
        CHECK,
        error.to_string(),
        error.hint().map_or_else(|| "make it readable for you".to_owned(), |hint| hint.to_string()),
    )
}

/// Where the accounts are. The environment brings one only if it is whole: what it lacks is told with the account.
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
        0 => members.any(|member| member.account.is_some()).then(|| "the environment brings the account".to_owned()),
        1 => Some(format!("{file} holds one account{}", secrets("its secret is"))),
        several => Some(format!("{file} holds {several} accounts{}", secrets(whose))),
    }
}
