//! Secrets in device.json and in other credential stores.
//!
//! A secret is in its store, and read back, before device.json names the store. It is erased from its old place last, so
//! that it is always in one. That of an account that is logged out is erased first: whoever is interrupted then can log out
//! again, and no store is left with a secret that nothing names.

use std::time::Duration;

use super::App;
use crate::credential_store::{self, Cause, Entry, Operation};
use crate::domain::{
    Account, Accounts, Credential, Identity, Registries, RegistryUrl, Secret, SecretLocation, StoreName,
};
use crate::error::Error;

/// An account and the registry it is for.
#[derive(Debug, Clone, Copy)]
pub struct AccountAt<'a> {
    pub registry: &'a RegistryUrl,
    pub account: &'a Account,
}

/// Where a login's secret goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// Where the account's secret is now; device.json for a new account.
    Keep,
    File,
    Store(StoreName),
}

/// A change of the accounts, decided under the lock of device.json and then carried out by [`App::update`].
#[derive(Debug)]
pub struct Change {
    pub registries: Registries,
    /// How long ago the file was changed before. `None`: there was none, or the clock has been set back.
    since_last: Option<Duration>,
    /// The host of the `docker logout` that the last change was a part of, and of the one that this is.
    last_logout: Option<String>,
    docker_logout: Option<String>,
    new_secrets: Vec<StagedSecret>,
}

impl Change {
    /// What one erase of `docker logout` removes: the account that it names, else see [`Accounts::log_out_as_docker`].
    pub fn log_out_as_docker(&mut self, registry: &RegistryUrl, named: Option<&Identity>) -> Option<Account> {
        let host = registry.host();
        let since_logout = self.since_last.filter(|_| self.last_logout.as_ref() == Some(&host));
        let accounts = self.registries.at(registry);
        let removed = match named {
            Some(identity) => accounts.log_out(identity),
            None => accounts.log_out_as_docker(self.since_last, since_logout),
        };
        self.docker_logout = Some(host);
        removed
    }

    /// Whether this is another erase of the `docker logout` that made the last change.
    fn goes_on_with_logout(&self) -> bool {
        self.docker_logout.is_some() && self.docker_logout == self.last_logout
    }

    /// Adds an account or replaces the same one, and makes it active.
    pub fn log_in(&mut self, registry: &RegistryUrl, mut account: Account, choice: &StoreChoice) {
        let accounts = self.registries.at(registry);
        let store = match choice {
            StoreChoice::Keep => {
                accounts.iter().find(|known| known.is_same(&account)).and_then(Account::store).cloned()
            }
            StoreChoice::File => None,
            StoreChoice::Store(store) => Some(store.clone()),
        };
        if let (SecretLocation::Inline(secret), Some(store)) = (&account.secret, store) {
            let at = (store.clone(), Entry::of(registry, &account.handle));
            self.new_secrets.push(StagedSecret { at, secret: secret.clone() });
            account.secret = SecretLocation::Store(store);
        }
        accounts.log_in(account);
    }
}

/// What [`App::update_with_leftovers`] did.
#[derive(Debug)]
pub struct Updated<T> {
    pub value: T,
    /// The change is made, but a store still holds a secret that is no longer used.
    pub leftovers: Vec<credential_store::Error>,
}

impl App {
    /// An account with its secret, wherever that is.
    pub fn credential(&self, registry: &RegistryUrl, account: &Account) -> Result<Credential, Error> {
        let secret = match &account.secret {
            SecretLocation::Inline(secret) => secret.clone(),
            SecretLocation::Store(store) => self.stores().get(store, &Entry::of(registry, &account.handle))?,
        };
        Ok(Credential { handle: account.handle.clone(), secret })
    }

