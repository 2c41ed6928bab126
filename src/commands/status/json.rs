//! `status --json`: the shape that README documents. Keys and values may be added; existing ones never change.

use std::time::SystemTime;

use serde::Serialize;

use super::overview::{self, Overview};
use crate::app::account_status::{AccountStatus, CheckResult};
use crate::appview::CheckOutcome;
use crate::error::Hint;
use crate::storage::accounts_file::permissions;

#[derive(Debug, Serialize)]
pub(super) struct Report {
    registries: Vec<Registry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
}

#[derive(Debug, Serialize)]
struct Registry {
    #[serde(rename = "registry")]
    url: String,
    docker: Docker,
    accounts: Vec<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

#[derive(Debug, Serialize)]
struct Docker {
    configured: bool,
    on_path: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// One account, without its secret.
#[derive(Debug, Serialize)]
struct Account {
    handle: Option<String>,
    did: Option<String>,
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_store: Option<String>,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<Checked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    #[serde(rename = "accepted")]
    Valid,
    Rejected,
    #[serde(rename = "session_expired")]
    Expired,
    Unknown,
    NotChecked,
    Incomplete,
    NoSecret,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Checked {
    #[serde(rename = "asked")]
    Now,
    #[serde(rename = "stamp")]
    Cached,
}

#[derive(Debug, Serialize)]
struct Warning {
    message: String,
    hint: String,
}

pub(super) fn report(overview: &Overview, now: SystemTime) -> Report {
    let warning = |(message, hint): (String, Hint)| Warning { message, hint: hint.to_string() };
    Report {
        registries: overview.registries.iter().map(|one| registry(one, &overview.file, now)).collect(),
        warnings: overview.permission_issues.iter().map(permissions::describe).map(warning).collect(),
    }
}

fn registry(registry: &overview::Registry, file: &str, now: SystemTime) -> Registry {
    let status = &registry.status;
    Registry {
        url: status.registry.to_string(),
        docker: Docker {
            configured: registry.is_configured(),
            on_path: registry.is_on_path,
            problem: registry.problem().map(|(problem, _)| problem),
        },
        accounts: status.accounts.iter().map(|status| account(status, file, now)).collect(),
        problem: status.select_error.as_ref().map(|error| error.message.clone()),
    }
}

fn account(status: &AccountStatus, file: &str, now: SystemTime) -> Account {
    let account = status.account.as_ref();
    let (checked, checked_at) = match &status.result {
        CheckResult::Checked(_) => (Some(Checked::Now), Some(now)),
        CheckResult::Cached { validated, .. } => (Some(Checked::Cached), Some(*validated)),
        CheckResult::NotChecked(_) | CheckResult::Incomplete(_) | CheckResult::NoSecret(_) => (None, None),
    };
    Account {
        handle: account.map(|account| account.handle.to_string()),
        did: account.and_then(|account| account.did.as_ref()).map(ToString::to_string),
        active: status.reason.is_some(),
        why: status.reason.map(|reason| reason.to_string()),
        source: if status.is_from_environment { "ATCR_HANDLE".to_owned() } else { file.to_owned() },
        credential_store: status.store().map(ToString::to_string),
        state: state(&status.result),
        checked,
        checked_at: checked_at.map(|time| humantime::format_rfc3339_seconds(time).to_string()),
        login_url: login_url(&status.result),
        reason: reason(&status.result),
    }
}

fn state(result: &CheckResult) -> State {
    match result {
        CheckResult::Checked(CheckOutcome::Valid) | CheckResult::Cached { .. } => State::Valid,
        CheckResult::Checked(CheckOutcome::Rejected) => State::Rejected,
        CheckResult::Checked(CheckOutcome::Expired { .. }) => State::Expired,
        CheckResult::Checked(CheckOutcome::Unknown(_)) => State::Unknown,
        CheckResult::NotChecked(_) => State::NotChecked,
        CheckResult::Incomplete(_) => State::Incomplete,
        CheckResult::NoSecret(_) => State::NoSecret,
    }
}

fn login_url(result: &CheckResult) -> Option<String> {
    match result {
        CheckResult::Checked(CheckOutcome::Expired { login_url }) => login_url.clone(),
        _ => None,
    }
}

fn reason(result: &CheckResult) -> Option<String> {
    match result {
        CheckResult::Checked(CheckOutcome::Unknown(reason)) | CheckResult::NotChecked(reason) => Some(reason.clone()),
        CheckResult::Incomplete(error) => Some(error.message.clone()),
        CheckResult::NoSecret(error) => Some(error.line()),
        CheckResult::Checked(_) | CheckResult::Cached { .. } => None,
    }
}
