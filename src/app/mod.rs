//! What Docker's verbs, the kubelet's protocol and a person's commands share.

pub mod account_status;
mod client;
mod did_you_mean;
mod resolve;
pub mod secrets;
mod target;
mod token;
mod verify;

use std::cell::OnceCell;
use std::time::SystemTime;

use crate::appview::AppView;
use crate::credential_store::CredentialStores;
use crate::domain::{Account, Credential, InsecureRegistries, RegistryUrl, SecretLocation, ServerString};
use crate::error::{Error, Kind};
use crate::platform::environment::Environment;
use crate::storage::accounts_file::AccountsFile;
use crate::storage::validation_cache::ValidationCache;
use crate::terminal::print_status;
use crate::text::sanitize;
use crate::update::RELEASE_KEY;

pub(crate) use client::{AskingClient, logged_out};
pub(crate) use did_you_mean::did_you_mean;
pub(crate) use resolve::Resolved;
pub(crate) use token::Permission;

/// The environment, and what is made from it.
#[derive(Debug)]
pub struct App {
    pub(crate) environment: Environment,
    pub(crate) accounts: AccountsFile,
    /// Whose signature a new version must have; None in a build without a key.
    pub(crate) release_key: Option<&'static str>,
    /// Read from daemon.json when first needed.
    insecure: OnceCell<InsecureRegistries>,
}

impl App {
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let accounts = AccountsFile::new(environment.config_dir.clone());
        Self { environment, accounts, release_key: RELEASE_KEY, insecure: OnceCell::new() }
    }

    #[must_use]
    pub fn with_release_key(self, release_key: Option<&'static str>) -> Self {
        Self { release_key, ..self }
    }

    /// Prints what was decided, with `ATCR_DEBUG`. The text must not hold a secret.
    pub(crate) fn debug(&self, text: impl FnOnce() -> String) {
        if self.environment.debug {
            print_status(format!("atcr: {}", sanitize(&text())));
        }
    }

    pub(crate) fn appview(&self, registry: &RegistryUrl) -> AppView {
        AppView::new(registry.clone(), self.environment.certificates())
            .knowing(self.environment.credential.known_secrets())
    }

    pub(crate) fn stores(&self) -> CredentialStores {
        CredentialStores::new(self.environment.search_path())
    }

    pub(crate) fn validation_cache(&self) -> ValidationCache {
        ValidationCache::new(self.accounts.trusted_folder())
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

    /// [`App::resolve`], with the account's secret from wherever it is stored.
    pub(crate) fn resolve_credential(
        &self,
        server: &ServerString,
        client: Option<&AskingClient>,
    ) -> Result<(Resolved, Credential), Error> {
        let resolved = self.resolve(server, client)?;
        let credential = self.credential(&resolved.registry, &resolved.account)?;
        Ok((resolved, credential))
    }

    /// The credential for a client, unless the registry rejects it.
    pub(crate) fn verified_credential(
        &self,
        server: &ServerString,
        client: &AskingClient,
    ) -> Result<Credential, Error> {
        let resolved = self.resolve(server, Some(client))?;
        let credential = self.credential(&resolved.registry, &resolved.account);
        // As where the registry rejects it: what needs no account goes on without one.
        let credential = credential.map_err(|error| Error { kind: Kind::NoUsableAccount, ..error })?;
        self.verify(&resolved, &credential, Some(client))?;
        Ok(credential)
    }
}