    /// The same for many accounts, in their order. Reads from all stores at the same time.
    pub fn credentials(&self, accounts: &[AccountAt<'_>]) -> Vec<Result<Credential, Error>> {
        let mut wanted = Vec::new();
        for AccountAt { registry, account } in accounts {
            if let Some(store) = account.store() {
                wanted.push((store.clone(), Entry::of(registry, &account.handle)));
            }
        }
        let mut fetched = self.stores().get_all(&wanted).into_iter();
        let mut credentials = Vec::new();
        for AccountAt { registry, account } in accounts {
            let fetched = if account.store().is_some() { fetched.next() } else { None };
            credentials.push(match fetched {
                Some(Ok(secret)) => Ok(Credential { handle: account.handle.clone(), secret }),
                Some(Err(error)) => Err(error.into()),
                None => self.credential(registry, account),
            });
        }
        credentials
    }

    /// Changes the accounts, while no other process does. `decide` must not have effects; if it fails, nothing changes.
    ///
    /// # Errors
    /// Also when the change is made, but a store could not erase a secret that is no longer used.
    pub fn update<T>(&self, decide: impl FnOnce(&mut Change) -> Result<T, Error>) -> Result<T, Error> {
        let Updated { value, leftovers } = self.update_with_leftovers(decide)?;
        leftovers.into_iter().next().map_or(Ok(value), |error| Err(error.into()))
    }

    /// The same, but a store that can't erase is no error.
    pub fn update_with_leftovers<T>(
        &self,
        decide: impl FnOnce(&mut Change) -> Result<T, Error>,
    ) -> Result<Updated<T>, Error> {
        let mut file = self.accounts.lock()?;
        let since_last = file.last_change().and_then(|time| self.now().duration_since(time).ok());
        let mut change = Change {
            registries: file.registries().clone(),
            since_last,
            last_logout: file.docker_logout().map(str::to_owned),
            docker_logout: None,
            new_secrets: Vec::new(),
        };
        let value = decide(&mut change)?;
        if change.goes_on_with_logout() && change.registries == *file.registries() {
            file.prolong_logout(self.now());
        }

        let Orphans { logged_out, replaced } = Orphans::between(file.registries(), &change.registries);
        let mut leftovers = self.erase(&logged_out);
        let stored = self.store_secrets(&change.new_secrets).map_err(Error::from);
        if let Err(error) = stored.and_then(|()| Ok(file.save(&change.registries, change.docker_logout.as_deref())?)) {
            self.rollback(&change.new_secrets, file.registries());
            return Err(error);
        }
        if !change.new_secrets.is_empty() {
            file.remove_backup()?;
        }
        leftovers.extend(self.erase(&replaced));
        Ok(Updated { value, leftovers })
    }

    /// Stores each and reads it back.
    fn store_secrets(&self, secrets: &[StagedSecret]) -> Result<(), credential_store::Error> {
        for StagedSecret { at: (store, entry), secret } in secrets {
            self.stores().store(store, entry, secret)?;
            if self.stores().get(store, entry)? != *secret {
                return Err(credential_store::Error::new(store, Operation::Store, entry, Cause::NotKept));
            }
        }
        Ok(())
    }

    /// Erases what was stored, but for an account that is in that store already: its secret was overwritten, so that the
    /// new one is all there is.
    fn rollback(&self, secrets: &[StagedSecret], before: &Registries) {
        let in_use = stored_secrets(before);
        for StagedSecret { at, .. } in secrets {
            if !in_use.contains(at) {
                // The error that led here is the one to report.
                let _ = self.stores().erase(&at.0, &at.1);
            }
        }
    }

    /// Tries all, and returns what could not be erased.
    fn erase(&self, secrets: &[StoredSecret]) -> Vec<credential_store::Error> {
        secrets.iter().filter_map(|(store, entry)| self.stores().erase(store, entry).err()).collect()
    }
}

/// What a change leaves in stores.
#[derive(Debug, Default)]
struct Orphans {
    logged_out: Vec<StoredSecret>,
    /// By a login: of accounts that have another secret now, or the same one elsewhere, or whose handle is another's.
    replaced: Vec<StoredSecret>,
}

impl Orphans {
    fn between(before: &Registries, after: &Registries) -> Self {
        let mut orphans = Self::default();
        if before.stores().is_empty() {
            return orphans;
        }
        let in_use = stored_secrets(after);
        for (registry, accounts) in before.iter() {
            // Nobody is new or changed. A login that fails in the end must have erased nothing, of another account either.
            let is_known = |account: &Account| accounts.iter().any(|known| known == account);
            let is_logout = after.get(registry).is_none_or(|left| left.iter().all(is_known));
            let gone = if is_logout { &mut orphans.logged_out } else { &mut orphans.replaced };
            gone.extend(accounts.iter().filter_map(|account| stored_secret(registry, account)));
            gone.retain(|at| !in_use.contains(at));
        }
        orphans
    }
}

/// Where a store holds a secret.
type StoredSecret = (StoreName, Entry);

/// A secret for a store, before device.json names the store.
#[derive(Debug)]
struct StagedSecret {
    at: StoredSecret,
    secret: Secret,
}

/// Every secret that a store holds, as `registries` say.
fn stored_secrets(registries: &Registries) -> Vec<StoredSecret> {
    let of_registry = |(registry, accounts): (_, &Accounts)| {
        accounts.iter().filter_map(|account| stored_secret(registry, account)).collect::<Vec<_>>()
    };
    registries.iter().flat_map(of_registry).collect()
}

fn stored_secret(registry: &RegistryUrl, account: &Account) -> Option<StoredSecret> {
    account.store().map(|store| (store.clone(), Entry::of(registry, &account.handle)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(did: &str, secret: SecretLocation) -> Account {
        Account { handle: "a.example".parse().unwrap(), did: Some(did.parse().unwrap()), secret }
    }

    #[test]
    fn only_a_logout_erases_before_the_change_is_saved() {
        let registry = "https://atcr.io".parse().unwrap();
        let mut before = Registries::default();
        before.at(&registry).log_in(account("did:plc:a", SecretLocation::Store("pass".parse().unwrap())));
        let counts = |after: &Registries| {
            let Orphans { logged_out, replaced } = Orphans::between(&before, after);
            (logged_out.len(), replaced.len())
        };
        let mut after = before.clone();
        assert_eq!(counts(&after), (0, 0));
        after.at(&registry).log_out_active();
        assert_eq!(counts(&after), (1, 0));
        // The handle is another account's now: if the login fails, the one before is still there.
        for did in ["did:plc:a", "did:plc:b"] {
            let mut after = before.clone();
            after.at(&registry).log_in(account(did, SecretLocation::Inline(Secret::new("new"))));
            assert_eq!(counts(&after), (0, 1), "{did}");
        }
    }
}
