//! Which account is used, and why.

use super::named::strongest;
use super::{Access, Account, Accounts, Handle, Identity, ImageOwner, Reason};

/// What decides, besides the accounts.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a, W, F> {
    /// The environment's account, if it is for this registry (`ATCR_HANDLE` and its secret).
    pub environment: Option<&'a Account>,
    /// `ATCR_ACCOUNT`.
    pub account_variable: Option<&'a Identity>,
    /// The account that the helper is named after, as `docker-credential-atcr-HANDLE`.
    pub helper: Option<&'a Identity>,
    /// The identity in the server string's own path.
    pub path: Option<&'a Identity>,
    /// The owners of the images that the nearest command line names. Called only where they decide, because reading other
    /// processes takes time.
    pub words: W,
    /// The owners of the images in the files that the client reads. Called only where the words do not decide.
    pub files: F,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected<'a> {
    pub account: &'a Account,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectError {
    NotLoggedIn,
    /// `ATCR_ACCOUNT` names an account that is not logged in.
    NoSuchAccount(Identity),
    /// The helper is named after an account that is not logged in.
    NoHelperAccount(Identity),
    /// Several accounts, and nothing selects one.
    Ambiguous,
    /// One command pushes images of several accounts.
    Rivals {
        handles: Vec<Handle>,
        /// That names them, if the words do not.
        file: Option<String>,
    },
}

/// Selects the account for one registry. It is always one that is named or active, or the only one.
pub fn select<'a, 'o, W, F>(accounts: &'a Accounts, inputs: Inputs<'a, W, F>) -> Result<Selected<'a>, SelectError>
where
    W: FnOnce() -> &'o [ImageOwner],
    F: FnOnce() -> &'o [ImageOwner],
{
    let selected = |account, reason| Ok(Selected { account, reason });
    if let Some(account) = inputs.environment {
        return selected(account, Reason::Environment);
    }
    if let Some(identity) = inputs.account_variable.filter(|_| !accounts.is_empty()) {
        let account = accounts.find(identity).ok_or_else(|| SelectError::NoSuchAccount(identity.clone()))?;
        return selected(account, Reason::AccountVariable);
    }
    // Above what images name: whoever configured a helper of this name said which account, once and for all. Below the
    // variables, which are set for one command.
    if let Some(identity) = inputs.helper {
        let account = accounts.find(identity).ok_or_else(|| SelectError::NoHelperAccount(identity.clone()))?;
        return selected(account, Reason::Helper);
    }
    if accounts.is_empty() {
        return Err(SelectError::NotLoggedIn);
    }
    if let Some(account) = inputs.path.and_then(|identity| accounts.find(identity)) {
        return selected(account, Reason::Image);
    }
    if let Some(account) = accounts.sole() {
        return selected(account, if accounts.active().is_some() { Reason::Active } else { Reason::Sole });
    }
    let named = strongest(accounts, (inputs.words)(), inputs.files);
    if let [account] = named.accounts[..] {
        return selected(account, named.reason());
    }
    if named.access == Some(Access::Written) {
        let handles = named.accounts.iter().map(|account| account.handle.clone()).collect();
        return Err(SelectError::Rivals { handles, file: named.file.map(str::to_owned) });
    }
    match accounts.active() {
        Some(active) => selected(active, Reason::Active),
        None => Err(SelectError::Ambiguous),
    }
}

#[cfg(test)]
mod tests;
