//! What every command is given.

use std::cell::OnceCell;
use std::time::SystemTime;

use crate::appview::{AppView, Stamps};
use crate::config::Store;
use crate::docker_config;
use crate::domain::{
    Account, Accounts, Clues, InsecureRegistries, Mention, Registries, RegistryUrl, ServerString, Undecided, Why,
    choose,
};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::terminal::{harmless, say};

/// The program's surroundings, read once.
#[derive(Debug)]
pub struct App {
    /// The environment's variables.
    pub environment: Environment,
    /// The accounts on disk.
    pub store: Store,
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
    pub why: Why,
}

impl App {
    /// The surroundings as this process finds them.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let store = Store::new(environment.config_dir.clone());
        Self { environment, store, insecure: OnceCell::new() }
    }

    /// Tells what was decided, if `ATCR_DEBUG` asks for it. The text must not hold a secret.
    pub fn debug(&self, text: impl FnOnce() -> String) {
        if self.environment.debug {
            say(format!("atcr: {}", text()));
        }
    }

    /// The client of a registry's AppView. Nothing is connected yet.
    #[must_use]
    pub fn appview(&self, registry: &RegistryUrl) -> AppView {
        AppView::new(registry.clone(), self.environment.certificates.clone())
    }

    /// The memory of accepted credentials.
    #[must_use]
    pub fn stamps(&self) -> Stamps {
        Stamps::new(self.store.folder())
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
    pub fn server(&self, named: Option<&str>, registries: &Registries) -> Result<ServerString, Failure> {
        let known: Vec<&RegistryUrl> =
            registries.iter().filter(|(_, accounts)| !accounts.is_empty()).map(|(registry, _)| registry).collect();
        let text = match (named.or(self.environment.registry()), &known[..]) {
            (Some(named), _) => named.to_owned(),
            (None, [only]) => only.to_string(),
            (None, _) => self.environment.registry_or_default().to_owned(),
        };
        text.parse().map_err(|error| Failure::usage(format_args!("{:?} is {error}", harmless(&text))))
    }

    /// The registry that a server string means.
    ///
    /// # Errors
    /// When it asks for `http://` where that is not safe.
    pub fn registry(&self, server: &ServerString) -> Result<RegistryUrl, Failure> {
        let insecure = self.insecure.get_or_init(|| docker_config::insecure_registries(&self.environment));
        server.registry(insecure).map_err(|cleartext| {
            let host = &cleartext.host;
            let listed = format!("list {host} in insecure-registries of Docker's daemon.json");
            Failure::new(&cleartext).hint(format_args!("ask for https://{host}, or {listed}"))
        })
    }

    /// The registry that a server string means, as it was logged in to: a bare host on loopback means http, but is
    /// found under `https://` too.
    ///
    /// # Errors
    /// When it asks for `http://` where that is not safe.
    pub fn registry_among(&self, server: &ServerString, registries: &Registries) -> Result<RegistryUrl, Failure> {
        let registry = self.registry(server)?;
        let has_accounts =
            |registry: &RegistryUrl| registries.get(registry).is_some_and(|accounts| !accounts.is_empty());
        let over_tls = server.over_tls().filter(|over_tls| !has_accounts(&registry) && has_accounts(over_tls));
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
    pub fn environment_credential(&self) -> Result<Option<(RegistryUrl, Account)>, Failure> {
        let registry = self.environment_registry()?;
        let account = self.environment.credential()?;
        Ok(registry.zip(account))
    }

    /// The registry that the environment brings an account for, whole or not.
    ///
    /// # Errors
    /// When `ATCR_REGISTRY` names none.
    pub fn environment_registry(&self) -> Result<Option<RegistryUrl>, Failure> {
        if !self.environment.has_credential() {
            return Ok(None);
        }
        let server = self.environment.registry_or_default().parse();
        let server = server.map_err(|error| Failure::new(format_args!("ATCR_REGISTRY is {error}")))?;
        self.registry(&server).map(Some)
    }

    /// The account for `server`: what `get` hands out and `which` shows. `command_line` is asked for the identities
    /// that a client's words name, where that decides.
    ///
    /// # Errors
    /// When no account can be chosen, or device.json or the environment is not as it should be.
    pub fn resolve(
        &self,
        server: &ServerString,
        command_line: impl FnOnce(&RegistryUrl) -> Vec<Mention>,
    ) -> Result<Resolved, Failure> {
        let registry = self.registry(server)?;
        let environment = match self.environment_registry()? {
            Some(for_registry) if for_registry == registry => self.environment.credential()?,
            _ => None,
        };
        let registries = if environment.is_some() { Registries::default() } else { self.store.load()? };
        let registry = self.registry_among(server, &registries)?;
        let nobody = Accounts::default();
        let accounts = registries.get(&registry).unwrap_or(&nobody);
        let account_variable = self.environment.account()?;
        let clues = Clues {
            environment: environment.as_ref(),
            account_variable: account_variable.as_ref(),
            path: server.identity(),
            command_line: || command_line(&registry),
        };
        let choice = choose(accounts, clues).map_err(|undecided| explain(&undecided, &registry, accounts))?;
        let (account, why) = (choice.account.clone(), choice.why);
        self.debug(|| format!("{registry}: {} ({why})", account.handle));
        Ok(Resolved { registry, account, why })
    }
}

fn explain(undecided: &Undecided, registry: &RegistryUrl, accounts: &Accounts) -> Failure {
    let host = registry.host();
    let handles: Vec<&str> = accounts.iter().map(|account| account.handle.as_str()).collect();
    let handles = handles.join(", ");
    match undecided {
        Undecided::NotLoggedIn => Failure::not_logged_in(&host),
        Undecided::NoSuchAccount(identity) => Failure::new(format_args!(
            "ATCR_ACCOUNT names {identity}, which is not logged in to {host} (logged in: {handles})"
        ))
        .hint(format_args!("run: docker-credential-atcr login {host}")),
        Undecided::Ambiguous => {
            Failure::new(format_args!("several accounts for {host} ({handles}), none of them active"))
                .hint(format_args!("run: docker-credential-atcr switch --registry {host}"))
        }
    }
}
