//! What keeps a helper for one account, as a config file names it, from working.

use super::path_lookup;
use crate::app::{App, AskingClient};
use crate::docker::config::{ConfiguredHelper, State};
use crate::domain::ServerString;
use crate::error::Hint;

/// Each with its fix; none where the helper is for any account.
pub(super) fn problems(state: &State, app: &App) -> Vec<(String, Option<Hint>)> {
    let ConfiguredHelper::OneAccount { account, .. } = &state.helper else { return Vec::new() };
    let mut problems = Vec::new();
    if let Ok(server) = state.host.parse::<ServerString>() {
        // What `get` would say.
        let client = AskingClient::new(Some(account.clone()));
        if let Err(error) = app.resolve(&server, Some(&client)) {
            problems.push((error.message, error.hint));
        }
    }
    let missing = path_lookup::helper_problem(&state.program(), &app.environment);
    problems.extend(missing.map(|(problem, fix)| (problem, Some(fix))));
    problems
}
