//! A config file to be changed: read once, edited in memory, written as a whole.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::backups::{Backup, Backups};
use super::client::Client;
use super::configured_helper::ConfiguredHelper;
use super::entries::{Entries, string};
use super::error::Error;
use super::file::{self, ConfigFile, Written};
use super::json_span::{FormatError, decode, has_byte_order_mark, without_byte_order_mark};
use super::lacking::Lacking;
use super::ours::{Hooks, Part};
use super::saved::Saved;
use super::state::State;
use super::undo::Before;
use super::{diff, paths};
use crate::domain::HelperName;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::wsl::is_wsl;
use crate::text::display_path;

/// A config file, as it was read and as it will be.
#[derive(Debug, Clone)]
pub struct ConfigEditor {
    client: Client,
    file: ConfigFile,
    text: Option<String>,
    runs_exe: bool,
}

impl ConfigEditor {
    /// Docker's config.json.
    pub fn docker(environment: &Environment) -> Result<Self, Error> {
        Self::read(Client::Docker, paths::docker(environment).ok_or(Error::NoHome)?)
    }

    /// Each auth.json that podman, buildah and skopeo read.
    pub fn podman(environment: &Environment) -> Vec<Result<Self, Error>> {
        paths::containers(environment).into_iter().map(|path| Self::read(Client::Podman, path)).collect()
    }

    pub(crate) fn read(client: Client, path: PathBuf) -> Result<Self, Error> {
        match file::read(&path) {
            Ok(bytes) => Self::new(client, path, bytes.as_deref()),
            Err(error) => Err(Error::unreadable(path, error)),
        }
    }

    fn new(client: Client, path: PathBuf, bytes: Option<&[u8]>) -> Result<Self, Error> {
        let text = match bytes.map(decode).transpose() {
            Ok(text) => text.map(str::to_owned),
            Err(error) => return Err(Error::Broken { path, error }),
        };
        let file = ConfigFile::new(path, text.clone());
        let editor = Self { client, file, text, runs_exe: cfg!(windows) || is_wsl() };
        editor.entries(Entries::check)?;
        Ok(editor)
    }

    /// As if the file at `path` had this content.
    #[cfg(test)]
    pub(crate) fn of(client: Client, path: &str, content: &str) -> Result<Self, Error> {
        Self::new(client, path.into(), Some(content.as_bytes()))
    }

    pub fn client(&self) -> Client {
        self.client
    }

