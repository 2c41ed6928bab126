//! The roll of registries and accounts, and how each account stands with its registry: asked about all at the same
//! time, or as remembered.

use std::time::{Duration, SystemTime};

use crate::app::{App, Resolved};
use crate::appview::{CHECK_LIMIT, CheckOutcome, check_all};
use crate::domain::{
    Account, Accounts, Credential, Reason, Registries, RegistryUrl, SecretLocation, ServerString, StoreName,
};
use crate::error::{Error, Hint};
use crate::platform::time;
use crate::terminal::Mark;

/// A registry and everybody who is logged in to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryStatus {
    /// The registry.
    pub registry: RegistryUrl,
    /// The environment's account first, then those of the file in their order.
    pub members: Vec<AccountStatus>,
    /// Why no account is used for images that name none.
    pub undecided: Option<Error>,
    /// Whether that stops every image, even one that names an account.
    pub is_blocked: bool,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountStatus {
    /// The account; none where the environment sets half of one.
    pub account: Option<Account>,
    /// Whether the environment brings it.
    pub is_from_environment: bool,
    /// The reason for which it is used where an image names none, if it is.
    pub why: Option<Reason>,
    /// Whether the environment's account is used in its place, always.
    pub is_hidden: bool,
    /// How it stands.
    pub standing: CheckResult,
}

/// How an account stands with its registry, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckResult {
    /// The registry was asked just now.
    Asked(CheckOutcome),
    /// The registry was not asked, and accepted it at that time.
    Remembered(SystemTime),
    /// The registry was not asked, and why.
    NotAsked(String),
    /// The environment sets only a part of an account.
    Incomplete(Error),
    /// The credential store that keeps its secret does not hand it out.
    NoSecret(Error),
}

impl CheckResult {
    /// The mark of its line. What could not be found out is no failure: Docker may be luckier.
    #[must_use]
    pub fn mark(&self) -> Mark {
        match self {
            Self::Asked(CheckOutcome::Accepted) | Self::Remembered(_) => Mark::Good,
            Self::Asked(CheckOutcome::Unknown(_)) | Self::NotAsked(_) => Mark::Warning,
            Self::Asked(CheckOutcome::Rejected | CheckOutcome::SessionExpired { .. })
            | Self::Incomplete(_)
            | Self::NoSecret(_) => Mark::Bad,
        }
    }

    /// How it stands and how that is known, in words.
    #[must_use]
    pub fn in_words(&self, now: SystemTime) -> String {
        match self {
            Self::Asked(CheckOutcome::Accepted) => "accepted (asked just now)".to_owned(),
            Self::Asked(CheckOutcome::Rejected) => "rejected (asked just now)".to_owned(),
            Self::Asked(CheckOutcome::SessionExpired { .. }) => "session expired (asked just now)".to_owned(),
            Self::Remembered(accepted) => {
                let age = now.duration_since(*accepted).unwrap_or_default();
                format!("accepted {} ago (not asked again)", time::in_words(age))
            }
            Self::Asked(CheckOutcome::Unknown(_)) | Self::NotAsked(_) => "not checked".to_owned(),
            Self::Incomplete(_) => "incomplete".to_owned(),
            Self::NoSecret(_) => "no secret".to_owned(),
        }
    }
}

impl AccountStatus {
    fn of_file(account: &Account, is_hidden: bool) -> Self {
        let standing = CheckResult::NotAsked(String::new());
        Self { account: Some(account.clone()), is_from_environment: false, why: None, is_hidden, standing }
    }

    fn of_environment(account: Result<Account, Error>) -> Self {
        let (account, standing) = match account {
            Ok(account) => (Some(account), CheckResult::NotAsked(String::new())),
            Err(failure) => (None, CheckResult::Incomplete(failure)),
        };
        Self { account, is_from_environment: true, why: Some(Reason::Environment), is_hidden: false, standing }
    }

    /// The account's name, or the variable that should hold it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.account.as_ref().map_or("ATCR_HANDLE", |account| account.handle.as_str())
    }

    /// The credential store that holds its secret, if device.json does not.
    #[must_use]
    pub fn store(&self) -> Option<&StoreName> {
        match self.account.as_ref()?.secret {
            SecretLocation::Store(ref store) => Some(store),
            SecretLocation::Inline(_) => None,
        }
    }

    /// What is known besides its standing: the reason for it, or what fixes it.
    #[must_use]
    pub fn remark(&self, host: &str) -> Option<Hint> {
        match &self.standing {
            CheckResult::Asked(CheckOutcome::Unknown(reason)) | CheckResult::NotAsked(reason) => {
                Some(Hint::text(reason))
            }
            CheckResult::Asked(verdict) => verdict.remedy(host, self.is_from_environment),
            CheckResult::Incomplete(failure) => Some(Hint::text(&failure.message)),
            CheckResult::NoSecret(failure) => Some(Hint::text(failure.line())),
            CheckResult::Remembered(_) => None,
        }
    }
}

