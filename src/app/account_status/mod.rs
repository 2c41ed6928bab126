//! Every registry and account, and whether its credential is valid.

mod check;
mod load;

use std::fmt;
use std::time::{Duration, SystemTime};

use super::verify::remedy;
use crate::appview::CheckOutcome;
use crate::domain::{Account, Reason, RegistryUrl, StoreName};
use crate::error::{Error, Hint};
use crate::platform::time;
use crate::terminal::Mark;

pub(crate) use check::{check, load_cached};
pub(crate) use load::load;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RegistryStatus {
    pub(crate) registry: RegistryUrl,
    /// The environment's account first, then those of the file in their order.
    pub(crate) accounts: Vec<AccountStatus>,
    /// Why no account is used for images that name none.
    pub(crate) select_error: Option<Error>,
    /// Whether that stops every image, even one that names an account.
    pub(crate) is_blocked: bool,
    /// Whether Docker gets the accounts of another registry at the same host. They are not checked.
    pub(crate) is_unused: bool,
}

impl RegistryStatus {
    fn new(registry: &RegistryUrl, accounts: Vec<AccountStatus>, select_error: Option<Error>) -> Self {
        Self { registry: registry.clone(), accounts, select_error, is_blocked: false, is_unused: false }
    }
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CheckResult {
    /// Just now.
    Checked(CheckOutcome),
    /// Not now, but then.
    Cached { outcome: CheckOutcome, time: SystemTime, age: Duration },
    /// Why not.
    NotChecked(String),
    /// The environment sets only a part of an account.
    Incomplete(Error),
    /// The credential store does not hand out its secret.
    NoSecret(Error),
    /// No client gets it, whatever the registry would say: over http, or without the proof over TLS.
    Refused(Error),
}

impl CheckResult {
    /// Of the last check.
    pub(crate) fn outcome(&self) -> Option<&CheckOutcome> {
        match self {
            Self::Checked(outcome) | Self::Cached { outcome, .. } => Some(outcome),
            Self::NotChecked(_) | Self::Incomplete(_) | Self::NoSecret(_) | Self::Refused(_) => None,
        }
    }

    /// An unreachable registry is only a warning: Docker may still reach it.
    pub(crate) fn mark(&self) -> Mark {
        match (self, self.outcome()) {
            (_, Some(CheckOutcome::Valid)) => Mark::Good,
            (_, Some(CheckOutcome::Unknown(_))) | (Self::NotChecked(_), _) => Mark::Warning,
            _ => Mark::Bad,
        }
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (outcome, when) = match self {
            Self::Checked(outcome) => (outcome, "just now".to_owned()),
            Self::Cached { outcome, age, .. } if age.as_secs() == 0 => (outcome, "just now".to_owned()),
            Self::Cached { outcome, age, .. } => (outcome, format!("{} ago", time::in_words(*age))),
            Self::NotChecked(_) => return f.write_str("not checked"),
            Self::Incomplete(_) => return f.write_str("incomplete"),
            Self::NoSecret(_) => return f.write_str("no secret"),
            Self::Refused(_) => return f.write_str("not handed out"),
        };
        let found = match outcome {
            CheckOutcome::Valid => "valid",
            CheckOutcome::Rejected => "rejected",
            CheckOutcome::Expired { .. } => "session expired",
            CheckOutcome::Untrusted(_) => "registry not trusted",
            CheckOutcome::Unknown(_) => return f.write_str("check failed"),
        };
        write!(f, "{found} (checked {when})")
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
        self.account.as_ref()?.store()
    }

    /// Why the result is what it is, and what fixes it.
    pub(crate) fn reason_and_fix(&self, host: &str) -> (Option<String>, Option<Hint>) {
        match &self.result {
            CheckResult::Checked(outcome) | CheckResult::Cached { outcome, .. } => {
                let reason = match outcome {
                    CheckOutcome::Unknown(failure) | CheckOutcome::Untrusted(failure) => Some(failure.reason.clone()),
                    CheckOutcome::Valid | CheckOutcome::Rejected | CheckOutcome::Expired { .. } => None,
                };
                (reason, remedy(outcome, host, self.name(), self.is_from_environment))
            }
            CheckResult::NotChecked(reason) => (Some(reason.clone()), None),
            CheckResult::Incomplete(error) => (Some(error.message.clone()), None),
            CheckResult::NoSecret(error) | CheckResult::Refused(error) => {
                (Some(error.message.clone()), error.hint.clone())
            }
        }
    }

    /// Both on one line.
    pub(crate) fn detail(&self, host: &str) -> Option<Hint> {
        match self.reason_and_fix(host) {
            (Some(reason), Some(fix)) => Some(Hint::text(format_args!("{reason}; {fix}"))),
            (Some(reason), None) => Some(Hint::text(reason)),
            (None, fix) => fix,
        }
    }
}
