//! Every registry and account, and how each account stands: checked with its registry, or as cached.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::App;
use super::verify::remedy;
use crate::appview::{CHECK_LIMIT, CheckOutcome, check_all};
use crate::domain::{
    Account, Accounts, Credential, Reason, Registries, RegistryUrl, SecretLocation, ServerString, StoreName,
};
use crate::error::Error;
use crate::platform::time;
use crate::terminal::Mark;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RegistryStatus {
    pub(crate) registry: RegistryUrl,
    /// The environment's account first, then those of the file in their order.
    pub(crate) accounts: Vec<AccountStatus>,
    /// Why no account is used for images that name none.
    pub(crate) select_error: Option<Error>,
    /// Whether that stops every image, even one that names an account.
    pub(crate) is_blocked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountStatus {
    /// None where the environment sets half of one.
    pub(crate) account: Option<Account>,
    pub(crate) is_from_environment: bool,
    /// Why it is used where an image names none, if it is.
    pub(crate) reason: Option<Reason>,
    /// Whether the environment's account is always used instead.
    pub(crate) is_overridden: bool,
    pub(crate) result: CheckResult,
}

/// How an account stands with its registry, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CheckResult {
    /// Just now.
    Checked(CheckOutcome),
    /// Not now, but it was valid then.
    Cached { validated: SystemTime, age: Duration },
    /// Why not.
    NotChecked(String),
    /// The environment sets only a part of an account.
    Incomplete(Error),
    /// The credential store does not hand out its secret.
    NoSecret(Error),
}

impl CheckResult {
    /// What could not be found out is a warning only: Docker may have more luck.
    pub(crate) fn mark(&self) -> Mark {
        match self {
            Self::Checked(CheckOutcome::Valid) | Self::Cached { .. } => Mark::Good,
            Self::Checked(CheckOutcome::Unknown(_)) | Self::NotChecked(_) => Mark::Warning,
            Self::Checked(CheckOutcome::Rejected | CheckOutcome::Expired { .. })
            | Self::Incomplete(_)
            | Self::NoSecret(_) => Mark::Bad,
        }
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checked(CheckOutcome::Valid) => f.write_str("valid (checked just now)"),
            Self::Checked(CheckOutcome::Rejected) => f.write_str("rejected (checked just now)"),
            Self::Checked(CheckOutcome::Expired { .. }) => f.write_str("session expired (checked just now)"),
            Self::Cached { age, .. } => write!(f, "valid (checked {} ago)", time::in_words(*age)),
            Self::Checked(CheckOutcome::Unknown(_)) | Self::NotChecked(_) => f.write_str("not checked"),
            Self::Incomplete(_) => f.write_str("incomplete"),
            Self::NoSecret(_) => f.write_str("no secret"),
        }
    }
}

impl AccountStatus {
    fn of_file(account: &Account, is_overridden: bool) -> Self {
        let result = CheckResult::NotChecked(String::new());
        Self { account: Some(account.clone()), is_from_environment: false, reason: None, is_overridden, result }
    }

    fn of_environment(account: Result<Account, Error>) -> Self {
        let (account, result) = match account {
            Ok(account) => (Some(account), CheckResult::NotChecked(String::new())),
            Err(error) => (None, CheckResult::Incomplete(error)),
        };
        let reason = Some(Reason::Environment);
        Self { account, is_from_environment: true, reason, is_overridden: false, result }
    }

    /// The handle, or the variable that should hold it.
    pub(crate) fn name(&self) -> &str {
        self.account.as_ref().map_or("ATCR_HANDLE", |account| account.handle.as_str())
    }

    /// The credential store that holds its secret, if device.json does not.
    pub(crate) fn store(&self) -> Option<&StoreName> {
        match &self.account.as_ref()?.secret {
            SecretLocation::Store(store) => Some(store),
            SecretLocation::Inline(_) => None,
        }
    }

    /// The reason for the result, or what fixes it.
    pub(crate) fn detail(&self, host: &str) -> Option<String> {
        match &self.result {
            CheckResult::Checked(CheckOutcome::Unknown(reason)) | CheckResult::NotChecked(reason) => {
                Some(reason.clone())
            }
            CheckResult::Checked(outcome) => {
                remedy(outcome, host, self.is_from_environment).map(|hint| hint.to_string())
            }
            CheckResult::Incomplete(error) => Some(error.message.clone()),
            CheckResult::NoSecret(error) => Some(error.line()),
            CheckResult::Cached { .. } => None,
        }
    }
}

/// Every registry, or the one that is wanted. Nothing is checked yet. Fails when `ATCR_REGISTRY` names no registry, and
/// the environment has an account for it.
pub(crate) fn load(
    app: &App,
    registries: &Registries,
    wanted: Option<&RegistryUrl>,
) -> Result<Vec<RegistryStatus>, Error> {
    let of_environment = app.environment_registry()?;
    let mut all: Vec<&RegistryUrl> = of_environment.iter().collect();
    for (registry, accounts) in registries.iter() {
        if !accounts.is_empty() && of_environment.as_ref() != Some(registry) {
            all.push(registry);
        }
    }
    all.retain(|registry| wanted.is_none_or(|wanted| wanted == *registry));
    let status = |registry: &RegistryUrl| {
        let is_overridden = of_environment.as_ref() == Some(registry);
        registry_status(app, registry, registries.get(registry), is_overridden)
    };
    Ok(all.into_iter().map(status).collect())
}

