//! Whether device.json exists, can be read, and is private.

use std::path::Path;

use super::finding::Finding;
use crate::app::account_status::RegistryStatus;
use crate::domain::{Accounts, Registries, StoreName};
use crate::error::Hint;
use crate::storage::accounts_file::exposed;
use crate::storage::accounts_file::{self, PermissionIssue};
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
        Ok(_) if sections.is_empty() => {
            let login = Hint::run("docker-credential-atcr login");
            vec![Finding::problem(CHECK, "nobody is logged in", login)]
        }
        Ok(registries) => {
            summary(folder, registries, sections).map(|text| Finding::ok(CHECK, text)).into_iter().collect()
        }
    };
    for exposure in exposures {
        let (message, command) = exposed::in_words(exposure);
        findings.push(Finding::warning(CHECK, message, Hint::run(command)));
    }
    findings
}

fn unusable(error: &accounts_file::Error) -> Finding {
    let hint = error.hint().unwrap_or_else(|| "make it readable for you".into());
    Finding::problem(CHECK, error.to_string(), hint)
}

/// Where the accounts are. What an incomplete account of the environment lacks is told with the account.
fn summary(folder: Option<&Path>, registries: &Registries, sections: &[RegistryStatus]) -> Option<String> {
    let count: usize = registries.iter().map(|(_, accounts)| Accounts::iter(accounts).count()).sum();
    let file = folder.map(|folder| display_path(&folder.join("device.json"))).unwrap_or_default();
    let store = registries.store().map(StoreName::program);
    let secrets = |whose: &str| store.map(|store| format!(", {whose} in {store}")).unwrap_or_default();
    let mut members = sections.iter().flat_map(|section| &section.members);
    match count {
        0 => {
            members.any(|member| member.account.is_some()).then(|| "the account comes from the environment".to_owned())
        }
        1 => Some(format!("{file} holds one account{}", secrets("its secret is"))),
        several => Some(format!("{file} holds {several} accounts{}", secrets("their secrets are"))),
    }
}