/// Everybody at every registry, or at the one that is wanted; nobody is asked about yet.
///
/// # Errors
/// When `ATCR_REGISTRY` names no registry, and the environment has an account for it.
pub fn roll(app: &App, registries: &Registries, wanted: Option<&RegistryUrl>) -> Result<Vec<RegistryStatus>, Error> {
    let of_environment = app.environment_registry()?;
    let is_wanted = |registry: &&RegistryUrl| wanted.is_none_or(|wanted| wanted == *registry);
    let of_file = registries.iter().filter(|(_, accounts)| !accounts.is_empty()).map(|(registry, _)| registry);
    let others = of_file.filter(|registry| Some(*registry) != of_environment.as_ref());
    let all = of_environment.iter().chain(others).filter(is_wanted);
    Ok(all.map(|registry| section(app, registry, registries.get(registry), of_environment.as_ref())).collect())
}

fn section(
    app: &App,
    registry: &RegistryUrl,
    accounts: Option<&Accounts>,
    of_environment: Option<&RegistryUrl>,
) -> RegistryStatus {
    let is_hidden = of_environment == Some(registry);
    let brought = if is_hidden { app.environment.credential().transpose() } else { None };
    let is_incomplete = matches!(brought, Some(Err(_)));
    let of_file =
        accounts.into_iter().flat_map(Accounts::iter).map(|account| AccountStatus::of_file(account, is_hidden));
    let mut members: Vec<AccountStatus> =
        brought.into_iter().map(AccountStatus::of_environment).chain(of_file).collect();
    let undecided = match unnamed(app, registry) {
        Ok(chosen) => {
            for member in members.iter_mut().filter(|member| !member.is_hidden && !member.is_from_environment) {
                member.why = (member.account.as_ref() == Some(&chosen.account)).then_some(chosen.why);
            }
            None
        }
        Err(failure) => Some(failure).filter(|_| !is_incomplete),
    };
    let is_blocked = undecided.is_some() && !matches!(app.environment.account(), Ok(None));
    RegistryStatus { registry: registry.clone(), members, undecided, is_blocked }
}

/// The account that is used where nothing but the registry is named.
fn unnamed(app: &App, registry: &RegistryUrl) -> Result<Resolved, Error> {
    app.resolve(&server(registry)?, |_| Vec::new())
}

fn server(registry: &RegistryUrl) -> Result<ServerString, Error> {
    registry.to_string().parse().map_err(|error| Error::new(format_args!("{registry} is {error}")))
}

/// Asks the registries about everybody, all at the same time, for at most [`CHECK_LIMIT`]. An acceptance is remembered
/// as `get` remembers it, and forgotten when it was withdrawn.
pub fn ask<'a>(app: &App, sections: impl IntoIterator<Item = &'a mut RegistryStatus>) {
    let mut asked = Vec::new();
    for RegistryStatus { registry, members, .. } in sections {
        // A registry that is no longer one of Docker's insecure ones would be sent the secret in clear.
        let refusal = server(registry).and_then(|server| app.registry(&server)).err();
        for member in members.iter_mut().filter(|member| member.account.is_some()) {
            match &refusal {
                Some(failure) => member.standing = CheckResult::NotAsked(failure.message.clone()),
                None => asked.push((&*registry, member)),
            }
        }
    }
    let asked = with_secrets(app, asked);
    let question = |(registry, _, user): &(&RegistryUrl, _, Credential)| (app.appview(registry), user.clone());
    let verdicts = check_all(asked.iter().map(question).collect(), CHECK_LIMIT);
    for ((registry, member, user), verdict) in asked.into_iter().zip(verdicts) {
        remember(app, registry, &user, &verdict);
        member.standing = CheckResult::Asked(verdict);
    }
}

/// Those of the members whose secret can be had. Of the others it is noted why not.
fn with_secrets<'a>(
    app: &App,
    members: Vec<(&'a RegistryUrl, &'a mut AccountStatus)>,
) -> Vec<(&'a RegistryUrl, &'a mut AccountStatus, Credential)> {
    let accounts: Vec<_> =
        members.iter().filter_map(|(registry, member)| Some((*registry, member.account.as_ref()?))).collect();
    let users = app.users(&accounts);
    let mut found = Vec::new();
    let members = members.into_iter().filter(|(_, member)| member.account.is_some());
    for ((registry, member), user) in members.zip(users) {
        match user {
            Ok(user) => found.push((registry, member, user)),
            Err(failure) => member.standing = CheckResult::NoSecret(failure),
        }
    }
    found
}

fn remember(app: &App, registry: &RegistryUrl, user: &Credential, verdict: &CheckOutcome) {
    let Some(stamp) = app.stamps().of(registry, user) else { return };
    match verdict {
        CheckOutcome::Accepted => {
            // Makes the folder too. Another process that has its turn will hear the same.
            let _turn = stamp.wait_for_turn(Duration::ZERO);
            stamp.accept(app.now());
        }
        CheckOutcome::Rejected | CheckOutcome::SessionExpired { .. } => stamp.forget(),
        CheckOutcome::Unknown(_) => {}
    }
}

/// Says of everybody what is remembered, without a network.
pub fn recall(app: &App, sections: &mut [RegistryStatus]) {
    let now = app.now();
    let members = sections.iter_mut().flat_map(|RegistryStatus { registry, members, .. }| {
        let registry = &*registry;
        members.iter_mut().map(move |member| (registry, member))
    });
    for (registry, member, user) in with_secrets(app, members.collect()) {
        let accepted = app.stamps().of(registry, &user).and_then(|stamp| stamp.accepted());
        member.standing = match accepted.filter(|accepted| *accepted <= now) {
            Some(accepted) => CheckResult::Remembered(accepted),
            None => CheckResult::NotAsked("offline, and no acceptance is remembered".to_owned()),
        };
    }
}
