//! Which registry is meant.

use std::slice;

use super::App;
use crate::docker::config;
use crate::domain::{Account, Handle, InsecureRegistries, Registries, RegistryUrl, ServerString};
use crate::error::{Error, Kind};
use crate::storage::accounts_file;
use crate::text::shell_word;

/// The registry that a server string means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    primary: RegistryUrl,
    /// A bare host means http on loopback and at Docker's insecure registries, but may be logged in to with `https://`.
    over_tls: Option<RegistryUrl>,
}

impl Target {
    /// The one over TLS if that has accounts: who logs in to it wants no secret to go over http any more.
    pub(crate) fn registry(&self, registries: &Registries) -> RegistryUrl {
        match &self.over_tls {
            Some(over_tls) if registries.has_accounts(over_tls) => over_tls.clone(),
            _ => self.primary.clone(),
        }
    }

    pub(super) fn may_be(&self, registry: &RegistryUrl) -> bool {
        *registry == self.primary || self.over_tls.as_ref() == Some(registry)
    }
}

impl App {
    /// Fails if the server string begins with `http://` and the secret would cross a network unencrypted.
    pub(crate) fn target(&self, server: &ServerString) -> Result<Target, Error> {
        let primary = server.registry(|| self.insecure_registries()).map_err(|cleartext| {
            let host = &cleartext.host;
            Error::new(&cleartext)
                .hint(format_args!("use https://{host}, or list {host} in insecure-registries of Docker's daemon.json"))
        })?;
        let over_tls = server.over_tls().filter(|over_tls| *over_tls != primary);
        Ok(Target { primary, over_tls })
    }

    pub(crate) fn registry(&self, server: &ServerString) -> Result<RegistryUrl, Error> {
        Ok(self.target(server)?.primary)
    }

    /// Whether Docker verifies no certificate of this registry, and uses http where it speaks no TLS: on loopback and at its
    /// insecure registries.
    pub(super) fn is_cleartext_to_docker(&self, registry: &RegistryUrl) -> bool {
        let is_http = |host: &str| {
            let registry = host.parse().ok().and_then(|server| self.registry(&server).ok());
            registry.is_some_and(|registry| !registry.is_https())
        };
        // An entry with the port 443 is one for what Docker calls so.
        let host = registry.host();
        registry.is_https() && (is_http(&host) || !registry.has_port() && is_http(&format!("{host}:443")))
    }

    fn insecure_registries(&self) -> &InsecureRegistries {
        self.insecure.get_or_init(|| config::insecure_registries(&self.environment))
    }

    /// The accounts of the target, and of no other registry.
    pub(super) fn load_target(&self, target: &Target) -> Result<Registries, Error> {
        Ok(match &target.over_tls {
            None => self.accounts.load_only(slice::from_ref(&target.primary))?,
            Some(over_tls) => self.accounts.load_only(&[target.primary.clone(), over_tls.clone()])?,
        })
    }

    /// Why Docker gets none of the accounts at `registry`, if so, and what to do about it: it says the host without a scheme,
    /// and another registry there comes first.
    pub(crate) fn unused(&self, registry: &RegistryUrl, registries: &Registries) -> Option<Error> {
        let target = self.target(&registry.host().parse().ok()?).ok()?;
        let of_environment = self.environment_registry().ok().flatten();
        if let Some(used) = of_environment.filter(|used| target.may_be(used)) {
            let unused =
                || Error::new(format_args!("the accounts at {registry} are not used while ATCR_HANDLE is set"));
            return (used != *registry).then(unused);
        }
        let used = target.registry(registries);
        if used == *registry || !registries.has_accounts(&used) {
            return None;
        }
        let error = Error::new(format_args!("the accounts at {registry} are not used: Docker gets those at {used}"));
        Some(error.run(format_args!("docker-credential-atcr logout {} --all", shell_word(&registry.to_string()))))
    }

    /// The server that a command means: the one named, else `ATCR_REGISTRY`, else the only one with accounts, else
    /// atcr.io.
    pub(crate) fn server(&self, named: Option<&str>, registries: &Registries) -> Result<ServerString, Error> {
        let mut in_use = registries.in_use();
        let text = match (named.or(self.environment.registry()), in_use.next(), in_use.next()) {
            (Some(named), ..) => named.to_owned(),
            (None, Some((only, _)), None) => only.to_string(),
            _ => self.environment.registry_or_default().to_owned(),
        };
        ServerString::typed(&text).map_err(|error| Error { kind: Kind::Usage, ..Error::invalid("", &text, error) })
    }

    /// The registry that a command means, of those with accounts if there is a choice.
    pub(crate) fn named_registry(&self, named: Option<&str>, registries: &Registries) -> Result<RegistryUrl, Error> {
        Ok(self.target(&self.server(named, registries)?)?.registry(registries))
    }

    /// The shortest server string that means `registry`: its bare host, unless that would mean http.
    pub(crate) fn server_string(&self, registry: &RegistryUrl) -> String {
        let host = registry.host();
        let is_enough = host.parse().is_ok_and(|server| self.registry(&server).as_ref() == Ok(registry));
        if is_enough { host } else { registry.to_string() }
    }

    /// The environment's account and its registry. Fails where only half of it is set.
    pub(crate) fn environment_credential(&self) -> Result<Option<(RegistryUrl, Account)>, Error> {
        let registry = self.environment_registry()?;
        Ok(registry.zip(self.environment.credential.account()?))
    }

    /// The registry of the environment's account, even if only half of it is set.
    pub(crate) fn environment_registry(&self) -> Result<Option<RegistryUrl>, Error> {
        if self.environment.credential.any() { self.default_registry().map(Some) } else { Ok(None) }
    }

    /// `ATCR_REGISTRY`, else atcr.io.
    pub(crate) fn default_registry(&self) -> Result<RegistryUrl, Error> {
        let named = self.environment.registry_or_default();
        let server = named.parse().map_err(|error| Error::invalid_variable("ATCR_REGISTRY", named, error))?;
        self.registry(&server).map_err(|error| Error { message: format!("ATCR_REGISTRY: {}", error.message), ..error })
    }

    /// Every account's handle and its registry, in the file or from the environment. What can't be read has none.
    pub(crate) fn handles(&self, registries: &Registries) -> Vec<(RegistryUrl, Handle)> {
        let mut handles = Vec::new();
        if let Ok(Some((registry, account))) = self.environment_credential() {
            handles.push((registry, account.handle));
        }
        for (registry, accounts) in registries.iter() {
            handles.extend(accounts.iter().map(|account| (registry.clone(), account.handle.clone())));
        }
        handles
    }

    /// Those of the file; and why it can't be read, where an account of the environment is used all the same.
    pub(crate) fn registries(&self) -> Result<(Registries, Option<accounts_file::Error>), Error> {
        match self.accounts.load() {
            Ok(registries) => Ok((registries, None)),
            Err(error) if self.environment_credential().is_ok_and(|account| account.is_some()) => {
                Ok((Registries::default(), Some(error)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The hosts of all registries with accounts, in the file or from the environment.
    pub(crate) fn hosts(&self) -> Result<Vec<String>, Error> {
        let mut hosts = Vec::new();
        let (registries, _) = self.registries()?;
        let of_environment = self.environment_credential()?;
        let of_environment = of_environment.iter().map(|(registry, _)| registry);
        for registry in registries.in_use().map(|(registry, _)| registry).chain(of_environment) {
            let host = registry.host();
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        Ok(hosts)
    }
}
