//! `status --json`: the shape that README documents. Keys and values may be added; existing ones never change.

use std::time::SystemTime;

use serde::Serialize;

use super::overview::{self, Overview};
use crate::app::account_status::{AccountStatus, CheckResult};
use crate::appview::CheckOutcome;
use crate::error::Hint;

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
    #[serde(flatten)]
    result: CheckedResult,
}

/// How it stands.
#[derive(Debug, Default, Serialize)]
struct CheckedResult {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Warning {
    message: String,
    hint: String,
}

pub(super) fn report(overview: &Overview, now: SystemTime) -> Report {
    let warning = |(message, hint): &(String, Hint)| Warning { message: message.clone(), hint: hint.to_string() };
    Report {
        registries: overview.registries.iter().map(|one| registry(one, &overview.file, now)).collect(),
        warnings: overview.warnings.iter().map(warning).collect(),
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
    Account {
        handle: account.map(|account| account.handle.to_string()),
        did: account.and_then(|account| account.did.as_ref()).map(ToString::to_string),
        active: status.reason.is_some(),
        why: status.reason.map(|reason| reason.to_string()),
        source: if status.is_from_environment { "ATCR_HANDLE".to_owned() } else { file.to_owned() },
        credential_store: status.store().map(ToString::to_string),
        result: CheckedResult::new(&status.result, now),
    }
}

impl CheckedResult {
    fn new(result: &CheckResult, now: SystemTime) -> Self {
        let at = |time| Some(humantime::format_rfc3339_seconds(time).to_string());
        match result {
            CheckResult::Checked(outcome) => {
                Self { checked: Some("asked"), checked_at: at(now), ..Self::of_outcome(outcome) }
            }
            CheckResult::Cached { validated, .. } => {
                Self { checked: Some("stamp"), checked_at: at(*validated), ..Self::of_outcome(&CheckOutcome::Valid) }
            }
            CheckResult::NotChecked(reason) => Self::of_reason("not_checked", reason.clone()),
            CheckResult::Incomplete(error) => Self::of_reason("incomplete", error.message.clone()),
            CheckResult::NoSecret(error) => Self::of_reason("no_secret", error.line()),
        }
    }

    fn of_outcome(outcome: &CheckOutcome) -> Self {
        match outcome {
            CheckOutcome::Valid => Self { state: "accepted", ..Self::default() },
            CheckOutcome::Rejected => Self { state: "rejected", ..Self::default() },
            CheckOutcome::Expired { login_url } => {
                Self { state: "session_expired", login_url: login_url.clone(), ..Self::default() }
            }
            CheckOutcome::Unknown(reason) => Self::of_reason("unknown", reason.clone()),
        }
    }

    fn of_reason(state: &'static str, reason: String) -> Self {
        Self { state, reason: Some(reason), ..Self::default() }
    }
}
