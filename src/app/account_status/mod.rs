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
    /// An unreachable registry is only a warning: Docker may still reach it.
    pub(crate) fn mark(&self) -> Mark {
        match self {
            Self::Checked(CheckOutcome::Valid) | Self::Cached { .. } => Mark::Good,
            Self::Checked(CheckOutcome::Unknown(_)) | Self::NotChecked(_) => Mark::Warning,
            Self::Checked(CheckOutcome::Rejected | CheckOutcome::Expired { .. } | CheckOutcome::Untrusted(_))
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
            Self::Checked(CheckOutcome::Untrusted(_)) => f.write_str("registry not trusted (checked just now)"),
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
        self.account.as_ref()?.store()
    }

    /// The reason for the result, or what fixes it.
    pub(crate) fn detail(&self, host: &str) -> Option<Hint> {
        match &self.result {
            CheckResult::Checked(CheckOutcome::Unknown(reason)) | CheckResult::NotChecked(reason) => {
                Some(Hint::text(reason))
            }
            CheckResult::Checked(CheckOutcome::Untrusted(failure)) => Some(Hint::text(failure.line())),
            CheckResult::Checked(outcome) => remedy(outcome, host, self.is_from_environment),
            CheckResult::Incomplete(error) => Some(Hint::text(&error.message)),
            CheckResult::NoSecret(error) => Some(Hint::text(error.line())),
            CheckResult::Cached { .. } => None,
        }
    }
}
