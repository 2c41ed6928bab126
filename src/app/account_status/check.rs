//! Whether the credentials are valid: all checked at the same time, or as cached.

use super::{AccountStatus, CheckResult, RegistryStatus};
use crate::app::App;
use crate::app::secrets::AccountAt;
use crate::appview::{CHECK_LIMIT, check_all};
use crate::domain::{Credential, RegistryUrl};
use crate::terminal::waiting;
use crate::text::counted;

/// An account with its secret.
struct Ready<'a> {
    registry: &'a RegistryUrl,
    status: &'a mut AccountStatus,
    credential: Credential,
}

/// Takes at most [`CHECK_LIMIT`], and records the outcomes in the validation cache.
pub(crate) fn check<'a>(app: &App, registries: impl IntoIterator<Item = &'a mut RegistryStatus>) {
    let mut wanted = Vec::new();
    for RegistryStatus { registry, accounts, .. } in registries.into_iter().filter(|one| !one.is_unused) {
        // A registry that is no longer one of Docker's insecure ones would get the secret unencrypted.
        let refused = app.registry(&(&*registry).into()).err();
        for status in accounts.iter_mut().filter(|status| status.account.is_some()) {
            match &refused {
                Some(error) => status.result = CheckResult::Refused(error.clone()),
                None => wanted.push((&*registry, status)),
            }
        }
    }
    let ready = with_secrets(app, wanted);
    let questions = ready.iter().map(|one| (app.appview(one.registry), one.credential.clone())).collect();
    let message = format!("Checking {}", counted(ready.len(), "account"));
    let outcomes = waiting(&message, || check_all(questions, CHECK_LIMIT));
    for (Ready { registry, status, credential }, outcome) in ready.into_iter().zip(outcomes) {
        app.record(registry, &credential, &outcome);
        status.result = match app.unproven(registry, &credential.handle, &outcome) {
            Some(error) => CheckResult::Refused(error),
            None => CheckResult::Checked(outcome),
        };
    }
}

/// Those whose secret can be read. The others get [`CheckResult::NoSecret`].
fn with_secrets<'a>(app: &App, mut wanted: Vec<(&'a RegistryUrl, &'a mut AccountStatus)>) -> Vec<Ready<'a>> {
    wanted.retain(|(_, status)| status.account.is_some());
    let mut accounts = Vec::new();
    for (registry, status) in &wanted {
        accounts.extend(status.account.iter().map(|account| AccountAt { registry, account }));
    }
    let credentials = app.credentials(&accounts);
    let mut ready = Vec::new();
    for ((registry, status), credential) in wanted.into_iter().zip(credentials) {
        match credential {
            Ok(credential) => ready.push(Ready { registry, status, credential }),
            Err(error) => status.result = CheckResult::NoSecret(error),
        }
    }
    ready
}

/// Takes the results of earlier checks alone.
pub(crate) fn load_cached(app: &App, registries: &mut [RegistryStatus]) {
    let now = app.now();
    let mut wanted = Vec::new();
    for RegistryStatus { registry, accounts, .. } in registries.iter_mut().filter(|one| !one.is_unused) {
        wanted.extend(accounts.iter_mut().map(|status| (&*registry, status)));
    }
    for Ready { registry, status, credential } in with_secrets(app, wanted) {
        let last = app.last_outcome(registry, &credential);
        let cached = last.and_then(|(outcome, time)| Some((outcome, time, now.duration_since(time).ok()?)));
        status.result = match cached {
            Some((outcome, time, age)) => CheckResult::Cached { outcome, time, age },
            None => CheckResult::NotChecked("offline, no cached result".to_owned()),
        };
    }
}
