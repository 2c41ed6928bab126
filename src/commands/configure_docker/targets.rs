//! What a run adds or removes.

use std::mem;

use super::confirmation::takes_stranger;
use crate::app::App;
use crate::cli::Configure;
use crate::commands::image::{self, Stranger};
use crate::commands::{registry_argument, wanted_accounts};
use crate::docker::config::{Client, ConfigEditor};
use crate::domain::{HelperName, Identity, Registries, is_foreign_registry, split_image, split_transport};
use crate::error::Error;
use crate::terminal::{Mark, print_status};
use crate::text::{sanitize_name, shell_word};

/// A registry or repository as `credHelpers` names it, and the helper that it is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) helper: HelperName,
}

#[derive(Debug)]
pub(super) struct Targets {
    pub(super) entries: Vec<Entry>,
    pub(super) plugin: bool,
    /// Whether nothing was named, and everything is meant.
    pub(super) are_all: bool,
}

impl Targets {
    pub(super) fn is_plugin_alone(&self) -> bool {
        self.plugin && self.entries.is_empty() && !self.are_all
    }

    /// What was named, else all registries that have an account.
    pub(super) fn to_add(arguments: &Configure, app: &App) -> Result<Self, Error> {
        if names_anything(arguments) {
            return Self::named(arguments, app);
        }
        let hosts = match arguments.account.as_deref() {
            None => app.hosts()?,
            Some(account) => hosts_of(account, app)?,
        };
        if hosts.is_empty() {
            let error = Error::new("nobody is logged in, and no registry is named");
            let host = shell_word(app.environment.registry_or_default());
            return Err(error.run(format_args!("docker-credential-atcr login {host}")));
        }
        Ok(Self { entries: hosts.into_iter().map(any_account).collect(), plugin: arguments.plugin, are_all: true })
    }

    /// What was named, else everything that the files name this program for.
    pub(super) fn to_remove(arguments: &Configure, app: &App, editors: &[ConfigEditor]) -> Result<Self, Error> {
        if names_anything(arguments) {
            return Self::named(arguments, app);
        }
        let mut entries: Vec<Entry> = Vec::new();
        for editor in editors {
            for key in editor.atcr_hosts()? {
                if entries.iter().all(|entry| entry.key != key) {
                    entries.push(any_account(key));
                }
            }
        }
        Ok(Self { entries, plugin: true, are_all: true })
    }

    fn named(arguments: &Configure, app: &App) -> Result<Self, Error> {
        let mut entries = Vec::new();
        let registries = app.accounts.load().unwrap_or_default();
        for name in arguments.registries() {
            registry_argument::check(Some(name), "configure-docker", &registries, app)?;
            entries.push(any_account(host(name, app)?));
        }
        for name in &arguments.repositories {
            let entry = repository(name, app)?;
            if !arguments.remove && entry.key.contains(char::is_uppercase) {
                return Err(upper_case(name));
            }
            entries.push(entry);
        }
        Ok(Self { entries, plugin: arguments.plugin, are_all: false })
    }

