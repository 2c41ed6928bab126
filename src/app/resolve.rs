//! The account for a server string: what `get` hands out and `which` shows.

use std::fmt;

use super::{App, AskingClient, did_you_mean};
use crate::domain::{
    Access, Account, Accounts, Handle, HelperName, Identity, ImageOwner, Inputs, Reason, Registries, RegistryUrl,
    SelectError,
};
use crate::domain::{ServerString, is_foreign_registry, select};
use crate::error::{Error, Kind};
use crate::text::{listed, shell_word};

/// The account that is used at a registry, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) registry: RegistryUrl,
    pub(crate) account: Account,
    pub(crate) reason: Reason,
}

/// A registry and the accounts there.
struct Candidates {
    registry: RegistryUrl,
    /// The environment's account, if it is for this registry. It is then the only one.
    environment: Option<Account>,
    accounts: Accounts,
}

impl App {
    /// `client` is who asks, where that is not a person or the kubelet, who name the image themselves.
    pub(crate) fn resolve(&self, server: &ServerString, client: Option<&AskingClient>) -> Result<Resolved, Error> {
        let Candidates { registry, environment, accounts } = self.candidates(server)?;
        let account_variable = self.account_variable(&accounts)?;
        let inputs = Inputs {
            environment: environment.as_ref(),
            account_variable: account_variable.as_ref(),
            helper: client.and_then(AskingClient::account),
            path: server.identity(),
            words: || client.map(|client| client.in_words(&registry)).unwrap_or_default(),
            files: || client.map(|client| client.in_files(&registry)).unwrap_or_default(),
        };
        let selected = select(&accounts, inputs);
        if let Some(given_up) = client.and_then(AskingClient::given_up) {
            self.debug(|| given_up.to_string());
        }
        let selected = selected.map_err(|error| self.explain(error, &registry, &accounts, client))?;
        self.debug(|| format!("{registry}: {} ({})", selected.account.handle, selected.reason));
        Ok(Resolved { account: selected.account.clone(), reason: selected.reason, registry })
    }

    /// The account that a person names, whatever the image says.
    pub(crate) fn resolve_as(&self, server: &ServerString, identity: &Identity) -> Result<Resolved, Error> {
        let Candidates { registry, environment, accounts } = self.candidates(server)?;
        let mut known = environment.iter().chain(accounts.iter());
        match known.find(|account| account.is(identity)) {
            Some(account) => Ok(Resolved { account: account.clone(), reason: Reason::Flag, registry }),
            None => {
                Err(not_logged_in(format_args!("--account names {identity}"), identity, &registry.host(), &accounts))
            }
        }
    }

    /// The identity that `ATCR_ACCOUNT` names, if it is set. `accounts` are those that may be meant.
    pub(crate) fn account_variable(&self, accounts: &Accounts) -> Result<Option<Identity>, Error> {
        self.environment.account().map_err(|error| {
            let text = self.environment.account_text().unwrap_or_default();
            let error = if error.hint.is_none() { did_you_mean(error, text, &handles(accounts)) } else { error };
            if error.hint.is_none() { error.run("unset ATCR_ACCOUNT") } else { error }
        })
    }

    fn candidates(&self, server: &ServerString) -> Result<Candidates, Error> {
        let target = self.target(server)?;
        if let Some(registry) = self.environment_registry()?.filter(|registry| target.may_be(registry)) {
            let environment = self.environment.credential.account()?;
            return Ok(Candidates { registry, environment, accounts: Accounts::default() });
        }
        let registries = self.load_target(&target)?;
        let registry = target.registry(&registries);
        Ok(Candidates { accounts: registries.into_accounts(&registry), registry, environment: None })
    }

    /// The handles that are logged in to the registry of `server`, none if the image that it names is one of theirs, or of
    /// nobody.
    pub(crate) fn strangers_image(&self, server: &ServerString) -> Result<Vec<Handle>, Error> {
        let target = self.target(server)?;
        let candidates = self.candidates(server)?;
        // Those in the file do not count beside one of the environment, readable or not.
        let registries = match self.load_target(&target) {
            Err(_) if candidates.environment.is_some() => Registries::default(),
            loaded => loaded?,
        };
        let own = registries.into_accounts(&candidates.registry);
        let mut handles = Vec::new();
        for account in own.iter().chain(&candidates.environment) {
            if server.identity().is_some_and(|identity| account.is(identity)) {
                return Ok(Vec::new());
            }
            handles.push(account.handle.clone());
        }
        Ok(handles)
    }

    /// Turns the failure of an account into "not found", on which clients go on anonymously, where a client certainly means
    /// no image of the user's own, and pushes none: a public image is then still pulled, and podman, which asks for the
    /// credentials of every registry that it knows, still pushes elsewhere. Nobody pushes anonymously, and buildx draws its
    /// progress over what is on stderr alone.
    pub(crate) fn unless_only_pulled(&self, error: Error, server: &ServerString, client: &AskingClient) -> Error {
        if error.kind != Kind::NoUsableAccount || self.needs_account(server, client) {
            return error;
        }
        Error { kind: Kind::NotLoggedIn, ..error }
    }

