//! Takes secrets to where they are to be kept, and away from where they no longer are.
//!
//! The order is such that a secret is never in neither place: it is in the new one, and read back from there, before
//! device.json says so, and leaves the old one after that.

use super::{Deed, Entry, Fault, KeeperError, Keepers};
use crate::domain::{KeeperName, Kept, Registries, Secret};

/// Secrets that a store has been given, and that device.json does not name yet.
#[derive(Debug, Default)]
#[must_use]
pub struct Copies(Vec<Copy>);

#[derive(Debug)]
struct Copy {
    keeper: KeeperName,
    entry: Entry,
    secret: Secret,
    /// Whether device.json names the store for this account already: then the copy is all there is.
    is_named: bool,
}

impl Keepers {
    /// Hands every secret to the store that `registries` names, or fetches it from where it is if none is named.
    /// `before` is what device.json says.
    ///
    /// # Errors
    /// When a store fails; what it was given meanwhile is taken back.
    pub fn settle(&self, registries: &mut Registries, before: &Registries) -> Result<Copies, KeeperError> {
        let mut copies = Copies::default();
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
        copies: &mut Copies,
    ) -> Result<(), KeeperError> {
        let named = kept(before);
        let keeper = registries.keeper().cloned();
        registries.rekeep(|registry, account| {
            let entry = Entry::of(registry, &account.handle);
            let secret = match (&account.secret, &keeper) {
                (Kept::In(now), Some(keeper)) if now == keeper => return Ok(account.secret.clone()),
                (Kept::In(now), _) => self.get(now, &entry)?,
                (Kept::Here(secret), _) => secret.clone(),
            };
            let Some(keeper) = keeper.clone() else { return Ok(Kept::Here(secret)) };
            let is_named = named.contains(&(keeper.clone(), entry.clone()));
            self.put(&keeper, &entry, &secret)?;
            copies.0.push(Copy { keeper: keeper.clone(), entry, secret, is_named });
            Ok(Kept::In(keeper))
        })
    }

    /// After all are there, because of two that a store can't keep apart the first one is gone by then.
    fn read_back(&self, copies: &Copies) -> Result<(), KeeperError> {
        for Copy { keeper, entry, secret, .. } in &copies.0 {
            if self.get(keeper, entry)? != *secret {
                return Err(KeeperError::new(keeper, Deed::Put, entry, Fault::NotKept));
            }
        }
        Ok(())
    }

    /// Undoes what was done for a device.json that could not be written.
    pub fn take_back(&self, copies: Copies) {
        for Copy { keeper, entry, .. } in copies.0.into_iter().filter(|copy| !copy.is_named) {
            // The failure that led here is the one to report.
            drop(self.forget(&keeper, &entry));
        }
    }

    /// Has the stores forget what device.json no longer says they hold.
    ///
    /// # Errors
    /// When one can't, after all were asked.
    pub fn forget_others(&self, before: &Registries, after: &Registries) -> Result<(), KeeperError> {
        let still = kept(after);
        let gone = kept(before).into_iter().filter(|one| !still.contains(one));
        let forgotten = gone.map(|(keeper, entry)| self.forget(&keeper, &entry));
        forgotten.fold(Ok(()), Result::and)
    }
}

/// Every secret that a store holds, as `registries` say.
fn kept(registries: &Registries) -> Vec<(KeeperName, Entry)> {
    let mut kept = Vec::new();
    for (registry, accounts) in registries.iter() {
        for account in accounts.iter() {
            if let Kept::In(keeper) = &account.secret {
                kept.push((keeper.clone(), Entry::of(registry, &account.handle)));
            }
        }
    }
    kept
}

impl Copies {
    /// Whether any store was given anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