fn registry_status(
    app: &App,
    registry: &RegistryUrl,
    in_file: Option<&Accounts>,
    is_overridden: bool,
) -> RegistryStatus {
    let mut accounts = Vec::new();
    let mut is_incomplete = false;
    if is_overridden && let Some(account) = app.environment.credential().transpose() {
        is_incomplete = account.is_err();
        accounts.push(AccountStatus::of_environment(account));
    }
    for account in in_file.into_iter().flat_map(Accounts::iter) {
        accounts.push(AccountStatus::of_file(account, is_overridden));
    }
    let mut select_error = None;
    match server(registry).and_then(|server| app.resolve(&server, |_| Vec::new())) {
        Ok(used) => {
            let selectable = accounts.iter_mut().filter(|one| !one.is_overridden && !one.is_from_environment);
            for status in selectable {
                if status.account.as_ref() == Some(&used.account) {
                    status.reason = Some(used.reason);
                }
            }
        }
        // The incomplete account says it already.
        Err(_) if is_incomplete => {}
        Err(error) => select_error = Some(error),
    }
    let is_blocked = select_error.is_some() && !matches!(app.environment.account(), Ok(None));
    RegistryStatus { registry: registry.clone(), accounts, select_error, is_blocked }
}

fn server(registry: &RegistryUrl) -> Result<ServerString, Error> {
    registry.to_string().parse().map_err(|error| Error::new(format_args!("{registry} is {error}")))
}

/// An account whose secret is at hand.
struct Ready<'a> {
    registry: &'a RegistryUrl,
    status: &'a mut AccountStatus,
    credential: Credential,
}

/// Checks all accounts at the same time, for at most [`CHECK_LIMIT`]. The validation cache learns of it.
pub(crate) fn check<'a>(app: &App, registries: impl IntoIterator<Item = &'a mut RegistryStatus>) {
    let mut wanted = Vec::new();
    for RegistryStatus { registry, accounts, .. } in registries {
        // A registry that is no longer one of Docker's insecure ones would get the secret unencrypted.
        let refused = server(registry).and_then(|server| app.registry(&server)).err();
        for status in accounts.iter_mut().filter(|status| status.account.is_some()) {
            match &refused {
                Some(error) => status.result = CheckResult::NotChecked(error.message.clone()),
                None => wanted.push((&*registry, status)),
            }
        }
    }
    let ready = with_secrets(app, wanted);
    let questions = ready.iter().map(|one| (app.appview(one.registry), one.credential.clone())).collect();
    let outcomes = check_all(questions, CHECK_LIMIT);
    for (Ready { registry, status, credential }, outcome) in ready.into_iter().zip(outcomes) {
        record(app, registry, &credential, &outcome);
        status.result = CheckResult::Checked(outcome);
    }
}

/// Those whose secret can be read. The others' result says why not.
fn with_secrets<'a>(app: &App, wanted: Vec<(&'a RegistryUrl, &'a mut AccountStatus)>) -> Vec<Ready<'a>> {
    let accounts: Vec<_> =
        wanted.iter().filter_map(|(registry, status)| Some((*registry, status.account.as_ref()?))).collect();
    let mut credentials = app.users(&accounts).into_iter();
    let mut ready = Vec::new();
    for (registry, status) in wanted {
        if status.account.is_none() {
            continue;
        }
        match credentials.next() {
            Some(Ok(credential)) => ready.push(Ready { registry, status, credential }),
            Some(Err(error)) => status.result = CheckResult::NoSecret(error),
            None => {}
        }
    }
    ready
}

fn record(app: &App, registry: &RegistryUrl, credential: &Credential, outcome: &CheckOutcome) {
    let Some(validation) = app.validation_cache().of(registry, credential) else { return };
    match outcome {
        CheckOutcome::Valid => {
            // Makes the folder too. Another process that holds the lock will find the same.
            let _lock = validation.wait_for_turn(Duration::ZERO);
            validation.accept(app.now());
        }
        CheckOutcome::Rejected | CheckOutcome::Expired { .. } => validation.forget(),
        CheckOutcome::Unknown(_) => {}
    }
}

/// Takes the results from the validation cache alone.
pub(crate) fn load_cached(app: &App, registries: &mut [RegistryStatus]) {
    let now = app.now();
    let mut wanted = Vec::new();
    for RegistryStatus { registry, accounts, .. } in registries {
        wanted.extend(accounts.iter_mut().map(|status| (&*registry, status)));
    }
    for Ready { registry, status, credential } in with_secrets(app, wanted) {
        let validated = app.validation_cache().of(registry, &credential).and_then(|cached| cached.accepted());
        let cached = validated.and_then(|validated| Some((validated, now.duration_since(validated).ok()?)));
        status.result = match cached {
            Some((validated, age)) => CheckResult::Cached { validated, age },
            None => CheckResult::NotChecked("offline, no cached result".to_owned()),
        };
    }
}
