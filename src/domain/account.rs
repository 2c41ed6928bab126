//! Accounts, and what logging in, logging out and switching do to them.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Did, Handle, Identity, Secret, StoreName};

/// Longer than one `docker logout` takes between its erases, which are milliseconds apart.
const ONE_LOGOUT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretLocation {
    /// device.json or the environment holds it, or it has just been issued.
    Inline(Secret),
    Store(StoreName),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Docker's user name.
    pub handle: Handle,
    /// Missing where the AppView did not send it.
    pub did: Option<Did>,
    pub secret: SecretLocation,
}

/// What Docker is given, and what a registry checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    pub handle: Handle,
    pub secret: Secret,
}

/// A secret with the user name that it is sent with, which may be none.
#[derive(Debug, Clone)]
pub struct KnownSecret {
    pub user_name: String,
    pub secret: Secret,
}

impl From<&Credential> for KnownSecret {
    fn from(credential: &Credential) -> Self {
        Self { user_name: credential.handle.to_string(), secret: credential.secret.clone() }
    }
}

impl Account {
    pub fn is(&self, identity: &Identity) -> bool {
        match identity {
            Identity::Handle(handle) => *handle == self.handle,
            Identity::Did(did) => self.did.as_ref() == Some(did),
        }
    }

    /// Whether a login as `other` replaces this account. The same DID under another handle is the same account after a
    /// change of handle.
    pub fn is_same(&self, other: &Self) -> bool {
        self.handle == other.handle || (self.did.is_some() && self.did == other.did)
    }

    /// The credential store that holds its secret, if any does.
    pub fn store(&self) -> Option<&StoreName> {
        match &self.secret {
            SecretLocation::Store(store) => Some(store),
            SecretLocation::Inline(_) => None,
        }
    }
}

/// The accounts of one registry, in the order of their logins. No two share a handle; the active one, if any, is among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    active: Option<Handle>,
    accounts: Vec<Account>,
}

impl Accounts {
    /// Of two with one handle the first counts; an `active` that names none of
    /// them is none.
    pub fn new(mut accounts: Vec<Account>, active: Option<Identity>) -> Self {
        let handles: BTreeSet<&Handle> = accounts.iter().map(|account| &account.handle).collect();
        if handles.len() < accounts.len() {
            let mut handles = BTreeSet::new();
            accounts.retain(|account| handles.insert(account.handle.clone()));
        }
        let mut all = Self { active: None, accounts };
        if let Some(active) = active {
            all.switch(&active);
        }
        all
    }

    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    pub fn find(&self, identity: &Identity) -> Option<&Account> {
        self.iter().find(|account| account.is(identity))
    }

    pub fn active(&self) -> Option<&Account> {
        let active = self.active.as_ref()?;
        self.iter().find(|account| account.handle == *active)
    }

    /// The account, where there is no other.
    pub fn sole(&self) -> Option<&Account> {
        match &self.accounts[..] {
            [account] => Some(account),
            _ => None,
        }
    }

    /// Adds an account, or replaces the same one, and makes it active.
    pub fn log_in(&mut self, mut account: Account) {
        self.active = Some(account.handle.clone());
        if account.did.is_none() {
            let renewed = self.accounts.iter().find(|known| known.handle == account.handle);
            account.did = renewed.and_then(|known| known.did.clone());
        }
        let place = self.accounts.iter().position(|known| known.is_same(&account)).unwrap_or(self.accounts.len());
        self.accounts.retain(|known| !known.is_same(&account));
        self.accounts.insert(place, account);
    }

    /// Makes the account that `identity` names active. `false`: there is none.
    pub fn switch(&mut self, identity: &Identity) -> bool {
        let Some(account) = self.find(identity) else { return false };
        self.active = Some(account.handle.clone());
        true
    }

    /// Removes the account that `identity` names. No other becomes active: only the user decides what Docker uses next.
    pub fn log_out(&mut self, identity: &Identity) -> Option<Account> {
        let at = self.accounts.iter().position(|account| account.is(identity))?;
        let removed = self.accounts.remove(at);
        self.active.take_if(|active| *active == removed.handle);
        Some(removed)
    }

    /// Removes the active account, if there is one.
    pub fn log_out_active(&mut self) -> Option<Account> {
        let active = self.active.clone()?;
        self.log_out(&Identity::Handle(active))
    }

