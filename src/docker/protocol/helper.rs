//! What Docker's verbs mean for ATCR's accounts.

use super::{Helper, StoreRequest};
use crate::app::secrets::{Change, StoreChoice, Updated};
use crate::app::{App, AskingClient, logged_out};
use crate::domain::{Account, Accounts, Credential, Handle, HelperName, Identity, RegistryUrl};
use crate::domain::{SecretLocation, ServerString};
use crate::error::Error;
use crate::text::shell_word;

#[derive(Debug, Clone)]
pub(crate) struct AtcrHelper<'a> {
    app: &'a App,
    /// The only account that it stands for, if it is named after one.
    account: Option<Identity>,
}

impl<'a> AtcrHelper<'a> {
    pub(crate) fn new(app: &'a App, name: HelperName) -> Self {
        let account = match name {
            HelperName::Any => None,
            HelperName::Account(identity) => Some(identity),
        };
        Self { app, account }
    }

    /// The account that `list` shows for a registry.
    fn listed<'b>(&self, accounts: &'b Accounts) -> Option<&'b Account> {
        match &self.account {
            Some(identity) => accounts.find(identity),
            None => accounts.active().or_else(|| accounts.sole()),
        }
    }
}

impl Helper for AtcrHelper<'_> {
    fn get(&self, server: &str) -> Result<Credential, Error> {
        let (server, client) = (parse(server)?, AskingClient::new(self.account.clone()));
        let verified = self.app.verified_credential(&server, &client);
        verified.map_err(|error| self.app.unless_only_pulled(error, &server, &client))
    }

    fn store(&self, request: &StoreRequest) -> Result<Option<String>, Error> {
        let target = self.app.target(&parse(&request.server)?)?;
        self.app.update(|change| {
            let registry = target.registry(&change.registries);
            match &self.account {
                Some(identity) => log_in_alone(change, &registry, request, identity),
                None => log_in(change, &registry, request),
            }
        })
    }

    fn erase(&self, server: &str) -> Result<Option<String>, Error> {
        let server = parse(server)?;
        let registries = self.app.accounts.load()?;
        // `docker logout` tries http:// too, for which nothing can have been stored.
        let Ok(target) = self.app.target(&server) else {
            return Ok(None);
        };
        let registry = target.registry(&registries);
        if !registries.has_accounts(&registry) {
            return Ok(None);
        }
        let of_words = || server.identity().cloned().or_else(|| logged_out(&registry));
        let of_variable = || self.app.environment.account().ok().flatten();
        let named = self.account.clone().or_else(of_words).or_else(of_variable);
        // Nobody else goes in the place of one who is not logged in.
        if let (None, Some(owner), Some(accounts)) = (&self.account, &named, registries.get(&registry))
            && accounts.find(owner).is_none()
        {
            return Ok(still_logged_in(&registry.host(), &handles(accounts)));
        }
        let Updated { value: (removed, left), leftovers } = self.app.update_with_leftovers(|change| {
            let removed = change.log_out_as_docker(&registry, named.as_ref());
            Ok((removed, handles(change.registries.at(&registry))))
        })?;
        if let Some(account) = &removed {
            self.app.forget_validation(&registry, account);
        }
        if let Some(leftover) = leftovers.into_iter().next() {
            return Err(leftover.into());
        }
        if self.account.is_some() || left.is_empty() {
            return Ok(None);
        }
        let host = registry.host();
        // Docker erases twice: after a logout that worked it shows both.
        Ok(match removed {
            Some(account) => Some(format!("logged out of {host} as {}", account.handle)),
            None => still_logged_in(&host, &left),
        })
    }

    fn list(&self) -> Result<Vec<(String, String)>, Error> {
        let registries = self.app.accounts.load()?;
        let mut entries = Vec::new();
        // Of an account that is not used, `get` of the same host would hand out another one.
        for (registry, accounts) in registries.iter().filter(|(one, _)| self.app.unused(one, &registries).is_none()) {
            if let Some(account) = self.listed(accounts) {
                entries.push((self.app.server_string(registry), account.handle.to_string()));
            }
        }
        if let Some((registry, account)) = self.app.environment_credential()? {
            let server = self.app.server_string(&registry);
            entries.retain(|(known, _)| *known != server);
            entries.push((server, account.handle.to_string()));
        }
        Ok(entries)
    }
}

fn parse(server: &str) -> Result<ServerString, Error> {
    server.parse().map_err(|error| Error::invalid("", server, error))
}

fn handles(accounts: &Accounts) -> Vec<String> {
    accounts.iter().map(|account| account.handle.to_string()).collect()
}

fn still_logged_in(host: &str, handles: &[String]) -> Option<String> {
    let first = handles.first()?;
    let command = format!("docker-credential-atcr logout {} --account {first}", shell_word(host));
    Some(format!("still logged in to {host}: {}; to log out, run: {command}", handles.join(", ")))
}

/// `docker login` hands over app passwords in the same place, and a helper can't use one: it changes nothing for an
/// account that is logged in, and is refused for one that is not.
fn log_in(change: &mut Change, registry: &RegistryUrl, request: &StoreRequest) -> Result<Option<String>, Error> {
    let StoreRequest { user_name, secret, .. } = request;
    let accounts = change.registries.at(registry);
    let known = user_name.parse::<Identity>().ok().and_then(|identity| accounts.find(&identity)).cloned();
    if secret.is_device_secret() {
        let secret = SecretLocation::Inline(secret.clone());
        let account = match known {
            Some(known) => Account { secret, ..known },
            None => Account { handle: new_handle(user_name)?, did: None, secret },
        };
        change.log_in(registry, account, &StoreChoice::Keep);
        return Ok(None);
    }
    let host = registry.host();
    let Some(known) = known else { return Err(Error::not_a_device_secret(&host)) };
    let note = format!("{} is logged in to {host} with a device secret, which Docker will use", known.handle);
    accounts.log_in(known);
    Ok(Some(note))
}

/// The same through a helper that is named after one account: for no other account, and without a switch to it.
fn log_in_alone(
    change: &mut Change,
    registry: &RegistryUrl,
    request: &StoreRequest,
    identity: &Identity,
) -> Result<Option<String>, Error> {
    let accounts = change.registries.at(registry);
    let known = accounts.find(identity).map(|account| Identity::Handle(account.handle.clone()));
    let user: Option<Identity> = request.user_name.parse().ok();
    if user.is_none() || user.as_ref() != Some(identity) && user != known {
        let program = HelperName::Account(identity.clone()).program();
        let error = Error::new(format_args!("{program} is for {identity} alone, and stores no other account"));
        return Err(error.run(format_args!("docker-credential-atcr login {}", shell_word(&registry.host()))));
    }
    let active = accounts.active().map(|account| Identity::Handle(account.handle.clone()));
    let note = log_in(change, registry, request)?;
    if let Some(active) = active {
        change.registries.at(registry).switch(&active);
    }
    Ok(note)
}

fn new_handle(user_name: &str) -> Result<Handle, Error> {
    user_name.parse().map_err(|error| Error::invalid("the user name", user_name, error))
}
