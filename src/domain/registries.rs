//! The registries of device.json and their accounts.

use super::{Accounts, RegistryUrl, StoreName};

/// In the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registries {
    registries: Vec<(RegistryUrl, Accounts)>,
}

impl Registries {
    pub fn iter(&self) -> impl Iterator<Item = (&RegistryUrl, &Accounts)> {
        self.registries.iter().map(|(registry, accounts)| (registry, accounts))
    }

    /// Those with accounts.
    pub fn in_use(&self) -> impl Iterator<Item = (&RegistryUrl, &Accounts)> {
        self.iter().filter(|(_, accounts)| !accounts.is_empty())
    }

    pub fn get(&self, registry: &RegistryUrl) -> Option<&Accounts> {
        self.iter().find(|(known, _)| *known == registry).map(|(_, accounts)| accounts)
    }

    /// The accounts at `registry`, and no others.
    pub fn into_accounts(self, registry: &RegistryUrl) -> Accounts {
        let mut registries = self.registries.into_iter();
        registries.find(|(known, _)| known == registry).map(|(_, accounts)| accounts).unwrap_or_default()
    }

    /// Every credential store that holds the secret of an account, once.
    pub fn stores(&self) -> Vec<&StoreName> {
        let mut stores = Vec::new();
        for account in self.iter().flat_map(|(_, accounts)| accounts.iter()) {
            if let Some(store) = account.store()
                && !stores.contains(&store)
            {
                stores.push(store);
            }
        }
        stores
    }

    pub fn has_accounts(&self, registry: &RegistryUrl) -> bool {
        self.get(registry).is_some_and(|accounts| !accounts.is_empty())
    }

    /// The accounts at `registry`, to be changed. Adds the registry if it is not there.
    pub fn at(&mut self, registry: &RegistryUrl) -> &mut Accounts {
        let at = self.registries.iter().position(|(known, _)| known == registry).unwrap_or_else(|| {
            self.registries.push((registry.clone(), Accounts::default()));
            self.registries.len() - 1
        });
        &mut self.registries[at].1
    }
}
