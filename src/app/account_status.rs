//! The roll of registries and accounts, and how each account stands with its registry: asked about all at the same
//! time, or as remembered.

use std::time::{Duration, SystemTime};

use crate::app::{App, Resolved};
use crate::appview::{CHECK_LIMIT, Verdict, check_all};
use crate::domain::{Account, Accounts, KeeperName, Kept, Registries, RegistryUrl, ServerString, User, Why};
use crate::error::Failure;
use crate::platform::time;
use crate::terminal::Mark;

/// A registry and everybody who is logged in to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The registry.
    pub registry: RegistryUrl,
    /// The environment's account first, then those of the file in their order.
    pub members: Vec<Member>,
    /// Why no account is used for images that name none.
    pub undecided: Option<Failure>,
    /// Whether that stops every image, even one that names an account.
    pub is_blocked: bool,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account; none where the environment sets half of one.
    pub account: Option<Account>,
    /// Whether the environment brings it.
    pub is_from_environment: bool,
    /// The reason for which it is used where an image names none, if it is.
    pub why: Option<Why>,
    /// Whether the environment's account is used in its place, always.
    pub is_hidden: bool,
    /// How it stands.
    pub standing: Standing,
}

/// How an account stands with its registry, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The registry was asked just now.
    Asked(Verdict),
    /// The registry was not asked, and accepted it at that time.
    Remembered(SystemTime),
    /// The registry was not asked, and why.
    NotAsked(String),
    /// The environment sets only a part of an account.
    Incomplete(Failure),
    /// The credential store that keeps its secret does not hand it out.
    NoSecret(Failure),
}

impl Standing {
    /// The mark of its line. What could not be found out is no failure: Docker may be luckier.
    #[must_use]
    pub fn mark(&self) -> Mark {
        match self {
            Self::Asked(Verdict::Accepted) | Self::Remembered(_) => Mark::Good,
            Self::Asked(Verdict::Unknown(_)) | Self::NotAsked(_) => Mark::Warning,
            Self::Asked(Verdict::Rejected | Verdict::SessionExpired { .. })
            | Self::Incomplete(_)
            | Self::NoSecret(_) => Mark::Bad,
        }
    }

    /// How it stands and how that is known, in words.
    #[must_use]
    pub fn in_words(&self, now: SystemTime) -> String {
        match self {
            Self::Asked(Verdict::Accepted) => "accepted (asked just now)".to_owned(),
            Self::Asked(Verdict::Rejected) => "rejected (asked just now)".to_owned(),
            Self::Asked(Verdict::SessionExpired { .. }) => "session expired (asked just now)".to_owned(),
            Self::Remembered(accepted) => {
                let age = now.duration_since(*accepted).unwrap_or_default();
                format!("accepted {} ago (not asked again)", time::in_words(age))
            }
            Self::Asked(Verdict::Unknown(_)) | Self::NotAsked(_) => "not checked".to_owned(),
            Self::Incomplete(_) => "incomplete".to_owned(),
            Self::NoSecret(_) => "no secret".to_owned(),
        }
    }
}

impl Member {
    fn of_file(account: &Account, is_hidden: bool) -> Self {
        let standing = Standing::NotAsked(String::new());
        Self { account: Some(account.clone()), is_from_environment: false, why: None, is_hidden, standing }
    }

    fn of_environment(account: Result<Account, Failure>) -> Self {
        let (account, standing) = match account {
            Ok(account) => (Some(account), Standing::NotAsked(String::new())),
            Err(failure) => (None, Standing::Incomplete(failure)),
        };
        Self { account, is_from_environment: true, why: Some(Why::Environment), is_hidden: false, standing }
    }

    /// The account's name, or the variable that should hold it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.account.as_ref().map_or("ATCR_HANDLE", |account| account.handle.as_str())
    }

    /// The credential store that holds its secret, if device.json does not.
    #[must_use]
    pub fn keeper(&self) -> Option<&KeeperName> {
        match self.account.as_ref()?.secret {
            Kept::In(ref keeper) => Some(keeper),
            Kept::Here(_) => None,
        }
    }

    /// What is known besides its standing: the reason for it, or what mends it.
    #[must_use]
    pub fn remark(&self, host: &str) -> Option<String> {
        match &self.standing {
            Standing::Asked(Verdict::Unknown(reason)) | Standing::NotAsked(reason) => Some(reason.clone()),
            Standing::Asked(verdict) => verdict.remedy(host, self.is_from_environment),
            Standing::Incomplete(failure) => Some(failure.message.clone()),
            Standing::NoSecret(failure) => Some(failure.line()),
            Standing::Remembered(_) => None,
        }
    }
}