    /// What one erase of `docker logout` removes: the active account, or with none active the only one that is left.
    /// One `docker logout` erases up to four times, through helpers for one account too, and must not remove two accounts: so
    /// nothing right after another erase at this host (`since_logout`, if that was the last change), and the only one that is
    /// left not before no account has changed for a while (`since_change`, if that is known).
    pub fn log_out_as_docker(
        &mut self,
        since_change: Option<Duration>,
        since_logout: Option<Duration>,
    ) -> Option<Account> {
        if since_logout.is_some_and(|span| span < ONE_LOGOUT) {
            return None;
        }
        if self.active.is_some() {
            return self.log_out_active();
        }
        let is_same_logout = since_change.is_none_or(|span| span < ONE_LOGOUT);
        let sole = self.sole().filter(|_| !is_same_logout)?.handle.clone();
        self.log_out(&Identity::Handle(sole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(handle: &str, did: Option<&str>, secret: &str) -> Account {
        let did = did.map(|did| did.parse().unwrap());
        Account { handle: handle.parse().unwrap(), did, secret: SecretLocation::Inline(Secret::new(secret)) }
    }

    fn two() -> Accounts {
        let mut accounts = Accounts::default();
        accounts.log_in(account("a.example", Some("did:plc:a"), "1"));
        accounts.log_in(account("b.example", Some("did:plc:b"), "2"));
        accounts
    }

    fn handles(accounts: &Accounts) -> Vec<&str> {
        accounts.iter().map(|account| account.handle.as_str()).collect()
    }

    #[test]
    fn logging_in_again_renews_the_secret_and_makes_active() {
        let mut accounts = two();
        assert_eq!(accounts.active().unwrap().handle.as_str(), "b.example");
        accounts.log_in(account("a.example", None, "3"));
        assert_eq!(handles(&accounts), ["a.example", "b.example"]);
        assert_eq!(accounts.active(), Some(&account("a.example", Some("did:plc:a"), "3")));
    }

    #[test]
    fn a_changed_handle_replaces_the_account_of_the_same_did() {
        let mut accounts = two();
        accounts.log_in(account("new.example", Some("did:plc:a"), "3"));
        assert_eq!(handles(&accounts), ["new.example", "b.example"]);
    }

    #[test]
    fn a_login_replaces_the_same_handle_and_the_same_did() {
        let mut accounts = two();
        accounts.log_in(account("b.example", Some("did:plc:a"), "3"));
        assert_eq!(handles(&accounts), ["b.example"]);
    }

    #[test]
    fn docker_removes_the_active_account_whenever_it_changed() {
        for since_change in [None, Some(Duration::ZERO), Some(Duration::from_hours(1))] {
            let mut accounts = two();
            assert_eq!(accounts.log_out_as_docker(since_change, None).unwrap().handle.as_str(), "b.example");
            assert_eq!((handles(&accounts), accounts.active()), (vec!["a.example"], None));
        }
    }

    #[test]
    fn docker_removes_nothing_right_after_another_of_its_erases() {
        for (since_logout, is_removed) in [(None, true), (Some(1999), false), (Some(2000), true)] {
            let since_logout = since_logout.map(Duration::from_millis);
            assert_eq!(two().log_out_as_docker(since_logout, since_logout).is_some(), is_removed, "{since_logout:?}");
        }
    }

    #[test]
    fn docker_removes_the_last_account_after_two_seconds() {
        for (since_change, is_removed) in [
            (None, false),
            (Some(Duration::ZERO), false),
            (Some(Duration::from_millis(1999)), false),
            (Some(Duration::from_secs(2)), true),
        ] {
            let mut accounts = two();
            accounts.log_out_active();
            assert_eq!(accounts.log_out_as_docker(since_change, None).is_some(), is_removed, "{since_change:?}");
        }
    }

    #[test]
    fn docker_removes_none_of_several_inactive_accounts() {
        let mut accounts = Accounts::new(two().accounts, None);
        assert_eq!(accounts.log_out_as_docker(Some(Duration::from_hours(1)), None), None);
    }

    #[test]
    fn logging_out_another_account_leaves_the_active_one() {
        let mut accounts = two();
        assert!(accounts.log_out(&"did:plc:a".parse().unwrap()).is_some());
        assert_eq!(accounts.active().unwrap().handle.as_str(), "b.example");
    }

    #[test]
    fn switching_to_an_unknown_account_changes_nothing() {
        let mut accounts = two();
        assert!(!accounts.switch(&"c.example".parse().unwrap()));
        assert_eq!(accounts, two());
        assert!(accounts.switch(&"A.example".parse().unwrap()));
        assert_eq!(accounts.active().unwrap().handle.as_str(), "a.example");
    }
}
