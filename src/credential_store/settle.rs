//! Takes secrets to where they are to be kept, and away from where they no longer are.
//!
//! The order is such that a secret is never in neither place: it is in the new one, and read back from there, before
//! device.json says so, and leaves the old one after that.

use super::{Cause, CredentialStores, Entry, Error, Operation};
use crate::domain::{Registries, Secret, SecretLocation, StoreName};

/// Secrets that a store has been given, and that device.json does not name yet.
#[derive(Debug, Default)]
#[must_use]
pub struct StagedSecrets(Vec<Copy>);

#[derive(Debug)]
struct Copy {
    store: StoreName,
    entry: Entry,
    secret: Secret,
    /// Whether device.json names the store for this account already: then the copy is all there is.
    is_named: bool,
}

impl CredentialStores {
    /// Hands every secret to the store that `registries` names, or fetches it from where it is if none is named.
    /// `before` is what device.json says.
    ///
    /// # Errors
    /// When a store fails; what it was given meanwhile is taken back.
    pub fn settle(&self, registries: &mut Registries, before: &Registries) -> Result<StagedSecrets, Error> {
        let mut copies = StagedSecrets::default();
        let settled = self.hand_over(registries, before, &mut copies).and_then(|()| self.read_back(&copies));
        match settled {
            Ok(()) => Ok(copies),
            Err(error) => {
                self.take_back(copies);
                Err(error)
            }
        }
    }

    fn hand_over(
        &self,
        registries: &mut Registries,
        before: &Registries,
        copies: &mut StagedSecrets,
    ) -> Result<(), Error> {
        let named = kept(before);
        let store = registries.store().cloned();
        registries.try_map_secrets(|registry, account| {
            let entry = Entry::of(registry, &account.handle);
            let secret = match (&account.secret, &store) {
                (SecretLocation::Store(now), Some(store)) if now == store => return Ok(account.secret.clone()),
                (SecretLocation::Store(now), _) => self.get(now, &entry)?,
                (SecretLocation::Inline(secret), _) => secret.clone(),
            };
            let Some(store) = store.clone() else { return Ok(SecretLocation::Inline(secret)) };
            let is_named = named.contains(&(store.clone(), entry.clone()));
            self.put(&store, &entry, &secret)?;
            copies.0.push(Copy { store: store.clone(), entry, secret, is_named });
            Ok(SecretLocation::Store(store))
        })
    }

    /// After all are there, because of two that a store can't keep apart the first one is gone by then.
    fn read_back(&self, copies: &StagedSecrets) -> Result<(), Error> {
        for Copy { store, entry, secret, .. } in &copies.0 {
            if self.get(store, entry)? != *secret {
                return Err(Error::new(store, Operation::Store, entry, Cause::NotKept));
            }
        }
        Ok(())
    }

    /// Undoes what was done for a device.json that could not be written.
    pub fn take_back(&self, copies: StagedSecrets) {
        for Copy { store, entry, .. } in copies.0.into_iter().filter(|copy| !copy.is_named) {
            // The failure that led here is the one to report.
            drop(self.forget(&store, &entry));
        }
    }

    /// Has the stores forget what device.json no longer says they hold.
    ///
    /// # Errors
    /// When one can't, after all were asked.
    pub fn forget_others(&self, before: &Registries, after: &Registries) -> Result<(), Error> {
        let still = kept(after);
        let gone = kept(before).into_iter().filter(|one| !still.contains(one));
        let forgotten = gone.map(|(store, entry)| self.forget(&store, &entry));
        forgotten.fold(Ok(()), Result::and)
    }
}

/// Every secret that a store holds, as `registries` say.
fn kept(registries: &Registries) -> Vec<(StoreName, Entry)> {
    let mut kept = Vec::new();
    for (registry, accounts) in registries.iter() {
        for account in accounts.iter() {
            if let SecretLocation::Store(store) = &account.secret {
                kept.push((store.clone(), Entry::of(registry, &account.handle)));
            }
        }
    }
    kept
}

impl StagedSecrets {
    /// Whether any store was given anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
