//! `status --json`: the shape that REFERENCE.md documents. Keys and values may be added; existing ones never change.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::overview::{Overview, Registry};
use crate::app::account_status::{AccountStatus, CheckResult};
use crate::appview::CheckOutcome;

pub(super) fn report(overview: &Overview, now: SystemTime) -> Value {
    let mut registries = Vec::new();
    for one in &overview.registries {
        registries.push(registry(one, &overview.file, now));
    }
    let mut warnings = Vec::new();
    for (message, hint) in &overview.warnings {
        warnings.push(json!({"message": message, "hint": hint.to_string()}));
    }
    let mut report = json!({"registries": registries});
    if !warnings.is_empty() {
        report["warnings"] = warnings.into();
    }
    report
}

fn registry(registry: &Registry, file: &str, now: SystemTime) -> Value {
    let status = &registry.status;
    let mut docker = json!({"configured": registry.is_configured(), "on_path": registry.is_on_path});
    set(
        &mut docker,
        "problem",
        registry.problem().or_else(|| registry.helper_problems.first().cloned()).map(|(problem, _)| problem),
    );
    let accounts: Vec<Value> = status.accounts.iter().map(|status| account(status, file, now)).collect();
    let mut report = json!({"registry": status.registry.to_string(), "docker": docker, "accounts": accounts});
    set(&mut report, "problem", status.select_error.as_ref().map(|error| error.message.as_str()));
    report
}

/// One account, without its secret.
fn account(status: &AccountStatus, file: &str, now: SystemTime) -> Value {
    let account = status.account.as_ref();
    let mut report = json!({
        "handle": account.map(|account| account.handle.as_str()),
        "did": account.and_then(|account| account.did.as_ref()).map(ToString::to_string),
        "active": status.reason.is_some(),
    });
    set(&mut report, "why", status.reason.as_ref().map(ToString::to_string));
    report["source"] = if status.is_from_environment { "ATCR_HANDLE" } else { file }.into();
    set(&mut report, "credential_store", status.store().map(ToString::to_string));
    report["state"] = state(&status.result).into();
    set_details(&mut report, &status.result, now);
    report
}

fn state(result: &CheckResult) -> &'static str {
    match result {
        CheckResult::Checked(outcome) | CheckResult::Cached { outcome, .. } => match outcome {
            CheckOutcome::Valid => "accepted",
            CheckOutcome::Rejected => "rejected",
            CheckOutcome::Expired { .. } => "session_expired",
            CheckOutcome::Untrusted(_) => "untrusted",
            CheckOutcome::Unknown(_) => "unknown",
        },
        CheckResult::NotChecked(_) => "not_checked",
        CheckResult::Incomplete(_) => "incomplete",
        CheckResult::NoSecret(_) => "no_secret",
        CheckResult::Refused(_) => "refused",
    }
}

/// When it was checked, and what came of it.
fn set_details(report: &mut Value, result: &CheckResult, now: SystemTime) {
    let time = |time| humantime::format_rfc3339_seconds(time).to_string();
    match result {
        CheckResult::Checked(_) => {
            report["checked"] = "asked".into();
            report["checked_at"] = time(now).into();
        }
        CheckResult::Cached { time: then, .. } => {
            report["checked"] = "stamp".into();
            report["checked_at"] = time(*then).into();
        }
        CheckResult::NotChecked(reason) => report["reason"] = reason.as_str().into(),
        CheckResult::Incomplete(error) => report["reason"] = error.message.as_str().into(),
        CheckResult::NoSecret(error) | CheckResult::Refused(error) => report["reason"] = error.line().into(),
    }
    match result.outcome() {
        Some(CheckOutcome::Expired { login_url }) => set(report, "login_url", login_url.clone()),
        Some(CheckOutcome::Untrusted(failure) | CheckOutcome::Unknown(failure)) => {
            report["reason"] = failure.reason.as_str().into();
        }
        _ => {}
    }
}

/// Absent keys, rather than null.
fn set(object: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object[key] = value.into();
    }
}
