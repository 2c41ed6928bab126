//! What Docker's verbs mean for ATCR's accounts.

use super::{Helper, StoreRequest};
use crate::app::App;
use crate::app::secrets::{Change, StoreChoice};
use crate::appview::verify;
use crate::domain::{Account, Accounts, Credential, Handle, Identity, RegistryUrl, SecretLocation, ServerString};
use crate::error::Error;
use crate::platform::ancestors::nearest_owners;
use crate::text::sanitize;

/// Docker's credential helper for ATCR.
#[derive(Debug, Clone, Copy)]
pub struct AtcrHelper<'a> {
    app: &'a App,
}

impl<'a> AtcrHelper<'a> {
    /// The helper in these surroundings.
    #[must_use]
    pub fn new(app: &'a App) -> Self {
        Self { app }
    }
}

impl Helper for AtcrHelper<'_> {
    fn get(&self, server: &str) -> Result<Credential, Error> {
        let (resolved, user) = self.app.resolve_credential(&parse(server)?, nearest_owners)?;
        // An AppView that can't be asked is no reason to stop: Docker will hear what the registry says.
        match verify(self.app, &resolved.registry, &user).refusal(&resolved) {
            Some(refusal) => Err(refusal),
            None => Ok(user),
        }
    }

    fn store(&self, credential: &StoreRequest) -> Result<Option<String>, Error> {
        let server = parse(&credential.server)?;
        // Refuses http:// where it is not safe, before anything is kept.
        self.app.registry(&server)?;
        self.app.update(|change| {
            let registry = self.app.registry_among(&server, &change.registries)?;
            log_in(change, &registry, credential)
        })
    }

    fn erase(&self, server: &str) -> Result<Option<String>, Error> {
        let server = parse(server)?;
        let registries = self.app.accounts.load()?;
        // `docker logout` tries http:// too. Nothing can have been kept for such a form.
        let Ok(registry) = self.app.registry_among(&server, &registries) else {
            return Ok(None);
        };
        if !registries.has_accounts(&registry) {
            return Ok(None);
        }
        let (removed, left) = self.app.update(|change| {
            let accounts = change.registries.at(&registry);
            Ok((accounts.log_out_active(), handles(accounts)))
        })?;
        if let Some(account) = &removed {
            self.app.forget_acceptance(&registry, account);
        }
        let host = registry.host();
        // Docker asks twice, so this is read after a logout that worked, too.
        let note = |first: &String| {
            let command = format!("docker-credential-atcr logout {host} --account {first}");
            format!("still logged in to {host}: {}; to log out, run: {command}", left.join(", "))
        };
        Ok(if removed.is_none() { left.first().map(note) } else { None })
    }

    fn list(&self) -> Result<Vec<(String, String)>, Error> {
        let registries = self.app.accounts.load()?;
        let mut users = Vec::new();
        for (registry, accounts) in registries.iter() {
            if let Some(account) = accounts.active().or_else(|| accounts.sole()) {
                users.push((self.app.server_string(registry), account.handle.to_string()));
            }
        }
        if let Some((registry, account)) = self.app.environment_credential()? {
            let server = self.app.server_string(&registry);
            users.retain(|(known, _)| *known != server);
            users.push((server, account.handle.to_string()));
        }
        Ok(users)
    }
}

fn parse(server: &str) -> Result<ServerString, Error> {
    let shown: String = server.chars().take(100).collect();
    server.parse().map_err(|error| Error::new(format_args!("{:?} is {error}", sanitize(&shown))))
}

fn handles(accounts: &Accounts) -> Vec<String> {
    accounts.iter().map(|account| account.handle.to_string()).collect()
}

/// Stores a device secret. An app password, which `docker login` sends in the same place, is no use to a helper: it
/// changes nothing for an account that is logged in, and is rejected for one that is not.
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
    let note =
        format!("{} is logged in to {host} with a device secret, and that is what Docker will use", known.handle);
    accounts.log_in(known);
    Ok(Some(note))
}

fn new_handle(user_name: &str) -> Result<Handle, Error> {
    let shown: String = user_name.chars().take(253).collect();
    user_name.parse().map_err(|error| Error::new(format_args!("the user name {:?} is {error}", sanitize(&shown))))
}
