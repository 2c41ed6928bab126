//! The account for a server string: what `get` hands out and `which` shows.

use super::App;
use crate::domain::{Account, Accounts, ImageOwner, Inputs, Reason, Registries, RegistryUrl, SelectError};
use crate::domain::{ServerString, select};
use crate::error::Error;

/// The account that is used at a registry, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) registry: RegistryUrl,
    pub(crate) account: Account,
    pub(crate) reason: Reason,
}

impl App {
    /// `command_line` yields the identities that a client's words name; it is called only where they decide.
    pub(crate) fn resolve(
        &self,
        server: &ServerString,
        command_line: impl FnOnce(&RegistryUrl) -> Vec<ImageOwner>,
    ) -> Result<Resolved, Error> {
        let target = self.target(server)?;
        let environment = match self.environment_registry()? {
            Some(registry) if registry == target.primary => self.environment.credential()?,
            _ => None,
        };
        let registries = if environment.is_some() { Registries::default() } else { self.load_target(&target)? };
        let registry = target.registry(&registries);
        let no_accounts = Accounts::default();
        let accounts = registries.get(&registry).unwrap_or(&no_accounts);
        let account_variable = self.environment.account()?;
        let inputs = Inputs {
            environment: environment.as_ref(),
            account_variable: account_variable.as_ref(),
            path: server.identity(),
            words: || command_line(&registry),
            files: Vec::new,
        };
        let selected = select(accounts, inputs).map_err(|error| explain(&error, &registry, accounts))?;
        self.debug(|| format!("{registry}: {} ({})", selected.account.handle, selected.reason));
        Ok(Resolved { registry, account: selected.account.clone(), reason: selected.reason })
    }
}

fn explain(error: &SelectError, registry: &RegistryUrl, accounts: &Accounts) -> Error {
    let host = registry.host();
    let handles: Vec<&str> = accounts.iter().map(|account| account.handle.as_str()).collect();
    let handles = handles.join(", ");
    match error {
        SelectError::NotLoggedIn => Error::not_logged_in(&host),
        SelectError::NoSuchAccount(identity) => Error::new(format_args!(
            "ATCR_ACCOUNT names {identity}, which is not logged in to {host} (logged in: {handles})"
        ))
        .run(format_args!("docker-credential-atcr login {host}")),
        SelectError::Rivals { .. } => Error::new("rivals"),
        SelectError::Ambiguous => {
            Error::new(format_args!("several accounts for {host} ({handles}), none of them active"))
                .run(format_args!("docker-credential-atcr switch --registry {host}"))
        }
    }
}