/// Everybody at every registry, or at the one that is wanted; nobody is asked about yet.
///
/// # Errors
/// When `ATCR_REGISTRY` names no registry, and the environment has an account for it.
pub fn roll(app: &App, registries: &Registries, wanted: Option<&RegistryUrl>) -> Result<Vec<Section>, Failure> {
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
) -> Section {
    let is_hidden = of_environment == Some(registry);
    let brought = if is_hidden { app.environment.credential().transpose() } else { None };
    let is_incomplete = matches!(brought, Some(Err(_)));
    let of_file = accounts.into_iter().flat_map(Accounts::iter).map(|account| Member::of_file(account, is_hidden));
    let mut members: Vec<Member> = brought.into_iter().map(Member::of_environment).chain(of_file).collect();
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
    Section { registry: registry.clone(), members, undecided, is_blocked }
}

/// The account that is used where nothing but the registry is named.
fn unnamed(app: &App, registry: &RegistryUrl) -> Result<Resolved, Failure> {
    app.resolve(&server(registry)?, |_| Vec::new())
}

fn server(registry: &RegistryUrl) -> Result<ServerString, Failure> {
    registry.to_string().parse().map_err(|error| Failure::new(format_args!("{registry} is {error}")))
}

/// Asks the registries about everybody, all at the same time, for at most [`CHECK_LIMIT`]. An acceptance is remembered
/// as `get` remembers it, and forgotten when it was withdrawn.
pub fn ask<'a>(app: &App, sections: impl IntoIterator<Item = &'a mut Section>) {
    let mut asked = Vec::new();
    for Section { registry, members, .. } in sections {
        // A registry that is no longer one of Docker's insecure ones would be sent the secret in clear.
        let refusal = server(registry).and_then(|server| app.registry(&server)).err();
        for member in members.iter_mut().filter(|member| member.account.is_some()) {
            match &refusal {
                Some(failure) => member.standing = Standing::NotAsked(failure.message.clone()),
                None => asked.push((&*registry, member)),
            }
        }
    }
    let asked = with_secrets(app, asked);
    let question = |(registry, _, user): &(&RegistryUrl, _, User)| (app.appview(registry), user.clone());
    let verdicts = check_all(asked.iter().map(question).collect(), CHECK_LIMIT);
    for ((registry, member, user), verdict) in asked.into_iter().zip(verdicts) {
        remember(app, registry, &user, &verdict);
        member.standing = Standing::Asked(verdict);
    }
}

/// Those of the members whose secret can be had. Of the others it is noted why not.
fn with_secrets<'a>(
    app: &App,
    members: Vec<(&'a RegistryUrl, &'a mut Member)>,
) -> Vec<(&'a RegistryUrl, &'a mut Member, User)> {
    let accounts: Vec<_> =
        members.iter().filter_map(|(registry, member)| Some((*registry, member.account.as_ref()?))).collect();
    let users = app.users(&accounts);
    let mut found = Vec::new();
    let members = members.into_iter().filter(|(_, member)| member.account.is_some());
    for ((registry, member), user) in members.zip(users) {
        match user {
            Ok(user) => found.push((registry, member, user)),
            Err(failure) => member.standing = Standing::NoSecret(failure),
        }
    }
    found
}

fn remember(app: &App, registry: &RegistryUrl, user: &User, verdict: &Verdict) {
    let Some(stamp) = app.stamps().of(registry, user) else { return };
    match verdict {
        Verdict::Accepted => {
            // Makes the folder too. Another process that has its turn will hear the same.
            let _turn = stamp.wait_for_turn(Duration::ZERO);
            stamp.accept(app.now());
        }
        Verdict::Rejected | Verdict::SessionExpired { .. } => stamp.forget(),
        Verdict::Unknown(_) => {}
    }
}

/// Says of everybody what is remembered, without a network.
pub fn recall(app: &App, sections: &mut [Section]) {
    let now = app.now();
    let members = sections.iter_mut().flat_map(|Section { registry, members, .. }| {
        let registry = &*registry;
        members.iter_mut().map(move |member| (registry, member))
    });
    for (registry, member, user) in with_secrets(app, members.collect()) {
        let accepted = app.stamps().of(registry, &user).and_then(|stamp| stamp.accepted());
        member.standing = match accepted.filter(|accepted| *accepted <= now) {
            Some(accepted) => Standing::Remembered(accepted),
            None => Standing::NotAsked("offline, and no acceptance is remembered".to_owned()),
        };
    }
}
