//! What Docker's verbs, the kubelet's protocol and a person's commands share.

pub mod account_status;
mod resolve;
mod target;
mod verify;

use std::cell::OnceCell;
use std::time::SystemTime;

use crate::appview::AppView;
use crate::credential_store::{CredentialStores, Entry};
use crate::domain::{Account, Credential, ImageOwner, InsecureRegistries, RegistryUrl, SecretLocation, ServerString};
use crate::error::Error;
use crate::platform::environment::Environment;
use crate::storage::accounts_file::AccountsFile;
use crate::storage::validation_cache::ValidationCache;
use crate::terminal::print_status;

pub(crate) use resolve::Resolved;

/// The environment, and what is made from it.
#[derive(Debug)]
pub struct App {
    pub(crate) environment: Environment,
    pub(crate) accounts: AccountsFile,
    pub(crate) stores: CredentialStores,
    /// Read from daemon.json when first needed.
    insecure: OnceCell<InsecureRegistries>,
}

impl App {
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let stores = CredentialStores::new(environment.search_path.clone());
        let accounts = AccountsFile::new(environment.config_dir.clone(), stores.clone());
        Self { environment, accounts, stores, insecure: OnceCell::new() }
    }

    /// Prints what was decided, with `ATCR_DEBUG`. The text must not hold a secret.
    pub(crate) fn debug(&self, text: impl FnOnce() -> String) {
        if self.environment.debug {
            print_status(format!("atcr: {}", text()));
        }
    }

    pub(crate) fn appview(&self, registry: &RegistryUrl) -> AppView {
        AppView::new(registry.clone(), self.environment.certificates.clone())
    }

    pub(crate) fn validation_cache(&self) -> ValidationCache {
        ValidationCache::new(self.accounts.folder())
    }

    /// For an account that is gone. The validation of a secret in a credential store stays until it is swept: it is
    /// not worth reading the secret for its file name.
    pub(crate) fn forget_validation(&self, registry: &RegistryUrl, account: &Account) {
        let SecretLocation::Inline(secret) = &account.secret else { return };
        let credential = Credential { handle: account.handle.clone(), secret: secret.clone() };
        if let Some(validation) = self.validation_cache().of(registry, &credential) {
            validation.forget();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// An account with its secret, wherever that is kept.
    ///
    /// # Errors
    /// When a credential store does not hand it out.
    pub(crate) fn user(&self, registry: &RegistryUrl, account: &Account) -> Result<Credential, Error> {
        let secret = match &account.secret {
            SecretLocation::Inline(secret) => secret.clone(),
            SecretLocation::Store(store) => self.stores.get(store, &Entry::of(registry, &account.handle))?,
        };
        Ok(Credential { handle: account.handle.clone(), secret })
    }

    /// The same for many accounts, whose stores are asked all at the same time. In the order of the accounts.
    pub(crate) fn users(&self, accounts: &[(&RegistryUrl, &Account)]) -> Vec<Result<Credential, Error>> {
        let wanted = accounts.iter().filter_map(|(registry, account)| match &account.secret {
            SecretLocation::Inline(_) => None,
            SecretLocation::Store(store) => Some((store.clone(), Entry::of(registry, &account.handle))),
        });
        let wanted: Vec<_> = wanted.collect();
        let mut fetched = self.stores.get_all(&wanted).into_iter();
        let user = |(registry, account): &(&RegistryUrl, &Account)| match &account.secret {
            SecretLocation::Store(_) => {
                let secret = fetched.next().transpose()?;
                let user = secret.map(|secret| Credential { handle: account.handle.clone(), secret });
                user.map_or_else(|| self.user(registry, account), Ok)
            }
            SecretLocation::Inline(_) => self.user(registry, account),
        };
        accounts.iter().map(user).collect()
    }

    /// The same with the account's secret, wherever that is kept.
    ///
    /// # Errors
    /// Those of [`App::resolve`], and when a credential store does not hand the secret out.
    pub(crate) fn resolve_credential(
        &self,
        server: &ServerString,
        command_line: impl Fn(&RegistryUrl) -> Vec<ImageOwner>,
    ) -> Result<(Resolved, Credential), Error> {
        let user = |resolved: &Resolved| self.user(&resolved.registry, &resolved.account);
        let resolved = self.resolve(server, &command_line)?;
        match user(&resolved) {
            Ok(user) => Ok((resolved, user)),
            Err(failure) => {
                // A login may have moved the secret after device.json was read.
                let moved = self.resolve(server, &command_line)?;
                if moved == resolved {
                    return Err(failure);
                }
                user(&moved).map(|user| (moved, user))
            }
        }
    }
}
