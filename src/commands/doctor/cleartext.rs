//! Which registries are reached without encryption, and why.

use super::finding::Finding;
use super::network::Contact;
use crate::docker::config::DaemonFile;
use crate::domain::RegistryUrl;
use crate::error::Hint;
use crate::platform::fs::OpenError;
use crate::text::{display_path, without_os_code};

pub(super) fn findings(files: &[DaemonFile], contacts: &[Contact]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = files.iter().filter_map(unused).collect();
    for contact in contacts.iter().filter(|contact| !contact.registry.is_https()) {
        findings.extend(reason(files, &contact.registry));
    }
    findings
}

/// A file that counts as absent: whoever could have written it would decide where a secret goes unencrypted.
fn unused(file: &DaemonFile) -> Option<Finding> {
    let (error, hint) = match file.error()? {
        OpenError::Untrusted(untrusted) => (untrusted.to_string(), Some(untrusted.hint())),
        OpenError::Failed(error) => {
            let reason = error.to_string();
            (format!("{}: can't be read: {}", display_path(&file.path), without_os_code(&reason)), None)
        }
    };
    let message = format!("{error}; its insecure-registries are ignored");
    Some(Finding::warning("daemon_json", message, hint))
}

fn reason(files: &[DaemonFile], registry: &RegistryUrl) -> Option<Finding> {
    const CHECK: &str = "cleartext";
    if registry.is_loopback() {
        let message = format!("{registry} is on loopback, so it needs no encryption");
        return Some(Finding::ok(CHECK, message));
    }
    let (file, entry) = files.iter().find_map(|file| Some((file, file.entry_for(registry)?)))?;
    let file = display_path(&file.path);
    let message = format!("{registry} gets the secret unencrypted: insecure-registries in {file} has {entry:?}");
    let hint = Hint::text(format_args!("if {} can be reached over https, remove that entry", registry.host()));
    Some(Finding::warning(CHECK, message, hint))
}
