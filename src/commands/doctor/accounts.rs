//! Whether the accounts are valid at their registries.

use super::finding::{Finding, State};
use super::network::Contact;
use crate::app::App;
use crate::app::account_status::{self, AccountStatus, CheckResult, RegistryStatus};
use crate::error::Error;
use crate::terminal::Mark;

const CHECK: &str = "account";

/// Checks the accounts of the registries that could be reached.
pub(super) fn check(app: &App, sections: &mut [RegistryStatus], contacts: &[Contact]) {
    let is_reached = |section: &RegistryStatus| {
        contacts.iter().any(|contact| contact.registry == section.registry && contact.answer.is_ok())
    };
    let (reached, others): (Vec<&mut RegistryStatus>, Vec<_>) =
        sections.iter_mut().partition(|section| is_reached(section));
    for member in others.into_iter().flat_map(|section| &mut section.accounts).filter(|member| member.account.is_some())
    {
        member.result = CheckResult::NotChecked("its registry can't be reached".to_owned());
    }
    account_status::check(app, reached);
}

pub(super) fn findings(sections: &[RegistryStatus]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in sections {
        findings.extend(section.accounts.iter().map(|status| account(section, status)));
        findings.extend(section.select_error.as_ref().map(|error| ambiguous(section, error)));
    }
    findings
}

fn account(section: &RegistryStatus, member: &AccountStatus) -> Finding {
    let host = section.registry.host();
    let source = if member.is_from_environment && member.account.is_some() { " (ATCR_HANDLE)" } else { "" };
    let message = format!("{}{source} at {host}: {}", member.name(), member.result);
    let state = match member.result.mark() {
        Mark::Good => State::Ok,
        Mark::Warning => State::Warning,
        Mark::Bad => State::Problem,
    };
    Finding { check: CHECK, state, message, hint: member.detail(&host) }
}

fn ambiguous(section: &RegistryStatus, error: &Error) -> Finding {
    let state = if section.is_blocked { State::Problem } else { State::Warning };
    Finding { state, ..failed(error) }
}

/// The accounts can't even be listed.
pub(super) fn failed(error: &Error) -> Finding {
    Finding::problem(CHECK, &error.message, error.hint.clone())
}