    /// Where the client looks for the file; the file itself may be behind links.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    pub fn is_missing(&self) -> bool {
        self.file.content.is_none()
    }

    pub fn state(&self, host: &str) -> Result<State, Error> {
        Ok(State {
            client: self.client,
            file: self.path().to_owned(),
            host: host.to_owned(),
            helper: self.entries(|entries| entries.helper(host))?,
            plaintext_auths: self.entries(|entries| entries.plaintext_auths(host))?,
            has_byte_order_mark: has_byte_order_mark(self.text()),
        })
    }

    /// That others than Docker can't read the file, and what to do about it.
    pub(crate) fn podman_problem(&self) -> Option<(String, Hint)> {
        let (reason, fix) = self.entries(Entries::podman_problem).ok().flatten().filter(|_| !self.is_missing())?;
        let file = display_path(self.path());
        Some((format!("podman, buildah and skopeo can't read {file}: {reason}"), Hint::text(fix)))
    }

    /// The other helper of all registries without one of their own (`credsStore`).
    pub fn other_default(&self) -> Result<Option<String>, Error> {
        self.entries(|entries| Ok(entries.default_store()?.filter(|name| !entries.is_atcr(name))))
    }

    /// Whether this program is the helper of all registries without one of their own.
    pub fn is_atcr_default(&self) -> Result<bool, Error> {
        self.entries(|entries| Ok(entries.default_store()?.is_some_and(|name| entries.is_atcr(&name))))
    }

    /// The registries and repositories that the file names this program for.
    pub fn atcr_hosts(&self) -> Result<Vec<String>, Error> {
        self.entries(Entries::atcr_hosts)
    }

    /// Those of them for which this program is named for one account.
    pub fn one_account_hosts(&self) -> Result<Vec<String>, Error> {
        let mut hosts = self.atcr_hosts()?;
        hosts.retain(|host| {
            self.state(host).is_ok_and(|state| matches!(state.helper, ConfiguredHelper::OneAccount { .. }))
        });
        Ok(hosts)
    }

    /// Makes this program the helper for a registry or repository, instead of any other program.
    pub fn add(&mut self, host: &str, name: &HelperName) -> Result<(), Error> {
        self.text = Some(self.entries(|entries| entries.with_helper(host, name))?);
        Ok(())
    }

    /// Whether Docker tells the plugin of pushes and pulls, as soon as hooks are on.
    pub fn has_plugin(&self) -> Result<bool, Error> {
        self.entries(|entries| Ok(entries.has_plugin()))
    }

    /// Where Docker looks for plugins first (`cliPluginsExtraDirs`).
    pub fn plugin_folders(&self) -> Result<Vec<PathBuf>, Error> {
        self.entries(|entries| Ok(entries.plugin_folders().into_iter().map(PathBuf::from).collect()))
    }

    pub fn hooks(&self) -> Result<Hooks, Error> {
        self.entries(|entries| Ok(entries.hooks()))
    }

    /// Has Docker tell the plugin of pushes and pulls. Hooks that are off stay off unless `turns_on`.
    pub fn add_plugin(&mut self, turns_on: bool) -> Result<(), Error> {
        self.text = Some(self.entries(|entries| entries.with_plugin(turns_on))?);
        Ok(())
    }

    pub fn remove_plugin(&mut self) -> Result<(), Error> {
        self.undo(Part::Plugin)
    }

    /// Removes the secrets under these keys of `auths`.
    pub fn remove_secrets(&mut self, keys: &[String]) -> Result<(), Error> {
        self.text = Some(self.entries(|entries| entries.without_secrets(keys))?);
        Ok(())
    }

    /// Removes what no client can parse in front of the object.
    pub fn remove_byte_order_mark(&mut self) {
        self.text = Some(without_byte_order_mark(self.text()).to_owned());
    }

    /// Removes this program as the helper for `host`, and puts back what it took from it.
    pub fn remove(&mut self, host: &str) -> Result<(), Error> {
        self.undo(Part::Helper(host))
    }

    fn undo(&mut self, part: Part<'_>) -> Result<(), Error> {
        if self.entries(|entries| entries.has(part))? {
            let backups = self.file.backups();
            self.text = self.entries(|present| before(present, backups).undo(present, part))?;
        }
        Ok(())
    }

    /// Removes this program as the helper of all registries without one of their own.
    pub fn remove_default(&mut self) -> Result<(), Error> {
        self.text = Some(self.entries(Entries::without_default_atcr)?);
        Ok(())
    }

    /// What a backup says about `host` and the file does not.
    pub fn lacks(&self, host: &str) -> Result<Lacking, Error> {
        let backups = self.file.backups();
        let (was, is) =
            self.entries(|present| Ok((before(present, backups).own(host)?.unwrap_or_default(), present.own(host)?)))?;
        let present: HashSet<_> = is.secrets.iter().collect();
        Ok(Lacking {
            helper: was.helper.filter(|helper| is.helper.as_ref() != Some(helper)).map(|helper| string(&helper)),
            has_secrets: was.secrets.iter().any(|secret| !present.contains(secret)),
        })
    }

    /// The files from before a change that are there.
    pub fn backups(&self) -> Vec<PathBuf> {
        self.file.backups().paths()
    }

    /// Whether saving would write.
    pub fn is_changed(&self) -> bool {
        self.text != self.file.content
    }

    /// What saving would change, as a unified diff that shows no value but names of helpers; empty if nothing.
    pub fn diff(&self) -> Result<String, Error> {
        if !self.is_changed() {
            return Ok(String::new());
        }
        let after = self.text.as_deref().map(|text| self.parse(text)).transpose();
        let before = self.file.content.as_deref().map(|text| self.parse(text)).transpose();
        let (before, after) = (self.at_path(before)?, self.at_path(after)?);
        Ok(diff::unified(self.path(), before.as_ref(), after.as_ref()))
    }

    /// Writes the file, if anything changed, after a backup if it holds what can't be made again. Backups that say the same
    /// as the file are removed.
    pub fn save(self) -> Result<Saved, Error> {
        if !self.is_changed() {
            self.file.clean();
            return Ok(Saved::Nothing);
        }
        let backup = self.needed_backup()?;
        let path = self.path().to_owned();
        match self.file.write(self.text.as_deref(), backup) {
            Ok(Written::Done { backup: Some(backup) }) => Ok(Saved::Written(Some(backup))),
            Ok(Written::Done { backup: None }) if self.text.is_none() => Ok(Saved::Removed),
            Ok(Written::Done { backup: None }) if backup == Backup::IfPossible => Ok(Saved::WithoutBackup),
            Ok(Written::Done { backup: None }) => Ok(Saved::Written(None)),
            Ok(Written::Changed) => Err(Error::Changed { path }),
            Err(error) => Err(Error::unwritable(path, error)),
        }
    }

    /// Backups are never written over: each holds what the file said before this program took something.
    fn needed_backup(&self) -> Result<Backup, Error> {
        let backups = self.file.backups();
        if self.is_missing() || backups.newest() == Some(self.original()) {
            return Ok(Backup::None);
        }
        let original = self.at_path(self.parse(self.original()))?;
        if self.entries(|text| before(&original, backups).takes_more(&original, text))? {
            return Ok(Backup::Required);
        }
        let is_before_ours = self.at_path(original.own_values())?.is_empty();
        let is_first = backups.newest().is_none() && !self.at_path(original.is_all_ours())?;
        Ok(if is_before_ours || is_first { Backup::IfPossible } else { Backup::None })
    }

    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    fn original(&self) -> &str {
        self.file.content.as_deref().unwrap_or_default()
    }

    fn parse<'a>(&self, text: &'a str) -> Result<Entries<'a>, FormatError> {
        Entries::parse(text, self.client, self.runs_exe)
    }

    fn entries<'a, T>(&'a self, read: impl FnOnce(&Entries<'a>) -> Result<T, FormatError>) -> Result<T, Error> {
        self.at_path(self.parse(self.text()).and_then(|entries| read(&entries)))
    }

    fn at_path<T>(&self, result: Result<T, FormatError>) -> Result<T, Error> {
        result.map_err(|error| Error::Broken { path: self.path().to_owned(), error })
    }
}

fn before<'a>(present: &Entries<'_>, backups: &'a Backups) -> Before<'a> {
    Before::new(present, backups.newest_first())
}
