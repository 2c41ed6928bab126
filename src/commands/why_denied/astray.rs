//! Why a request went to the registry without the account that this program has for it.

use super::advice::of_error;
use crate::app::{App, Resolved};
use crate::appview::CheckOutcome;
use crate::commands::path_lookup;
use crate::docker::config::{self, ConfiguredHelper, Rival, State};
use crate::domain::Reason;
use crate::error::Error;
use crate::text::display_path;

const DOCTOR: &str = "run: docker-credential-atcr doctor";

/// Docker did not ask this program, or not to an end.
pub(super) fn before(state: &State, verb: &str, app: &App) -> Option<Vec<String>> {
    let host = &state.host;
    if let Some(rival) = config::rivals(&app.environment, host).into_iter().find(|rival| *rival == Rival::Variable) {
        return Some(vec![rival.warning(host), rival.fix(host).to_string()]);
    }
    if !state.uses_atcr() {
        return Some(vec![instead(state, verb), format!("run: {}", state.configure_command())]);
    }
    let program = state.program();
    let problem = match state.helper {
        ConfiguredHelper::OneAccount { .. } => {
            path_lookup::helper_problem(&program, &app.environment).map(|(problem, _)| problem)
        }
        _ => path_lookup::not_asked(&app.environment),
    };
    problem.map(|why| vec![without_account(Some(state), host, verb, &why), DOCTOR.to_owned()])
}

/// What Docker used instead of this program.
fn instead(state: &State, verb: &str) -> String {
    state.instead().unwrap_or_else(|| {
        let why = state.warning().filter(|_| state.has_byte_order_mark).unwrap_or_else(|| state.usage());
        without_account(None, &state.host, verb, &why)
    })
}

/// Where the helper fails, Docker goes on with a password of its own, or with none.
fn without_account(state: Option<&State>, host: &str, verb: &str, why: &str) -> String {
    match state.filter(|state| state.has_password()) {
        Some(state) => {
            let file = display_path(&state.file);
            format!("docker {verb} went to {host} with the password in {file}: {why}")
        }
        None => format!("docker {verb} went to {host} without an account: {why}"),
    }
}

/// This program has not handed out the secret, because it can't be read, or because the registry had rejected it.
pub(super) fn kept_back(resolved: &Resolved, state: Option<&State>, verb: &str, app: &App) -> Option<Vec<String>> {
    let error = match app.credential(&resolved.registry, &resolved.account) {
        Err(error) => error,
        Ok(credential) => {
            let (outcome, error) = app.known_refusal(resolved, &credential)?;
            in_short(error, &outcome, resolved)
        }
    };
    let host = resolved.registry.host();
    Some(of_error(&Error { message: without_account(state, &host, verb, &error.message), ..error }))
}

/// The registry rejects the secret that it was sent.
pub(super) fn rejected(resolved: &Resolved, app: &App) -> Option<Vec<String>> {
    let credential = app.credential(&resolved.registry, &resolved.account).ok()?;
    let (outcome, error) = app.refusal_now(resolved, &credential)?;
    Some(of_error(&in_short(error, &outcome, resolved)))
}

/// One of the environment is known by its variable.
fn in_short(error: Error, outcome: &CheckOutcome, resolved: &Resolved) -> Error {
    if (outcome, &resolved.reason) != (&CheckOutcome::Rejected, &Reason::Environment) {
        return error;
    }
    let message = format!("{} rejected the secret set with ATCR_HANDLE", resolved.registry.host());
    Error { message, ..error }
}
