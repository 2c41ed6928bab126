//! `status --json`: the shape that README documents. Keys may come, none goes or changes its meaning.

use std::time::SystemTime;

use serde::Serialize;

use super::{Docker, Seen};
use crate::app::account_status::{AccountStatus, CheckResult, RegistryStatus};
use crate::appview::CheckOutcome;
use crate::storage::accounts_file::exposed;

/// All of it.
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
    docker: Setup,
    accounts: Vec<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

#[derive(Debug, Serialize)]
struct Setup {
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
    Accepted,
    Rejected,
    SessionExpired,
    Unknown,
    NotChecked,
    Incomplete,
    NoSecret,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Checked {
    Asked,
    Validation,
}

#[derive(Debug, Serialize)]
struct Warning {
    message: String,
    hint: String,
}

/// Puts what was seen into the documented shape.
pub(super) fn report(seen: &Seen, now: SystemTime) -> Report {
    let warning = |(message, hint)| Warning { message, hint };
    Report {
        registries: seen.sections.iter().map(|(section, docker)| registry(section, docker, &seen.file, now)).collect(),
        warnings: seen.exposures.iter().map(exposed::in_words).map(warning).collect(),
    }
}

fn registry(section: &RegistryStatus, docker: &Docker, file: &str, now: SystemTime) -> Registry {
    Registry {
        url: section.registry.to_string(),
        docker: Setup {
            configured: docker.is_configured(),
            on_path: docker.is_on_path,
            problem: docker.problem().map(|(problem, _)| problem),
        },
        accounts: section.members.iter().map(|member| account(member, file, now)).collect(),
        problem: section.undecided.as_ref().map(|failure| failure.message.clone()),
    }
}

fn account(member: &AccountStatus, file: &str, now: SystemTime) -> Account {
    let (state, checked) = match &member.standing {
        CheckResult::Asked(CheckOutcome::Accepted) => (State::Accepted, Some((Checked::Asked, now))),
        CheckResult::Asked(CheckOutcome::Rejected) => (State::Rejected, Some((Checked::Asked, now))),
        CheckResult::Asked(CheckOutcome::SessionExpired { .. }) => (State::SessionExpired, Some((Checked::Asked, now))),
        CheckResult::Asked(CheckOutcome::Unknown(_)) => (State::Unknown, Some((Checked::Asked, now))),
        CheckResult::Remembered(accepted) => (State::Accepted, Some((Checked::Validation, *accepted))),
        CheckResult::NotAsked(_) => (State::NotChecked, None),
        CheckResult::Incomplete(_) => (State::Incomplete, None),
        CheckResult::NoSecret(_) => (State::NoSecret, None),
    };
    let (checked, checked_at) = checked.unzip();
    Account {
        handle: member.account.as_ref().map(|account| account.handle.to_string()),
        did: member.account.as_ref().and_then(|account| account.did.as_ref()).map(ToString::to_string),
        active: member.why.is_some(),
        why: member.why.map(|why| why.to_string()),
        source: if member.is_from_environment { "ATCR_HANDLE".to_owned() } else { file.to_owned() },
        credential_store: member.store().map(ToString::to_string),
        state,
        checked,
        checked_at: checked_at.map(|time| humantime::format_rfc3339_seconds(time).to_string()),
        login_url: login_url(&member.standing),
        reason: reason(&member.standing),
    }
}

fn login_url(standing: &CheckResult) -> Option<String> {
    match standing {
        CheckResult::Asked(CheckOutcome::SessionExpired { login_url }) => login_url.clone(),
        _ => None,
    }
}

fn reason(standing: &CheckResult) -> Option<String> {
    match standing {
        CheckResult::Asked(CheckOutcome::Unknown(reason)) | CheckResult::NotAsked(reason) => Some(reason.clone()),
        CheckResult::Incomplete(failure) => Some(failure.message.clone()),
        CheckResult::NoSecret(failure) => Some(failure.line()),
        CheckResult::Asked(_) | CheckResult::Remembered(_) => None,
    }
}