    /// Leaves out the registries of others that the user, being asked, does not mean.
    pub(super) fn confirm(&mut self, arguments: &Configure) -> Result<(), Error> {
        let mut meant = Vec::new();
        for entry in mem::take(&mut self.entries) {
            if !entry.is_strange() || takes_stranger(arguments, &stranger(&entry.key))? {
                meant.push(entry);
            }
        }
        self.entries = meant;
        if self.entries.is_empty() && !self.plugin { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Says whose account is missing, and which are no registries of ours: nobody can log in there, and `docker login`
    /// could store nothing.
    pub(super) fn warn(&self, app: &App) {
        for Entry { key, helper } in &self.entries {
            let HelperName::Account(account) = helper else { continue };
            if !image::resolve(key, app).is_ok_and(|resolved| resolved.account.is(account)) {
                let host = key.split('/').next().unwrap_or_default();
                print_status(format!("{} {account} is not logged in to {host}.", Mark::Warning));
                print_status(format!("  run: docker-credential-atcr login {} --account {account}", shell_word(host)));
            }
        }
        let registries = app.accounts.load().unwrap_or_default();
        for Entry { key, .. } in self.entries.iter().filter(|entry| entry.helper == HelperName::Any) {
            // A registry may be configured before anybody logs in to it, but a typo looks the same.
            if let Some(meant) = registry_argument::misspelled(key, &registries, app) {
                let (host, meant) = (sanitize_name(key), sanitize_name(&meant));
                print_status(format!("{} Nobody is logged in to {host}; did you mean {meant}?", Mark::Warning));
                print_undo(key);
            }
        }
        for Entry { key, .. } in self.entries.iter().filter(|entry| entry.is_strange()) {
            print_status(format!("{} {}.", Mark::Warning, stranger(key)));
            print_undo(key);
        }
    }

    /// The hosts of registries with accounts that are not among them.
    pub(super) fn others(&self, app: &App) -> Vec<String> {
        let mut hosts = app.hosts().unwrap_or_default();
        hosts.retain(|host| self.entries.iter().all(|entry| entry.key != *host));
        hosts
    }

    /// Those that the client of a file may ask for, or that it has. podman's clients do not look for repositories.
    pub(super) fn entries_for(&self, editor: &ConfigEditor, arguments: &Configure) -> Result<Vec<&Entry>, Error> {
        let present = editor.atcr_hosts()?;
        let is_named = !removes_all(arguments);
        let may_ask = |entry: &Entry| editor.client() == Client::Docker || !entry.key.contains('/');
        let is_meant = |entry: &&Entry| present.contains(&entry.key) || is_named && may_ask(entry);
        Ok(self.entries.iter().filter(is_meant).collect())
    }
}

impl Entry {
    /// Whether it is for a registry of others.
    fn is_strange(&self) -> bool {
        is_foreign_registry(self.key.split('/').next().unwrap_or_default())
    }
}

fn print_undo(key: &str) {
    print_status(format!("  to undo it, run: docker-credential-atcr configure-docker --remove {}", shell_word(key)));
}

fn stranger(key: &str) -> String {
    format!("{key} is not an ATCR registry: with this program as its helper, Docker can't log in to it")
}

/// Whether every entry goes, in every file.
pub(super) fn removes_all(arguments: &Configure) -> bool {
    arguments.remove && !names_anything(arguments)
}

/// The plugin alone is Docker's; podman has none, and what is asked for it besides are the registries.
fn names_anything(arguments: &Configure) -> bool {
    let is_plugin_alone = arguments.plugin && !arguments.podman;
    arguments.registries().next().is_some() || !arguments.repositories.is_empty() || is_plugin_alone
}

/// Of the registries that this account is logged in to.
fn hosts_of(account: &str, app: &App) -> Result<Vec<String>, Error> {
    let registries = app.accounts.load()?;
    let mut hosts = Vec::new();
    for status in wanted_accounts::load(None, Some(account), "configure-docker", &registries, app)? {
        hosts.push(status.registry.host());
    }
    hosts.dedup();
    Ok(hosts)
}

fn any_account(key: String) -> Entry {
    Entry { key, helper: HelperName::Any }
}

/// As Docker looks it up: with the port that an image's name has.
fn host(name: &str, app: &App) -> Result<String, Error> {
    let server = app.server(Some(name), &Registries::default())?;
    app.registry(&server)?;
    Ok(server.host())
}

/// As go-containerregistry looks it up, with the helper of its owner.
fn repository(name: &str, app: &App) -> Result<Entry, Error> {
    let (_, reference) = split_transport(name);
    let (named_host, path) = split_image(reference).ok_or_else(|| image::invalid(name, app))?;
    let (owner, rest) = path.split_once('/').ok_or_else(|| image::invalid(name, app))?;
    let Ok(owner) = owner.parse::<Identity>() else { return Err(no_owner(name, reference, app)) };
    image::refuse_secret(reference)?;
    let key = format!("{}/{owner}/{rest}", host(named_host, app)?);
    let helper = HelperName::Account(handle_of(owner, &key, app));
    Ok(Entry { key, helper })
}

/// An account has one name for all its repositories, also where one has its DID.
fn handle_of(owner: Identity, key: &str, app: &App) -> Identity {
    match image::resolve(key, app) {
        Ok(resolved) if resolved.account.is(&owner) => Identity::Handle(resolved.account.handle),
        _ => owner,
    }
}

/// No client asks for it.
fn upper_case(name: &str) -> Error {
    let error = Error::usage(format_args!("{}: the name has upper-case letters", sanitize_name(name)));
    error.run(format_args!("docker-credential-atcr configure-docker --repository {}", shell_word(&name.to_lowercase())))
}

/// `atcr.io/evan/app` names a handle that can't exist.
fn no_owner(name: &str, reference: &str, app: &App) -> Error {
    let host = reference.split('/').next().unwrap_or_default();
    if is_foreign_registry(host) {
        return Error::usage(format_args!("{host} is not an ATCR registry"));
    }
    let Ok(Some(stranger)) = Stranger::of(reference, app) else { return image::invalid(name, app) };
    let error = Error::usage(stranger.describe());
    match &stranger.meant {
        Some(meant) => {
            error.run(format_args!("docker-credential-atcr configure-docker --repository {}", shell_word(meant)))
        }
        None => error,
    }
}
