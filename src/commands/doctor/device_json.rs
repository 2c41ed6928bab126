//! The file of accounts: there, understood, and for its owner alone.

use std::path::Path;

use super::finding::Finding;
use crate::config::{ConfigError, Exposure};
use crate::domain::{Accounts, Registries};
use crate::exposed;
use crate::program::NAME;
use crate::terminal::shown;

const CHECK: &str = "device_json";

pub(super) fn findings(
    folder: Option<&Path>,
    loaded: &Result<Registries, ConfigError>,
    is_nobody: bool,
    exposures: &[Exposure],
) -> Vec<Finding> {
    let mut findings = vec![match loaded {
        Err(error) => unusable(error),
        Ok(_) if is_nobody => Finding::problem(CHECK, "nobody is logged in", format!("{NAME} login")),
        Ok(registries) => Finding::ok(CHECK, summary(folder, registries)),
    }];
    let warning = |(message, hint)| Finding::warning(CHECK, message, hint);
    findings.extend(exposures.iter().map(exposed::in_words).map(warning));
    findings
}

fn unusable(error: &ConfigError) -> Finding {
    Finding::problem(CHECK, error.to_string(), error.hint().unwrap_or("see to it that you may read it"))
}

fn summary(folder: Option<&Path>, registries: &Registries) -> String {
    let count: usize = registries.iter().map(|(_, accounts)| Accounts::iter(accounts).count()).sum();
    let file = folder.map(|folder| shown(&folder.join("device.json"))).unwrap_or_default();
    match count {
        0 => "the environment brings the account".to_owned(),
        1 => format!("{file} holds one account"),
        several => format!("{file} holds {several} accounts"),
    }
}
