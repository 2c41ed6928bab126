//! Accounts, and what logging in, logging out and switching do to them.

use std::collections::BTreeSet;

use super::{Did, Handle, Identity, RegistryUrl, Secret, StoreName};

/// Where an account's secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretLocation {
    /// At hand: device.json or the environment holds it, or it has just been issued.
    Inline(Secret),
    /// In another credential store, which is asked for it when it is needed.
    Store(StoreName),
}

/// An account at one registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name that the account is known by, and Docker's user name.
    pub handle: Handle,
    /// Its lasting name, where the AppView told it.
    pub did: Option<Did>,
    /// What it proves itself with.
    pub secret: SecretLocation,
}

/// Who a registry is told that we are, and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Docker's user name.
    pub handle: Handle,
    /// The secret.
    pub secret: Secret,
}

impl Account {
    /// Whether `identity` names this account.
    #[must_use]
    pub fn is(&self, identity: &Identity) -> bool {
        match identity {
            Identity::Handle(handle) => *handle == self.handle,
            Identity::Did(did) => self.did.as_ref() == Some(did),
        }
    }
}

/// The accounts of one registry, in the order they came. No two share a handle; the active one, if any, is among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    active: Option<Handle>,
    accounts: Vec<Account>,
}

impl Accounts {
    /// The accounts as a file names them. Of two with one handle the first counts; an `active` that names none of
    /// them is none.
    #[must_use]
    pub fn new(mut accounts: Vec<Account>, active: Option<Identity>) -> Self {
        let mut handles = BTreeSet::new();
        let is_first: Vec<bool> = accounts.iter().map(|account| handles.insert(&account.handle)).collect();
        let mut is_first = is_first.into_iter();
        accounts.retain(|_| is_first.next() == Some(true));
        let mut all = Self { active: None, accounts };
        if let Some(active) = active {
            all.switch(&active);
        }
        all
    }

    /// All accounts in order.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// Whether nobody is logged in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// The account that `identity` names.
    #[must_use]
    pub fn find(&self, identity: &Identity) -> Option<&Account> {
        self.iter().find(|account| account.is(identity))
    }

    /// The account that somebody made active.
    #[must_use]
    pub fn active(&self) -> Option<&Account> {
        let active = self.active.as_ref()?;
        self.iter().find(|account| account.handle == *active)
    }

    /// The account, where there is no other.
    #[must_use]
    pub fn sole(&self) -> Option<&Account> {
        match &self.accounts[..] {
            [account] => Some(account),
            _ => None,
        }
    }

    /// Adds an account, or renews the one of the same handle, and makes it active. An account of the same DID under
    /// another handle is the same person after a change of handle, and is replaced.
    pub fn log_in(&mut self, mut account: Account) {
        self.active = Some(account.handle.clone());
        if account.did.is_none() {
            let renewed = self.accounts.iter().find(|known| known.handle == account.handle);
            account.did = renewed.and_then(|known| known.did.clone());
        }
        let same_person =
            |known: &Account| known.handle == account.handle || (known.did.is_some() && known.did == account.did);
        let place = self.accounts.iter().position(same_person).unwrap_or(self.accounts.len());
        self.accounts.retain(|known| !same_person(known));
        self.accounts.insert(place, account);
    }

    /// Makes the account that `identity` names active. `false`: there is none.
    pub fn switch(&mut self, identity: &Identity) -> bool {
        let handle = self.find(identity).map(|account| account.handle.clone());
        let found = handle.is_some();
        self.active = handle.or_else(|| self.active.take());
        found
    }

    /// Removes the account that `identity` names. Nobody else becomes active in its place: what Docker uses next is
    /// for a person to say.
    pub fn log_out(&mut self, identity: &Identity) -> Option<Account> {
        let at = self.accounts.iter().position(|account| account.is(identity))?;
        let removed = self.accounts.remove(at);
        self.active.take_if(|active| *active == removed.handle);
        Some(removed)
    }

    /// Removes the active account. With none active it removes nothing, because `docker logout` asks twice and must
    /// not take two accounts.
    pub fn log_out_active(&mut self) -> Option<Account> {
        let active = self.active.clone()?;
        self.log_out(&Identity::Handle(active))
    }
}

/// Every registry that somebody logged in to, in the order they came, and where new secrets are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registries {
    store: Option<StoreName>,
    registries: Vec<(RegistryUrl, Accounts)>,
}

impl Registries {
    /// The credential store that secrets are handed to; none: device.json itself.
    #[must_use]
    pub fn store(&self) -> Option<&StoreName> {
        self.store.as_ref()
    }

    /// Says where secrets are to be kept. They are still where they were.
    pub fn set_credential_store(&mut self, store: Option<StoreName>) {
        self.store = store;
    }

    /// Asks of each account where its secret is from now on.
    ///
    /// # Errors
    /// The first of `keep`; what it answered before counts.
    pub fn try_map_secrets<E>(
        &mut self,
        mut keep: impl FnMut(&RegistryUrl, &Account) -> Result<SecretLocation, E>,
    ) -> Result<(), E> {
        for (registry, accounts) in &mut self.registries {
            for account in &mut accounts.accounts {
                account.secret = keep(registry, account)?;
            }
        }
        Ok(())
    }

    /// The registries and their accounts.
    pub fn iter(&self) -> impl Iterator<Item = (&RegistryUrl, &Accounts)> {
        self.registries.iter().map(|(registry, accounts)| (registry, accounts))
    }

    /// The accounts at `registry`.
    #[must_use]
    pub fn get(&self, registry: &RegistryUrl) -> Option<&Accounts> {
        self.iter().find(|(known, _)| *known == registry).map(|(_, accounts)| accounts)
    }

    /// The accounts at `registry`, to be changed; none to begin with.
    pub fn at(&mut self, registry: &RegistryUrl) -> &mut Accounts {
        let at = self.registries.iter().position(|(known, _)| known == registry).unwrap_or_else(|| {
            self.registries.push((registry.clone(), Accounts::default()));
            self.registries.len() - 1
        });
        &mut self.registries[at].1
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
    fn logging_in_makes_the_account_active() {
        assert_eq!(two().active().unwrap().handle.as_str(), "b.example");
    }

    #[test]
    fn logging_in_again_renews_the_secret_and_keeps_place_and_did() {
        let mut accounts = two();
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
    fn a_handle_that_took_anothers_place_leaves_one_account_of_each() {
        let mut accounts = two();
        accounts.log_in(account("b.example", Some("did:plc:a"), "3"));
        assert_eq!(handles(&accounts), ["b.example"]);
    }

    #[test]
    fn logging_out_the_active_account_twice_removes_one() {
        let mut accounts = two();
        assert_eq!(accounts.log_out_active().unwrap().handle.as_str(), "b.example");
        assert_eq!(accounts.log_out_active(), None);
        assert_eq!((handles(&accounts), accounts.active()), (vec!["a.example"], None));
    }

    #[test]
    fn logging_out_another_account_leaves_the_active_one() {
        let mut accounts = two();
        assert!(accounts.log_out(&"did:plc:a".parse().unwrap()).is_some());
        assert_eq!(accounts.active().unwrap().handle.as_str(), "b.example");
    }

    #[test]
    fn switching_to_nobody_changes_nothing() {
        let mut accounts = two();
        assert!(!accounts.switch(&"c.example".parse().unwrap()));
        assert_eq!(accounts, two());
        assert!(accounts.switch(&"A.example".parse().unwrap()));
        assert_eq!(accounts.active().unwrap().handle.as_str(), "a.example");
    }
}
