//! What every command is given.

pub mod account_status;
pub mod secrets;

use std::cell::OnceCell;
use std::time::SystemTime;

use crate::appview::AppView;
use crate::credential_store::CredentialStores;
use crate::docker::config;
use crate::domain::{
    Account, Accounts, Credential, ImageOwner, Inputs, InsecureRegistries, Reason, Registries, RegistryUrl,
    SecretLocation, SelectError, ServerString, select,
};
use crate::error::Error;
use crate::platform::environment::Environment;
use crate::storage::accounts_file::AccountsFile;
use crate::storage::validation_cache::ValidationCache;
use crate::terminal::print_status;
use crate::text::sanitize;

/// The program's surroundings, read once.
#[derive(Debug)]
pub struct App {
    /// The environment's variables.
    pub environment: Environment,
    /// The accounts on disk.
    pub accounts: AccountsFile,
    /// The credential stores that may hold the secrets.
    pub stores: CredentialStores,
    insecure: OnceCell<InsecureRegistries>,
}

/// The account that is used at a registry, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The registry that was meant.
    pub registry: RegistryUrl,
    /// The account.
    pub account: Account,
    /// The reason.
    pub why: Reason,
}

impl App {
    /// The surroundings as this process finds them.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let stores = CredentialStores::new(environment.search_path.clone());
        let accounts = AccountsFile::new(environment.config_dir.clone());
        Self { environment, accounts, stores, insecure: OnceCell::new() }
    }

    /// Tells what was decided, if `ATCR_DEBUG` asks for it. The text must not hold a secret.
    pub fn debug(&self, text: impl FnOnce() -> String) {
        if self.environment.debug {
            print_status(format!("atcr: {}", text()));
        }
    }

    /// The client of a registry's AppView. Nothing is connected yet.
    #[must_use]
    pub fn appview(&self, registry: &RegistryUrl) -> AppView {
        AppView::new(registry.clone(), self.environment.certificates.clone())
    }

    /// The memory of accepted credentials.
    #[must_use]
    pub fn stamps(&self) -> ValidationCache {
        ValidationCache::new(self.accounts.folder())
    }

    /// Forgets that an account that is gone was accepted. One whose secret a credential store held is not asked about
    /// for that: its stamp is of no use to anybody, and goes within a day.
    pub fn forget_acceptance(&self, registry: &RegistryUrl, account: &Account) {
        let SecretLocation::Inline(secret) = &account.secret else { return };
        let user = Credential { handle: account.handle.clone(), secret: secret.clone() };
        if let Some(stamp) = self.stamps().of(registry, &user) {
            stamp.forget();
        }
    }

    /// The time by the wall clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// The server that a person means: the one named, else `ATCR_REGISTRY`, else the only one somebody is logged in
    /// to, else atcr.io.
    ///
    /// # Errors
    /// When the name is none of a registry.
    pub fn server(&self, named: Option<&str>, registries: &Registries) -> Result<ServerString, Error> {
        let known: Vec<&RegistryUrl> = registries.in_use().map(|(registry, _)| registry).collect();
        let text = match (named.or(self.environment.registry()), &known[..]) {
            (Some(named), _) => named.to_owned(),
            (None, [only]) => only.to_string(),
            (None, _) => self.environment.registry_or_default().to_owned(),
        };
        text.parse().map_err(|error| Error::usage(format_args!("{:?} is {error}", sanitize(&text))))
    }

    /// The registry that a server string means.
    ///
    /// # Errors
    /// When it asks for `http://` where that is not safe.
    pub fn registry(&self, server: &ServerString) -> Result<RegistryUrl, Error> {
        let insecure = self.insecure.get_or_init(|| config::insecure_registries(&self.environment));
        server.registry(insecure).map_err(|cleartext| {
            let host = &cleartext.host;
            let listed = format!("list {host} in insecure-registries of Docker's daemon.json");
            Error::new(&cleartext).hint(format_args!("ask for https://{host}, or {listed}"))
        })
    }

    /// The registry that a server string means, as it was logged in to: a bare host on loopback means http, but is
    /// found under `https://` too.
    ///
    /// # Errors
    /// When it asks for `http://` where that is not safe.
    pub fn registry_among(&self, server: &ServerString, registries: &Registries) -> Result<RegistryUrl, Error> {
        let registry = self.registry(server)?;
        let over_tls = server
            .over_tls()
            .filter(|over_tls| !registries.has_accounts(&registry) && registries.has_accounts(over_tls));
        Ok(over_tls.unwrap_or(registry))
    }

    /// The shortest server string that means `registry`: its bare host, where that is not taken for http.
    #[must_use]
    pub fn server_string(&self, registry: &RegistryUrl) -> String {
        let host = registry.host();
        let is_enough = host.parse().is_ok_and(|server| self.registry(&server).as_ref() == Ok(registry));
        if is_enough { host } else { registry.to_string() }
    }

    /// The account that the environment brings, and the registry it is for.
    ///
    /// # Errors
    /// When the environment says only half of it.
    pub fn environment_credential(&self) -> Result<Option<(RegistryUrl, Account)>, Error> {
        let registry = self.environment_registry()?;
        let account = self.environment.credential()?;
        Ok(registry.zip(account))
    }

    /// The registry that the environment brings an account for, whole or not.
    ///
    /// # Errors
    /// When `ATCR_REGISTRY` names none.
    pub fn environment_registry(&self) -> Result<Option<RegistryUrl>, Error> {
        if !self.environment.has_credential() {
            return Ok(None);
        }
        let server = self.environment.registry_or_default().parse();
        let server = server.map_err(|error| Error::new(format_args!("ATCR_REGISTRY is {error}")))?;
        let named = |failure: Error| Error { message: format!("ATCR_REGISTRY: {}", failure.message), ..failure };
        self.registry(&server).map(Some).map_err(named)
    }

    /// The account for `server`: what `get` hands out and `which` shows. `command_line` is asked for the identities
    /// that a client's words name, where that decides.
    ///
    /// # Errors
    /// When no account can be chosen, or device.json or the environment is not as it should be.
    pub fn resolve(
        &self,
        server: &ServerString,
        command_line: impl FnOnce(&RegistryUrl) -> Vec<ImageOwner>,
    ) -> Result<Resolved, Error> {
        let registry = self.registry(server)?;
        let environment = match self.environment_registry()? {
            Some(for_registry) if for_registry == registry => self.environment.credential()?,
            _ => None,
        };
        let over_tls = server.over_tls().filter(|over_tls| *over_tls != registry);
        let meant: Vec<RegistryUrl> = [registry].into_iter().chain(over_tls).collect();
        let registries = if environment.is_some() { Registries::default() } else { self.accounts.load_only(&meant)? };
        let registry = self.registry_among(server, &registries)?;
        let nobody = Accounts::default();
        let accounts = registries.get(&registry).unwrap_or(&nobody);
        let account_variable = self.environment.account()?;
        let clues = Inputs {
            environment: environment.as_ref(),
            account_variable: account_variable.as_ref(),
            path: server.identity(),
            command_line: || command_line(&registry),
        };
        let choice = select(accounts, clues).map_err(|undecided| explain(&undecided, &registry, accounts))?;
        let (account, why) = (choice.account.clone(), choice.why);
        self.debug(|| format!("{registry}: {} ({why})", account.handle));
        Ok(Resolved { registry, account, why })
    }

    /// The same with the account's secret, wherever that is kept.
    ///
    /// # Errors
    /// Those of [`App::resolve`], and when a credential store does not hand the secret out.
    pub fn resolve_credential(
        &self,
        server: &ServerString,
        command_line: impl FnOnce(&RegistryUrl) -> Vec<ImageOwner>,
    ) -> Result<(Resolved, Credential), Error> {
        let resolved = self.resolve(server, command_line)?;
        let credential = self.credential(&resolved.registry, &resolved.account)?;
        Ok((resolved, credential))
    }
}

fn explain(undecided: &SelectError, registry: &RegistryUrl, accounts: &Accounts) -> Error {
    let host = registry.host();
    let handles: Vec<&str> = accounts.iter().map(|account| account.handle.as_str()).collect();
    let handles = handles.join(", ");
    match undecided {
        SelectError::NotLoggedIn => Error::not_logged_in(&host),
        SelectError::NoSuchAccount(identity) => Error::new(format_args!(
            "ATCR_ACCOUNT names {identity}, which is not logged in to {host} (logged in: {handles})"
        ))
        .run(format_args!("docker-credential-atcr login {host}")),
        SelectError::Ambiguous => {
            Error::new(format_args!("several accounts for {host} ({handles}), none of them active"))
                .run(format_args!("docker-credential-atcr switch --registry {host}"))
        }
    }
}
