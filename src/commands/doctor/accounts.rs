//! Whether the accounts are valid at their registries.

use super::finding::Finding;
use super::network::Contact;
use crate::app::account_status::{self, AccountStatus, CheckResult, RegistryStatus};
use crate::app::{App, Resolved};
use crate::appview::{CheckOutcome, Peer};
use crate::error::Error;
use crate::terminal::Mark;

const CHECK: &str = "account";

/// Checks the accounts of the registries that could be reached.
pub(super) fn check(app: &App, registries: &mut [RegistryStatus], contacts: &[Contact]) {
    let mut reached = Vec::new();
    for registry in registries.iter_mut().filter(|one| !one.is_unused) {
        let contact = contacts.iter().find(|contact| contact.registry == registry.registry);
        let reason = match contact.map(|contact| &contact.answer) {
            Some(Ok(_)) => {
                reached.push(registry);
                continue;
            }
            Some(Err(failure)) if failure.peer == Peer::Untrusted => "its registry is not trusted",
            _ => "its registry can't be reached",
        };
        for status in registry.accounts.iter_mut().filter(|status| status.account.is_some()) {
            status.result = CheckResult::NotChecked(reason.to_owned());
        }
    }
    account_status::check(app, reached);
}

/// `used`: the account of the image that is asked about; what the others are makes no push of it fail.
pub(super) fn findings(registries: &[RegistryStatus], contacts: &[Contact], used: Option<&Resolved>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for registry in registries {
        let host = registry.registry.host();
        let is_failing = contacts.iter().any(|one| one.registry == registry.registry && one.is_failing());
        let in_use = registry.accounts.iter().filter(|_| !registry.is_unused);
        for status in in_use {
            let mut finding = account(&host, status, is_failing);
            let is_another = used.is_some_and(|used| status.account.as_ref() != Some(&used.account));
            if is_another && finding.mark == Mark::Bad {
                finding.mark = Mark::Warning;
            }
            findings.push(finding);
        }
        // A variable that names nothing is one problem of all registries.
        let is_new = |error: &&Error| findings.iter().all(|finding: &Finding| finding.message != error.message);
        if let Some(error) = registry.select_error.as_ref().filter(is_new) {
            let mark = if registry.is_blocked { Mark::Bad } else { Mark::Warning };
            findings.push(Finding { mark, ..failed(error) });
        }
    }
    findings
}

/// `is_failing`: the registry has a finding of its own.
fn account(host: &str, status: &AccountStatus, is_failing: bool) -> Finding {
    let source = if status.is_from_environment && status.account.is_some() { " (ATCR_HANDLE)" } else { "" };
    let message = format!("{}{source} at {host}: {}", status.name(), status.result);
    let mark = match &status.result {
        // Docker asks the same endpoint next.
        CheckResult::Checked(CheckOutcome::Unknown(_)) if !is_failing => Mark::Bad,
        result => result.mark(),
    };
    Finding::new(CHECK, mark, message, status.detail(host))
}

/// Whether the findings are about an account.
pub(super) fn are_any(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.check == CHECK)
}

/// The accounts can't even be listed.
pub(super) fn failed(error: &Error) -> Finding {
    Finding::problem(CHECK, &error.message, error.hint.clone())
}

/// Commands that name no registry would fail. With an account beside it the accounts can't be listed, which is said.
pub(super) fn misnamed_registry(app: &App) -> Option<Finding> {
    let error = app.default_registry().err().filter(|_| !app.environment.credential.any())?;
    Some(Finding { mark: Mark::Warning, ..failed(&error) })
}