    fn needs_account(&self, server: &ServerString, client: &AskingClient) -> bool {
        let Ok(Candidates { registry, environment, accounts }) = self.candidates(server) else { return true };
        let is_own = |identity: &Identity| {
            accounts.find(identity).is_some() || environment.as_ref().is_some_and(|account| account.is(identity))
        };
        if let Some(identity) = server.identity() {
            return is_own(identity);
        }
        let mut named = client.in_words(&registry).iter().chain(client.in_files(&registry));
        let needs = |owner: &ImageOwner| owner.access == Access::Written || is_own(&owner.identity);
        named.any(needs) || client.unread().is_some() || !client.is_known(&registry)
    }

    fn explain(
        &self,
        error: SelectError,
        registry: &RegistryUrl,
        accounts: &Accounts,
        client: Option<&AskingClient>,
    ) -> Error {
        let host = registry.host();
        match error {
            SelectError::NotLoggedIn => self.in_clear(registry).unwrap_or_else(|| nobody_at(&host)),
            SelectError::NoSuchAccount(identity) => {
                not_logged_in(format_args!("ATCR_ACCOUNT names {identity}"), &identity, &host, accounts)
            }
            // As `credsStore` it is asked for every registry, and stands for nobody at most of them.
            SelectError::NoHelperAccount(identity) if accounts.is_empty() && self.is_anywhere(&identity) => {
                nobody_at(&host)
            }
            SelectError::NoHelperAccount(identity) => {
                let program = HelperName::Account(identity.clone()).program();
                not_logged_in(format_args!("{program} is for {identity} alone"), &identity, &host, accounts)
            }
            SelectError::Ambiguous => {
                let handles = listed(accounts.iter().map(|account| account.handle.as_str()));
                let unread = client.and_then(AskingClient::unread);
                let unread = unread.map(|unread| format!(", and {unread}")).unwrap_or_default();
                let none = format_args!("several accounts for {host} ({handles}), none of them active{unread}");
                let error = Error::new(none)
                    .run(format_args!("docker-credential-atcr switch --registry {}", shell_word(&host)));
                Error { kind: Kind::NoUsableAccount, ..error }
            }
            SelectError::Rivals { handles, file } => {
                let command = client.and_then(|client| client.command(registry));
                rivals(&handles, file.as_deref(), command.as_deref())
            }
        }
    }

    /// Why the accounts of a registry that was logged in to over http are not used, if it has any: it is none of Docker's
    /// insecure ones any more.
    fn in_clear(&self, registry: &RegistryUrl) -> Option<Error> {
        let in_clear: RegistryUrl = format!("http://{}", registry.host()).parse().ok()?;
        let error = self.target(&ServerString::from(&in_clear)).err()?;
        let registries = self.accounts.load_only(std::slice::from_ref(&in_clear)).ok()?;
        let message = format!("the accounts at {in_clear} are not used: {}", error.message);
        registries.has_accounts(&in_clear).then_some(Error { kind: Kind::NotLoggedIn, message, ..error })
    }

    /// Whether the account is logged in to any registry.
    fn is_anywhere(&self, identity: &Identity) -> bool {
        let registries = self.accounts.load().unwrap_or_default();
        registries.iter().any(|(_, accounts)| accounts.find(identity).is_some())
    }
}

/// As `credsStore` this program is asked for the registries of others too, where no login of ours is possible.
fn nobody_at(host: &str) -> Error {
    if !is_foreign_registry(host) {
        return Error::not_logged_in(host);
    }
    let foreign = Error::new(format_args!("not logged in to {host}, which is not an ATCR registry"));
    Error { kind: Kind::NotLoggedIn, ..foreign }
}

fn handles(accounts: &Accounts) -> Vec<Handle> {
    accounts.iter().map(|account| account.handle.clone()).collect()
}

/// `named` is who wants an account that is not there.
fn not_logged_in(named: fmt::Arguments<'_>, identity: &Identity, host: &str, accounts: &Accounts) -> Error {
    let others = listed(accounts.iter().map(|account| account.handle.as_str()));
    let others = if others.is_empty() { String::new() } else { format!(" (logged in: {others})") };
    let error = Error::new(format_args!("{named}, which is not logged in to {host}{others}"));
    let account = match identity {
        Identity::Handle(handle) => format!(" --account {handle}"),
        Identity::Did(_) => String::new(),
    };
    let error = did_you_mean(error, &identity.to_string(), &handles(accounts));
    if error.hint.is_some() {
        return error;
    }
    error.run(format_args!("docker-credential-atcr login {}{account}", shell_word(host)))
}

/// No `switch` helps, nor `ATCR_ACCOUNT`: one command pushes as one account, and the registry denies the rest.
fn rivals(handles: &[Handle], file: Option<&str>, command: Option<&str>) -> Error {
    let pushing = file.unwrap_or("the command");
    let handles = handles.iter().map(Handle::as_str).collect::<Vec<_>>().join(" and ");
    let error =
        Error::new(format_args!("{pushing} pushes images of {handles}, and one command can push as one account only"));
    match command {
        Some(command) if command.contains("compose ") => {
            error.hint(format_args!("name the services of one account, then those of the other: {command} SERVICE"))
        }
        Some(command) if command.contains(" bake") => {
            error.hint(format_args!("name the targets of one account, then those of the other: {command} TARGET"))
        }
        Some(command) => error.hint(format_args!("push them one account at a time: {command} ...")),
        None => error.hint("push them one account at a time"),
    }
}
