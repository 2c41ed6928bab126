//! A config file to be changed: read once, edited in memory, written as a whole.

use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::client::Client;
use super::entries::Entries;
use super::error::Error;
use super::file::{self, ConfigFile, Written};
use super::json_span::{FormatError, decode, has_byte_order_mark};
use super::paths;
use super::state::State;
use crate::platform::environment::Environment;
use crate::platform::wsl::is_wsl;
use crate::text::display_path;

/// What saving did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// There was nothing to change.
    Nothing,
    /// With the backup of the first change.
    Written(Option<PathBuf>),
    /// Nothing but our entries was in the file.
    Removed,
}

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

    fn read(client: Client, path: PathBuf) -> Result<Self, Error> {
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
        let file = ConfigFile { path, content: text.clone() };
        let editor = Self { client, file, text, runs_exe: cfg!(windows) || is_wsl() };
        editor.atcr_hosts()?;
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

    /// The helper of all registries without one of their own (`credsStore`).
    pub fn default_store(&self) -> Result<Option<String>, Error> {
        self.entries(Entries::default_store)
    }

    /// The registries that the file names this program for.
    pub fn atcr_hosts(&self) -> Result<Vec<String>, Error> {
        self.entries(Entries::atcr_hosts)
    }

    /// Makes this program the helper for `host`, instead of any other.
    pub fn add(&mut self, host: &str) -> Result<(), Error> {
        self.text = Some(self.entries(|entries| entries.with_atcr(host))?);
        Ok(())
    }

    /// Removes the secrets under `key` of `auths`.
    pub fn remove_secrets(&mut self, key: &str) -> Result<(), Error> {
        while let Some(text) = self.entries(|entries| entries.without_a_secret(key))? {
            self.text = Some(text);
        }
        Ok(())
    }

    /// Removes this program as the helper for `host`.
    ///
    /// The file becomes what it was before, byte for byte: the backup tells whether that had an empty `credHelpers`, was
    /// empty, or did not exist, which no rule could.
    pub fn remove(&mut self, host: &str) -> Result<(), Error> {
        let Some(present) = &self.text else { return Ok(()) };
        let backup = self.file.backup_content();
        let before = backup.as_deref().unwrap_or_default();
        let added = self.parse(before).and_then(|entries| entries.with_atcr(host));
        let is_undone = before != present && added.is_ok_and(|text| text == *present);
        self.text = if is_undone { backup } else { Some(self.entries(|entries| entries.without_atcr(host))?) };
        Ok(())
    }

    /// Whether saving would write.
    pub fn is_changed(&self) -> bool {
        self.text != self.file.content
    }

    /// What saving would change, as a unified diff without secrets; empty if nothing.
    pub fn diff(&self) -> Result<String, Error> {
        if !self.is_changed() {
            return Ok(String::new());
        }
        let name = display_path(self.path());
        let before = if self.is_missing() { "/dev/null" } else { &name };
        let after = if self.text.is_none() { "/dev/null" } else { &name };
        let (old, new) = (self.redacted(self.original())?, self.redacted(self.text())?);
        Ok(TextDiff::from_lines(&*old, &*new).unified_diff().header(before, after).to_string())
    }

    /// Writes the file, if anything changed. The first change makes a backup; a change back to it removes it.
    pub fn save(self) -> Result<Saved, Error> {
        self.file.remove_leftovers();
        if !self.is_changed() {
            return Ok(Saved::Nothing);
        }
        let before = self.file.backup_content();
        let is_undone = before.is_some() && before == self.text;
        let makes_backup = !is_undone && self.needs_backup(before.is_some())?;
        let path = self.path().to_owned();
        let has_backup = match self.file.write(self.text.as_deref(), makes_backup) {
            Ok(Written::Done { has_backup }) => has_backup,
            Ok(Written::Changed) => return Err(Error::Changed { path }),
            Err(error) => return Err(Error::unwritable(path, error)),
        };
        if is_undone {
            // The file has the same content. One that stays does no harm.
            let _ = self.file.remove_backup();
        }
        if self.text.is_none() {
            return Ok(Saved::Removed);
        }
        Ok(Saved::Written(has_backup.then(|| self.file.backup())))
    }

    /// Whether the file has content that can't be made again: not ours alone, or from before our first entry.
    fn needs_backup(&self, has_backup: bool) -> Result<bool, Error> {
        if self.is_missing() {
            return Ok(false);
        }
        let original = self.at_path(self.parse(self.original()))?;
        let is_before_ours = self.at_path(original.atcr_hosts())?.is_empty();
        Ok(is_before_ours || !has_backup && !self.at_path(original.has_atcr_alone())?)
    }

    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    fn original(&self) -> &str {
        self.file.content.as_deref().unwrap_or_default()
    }

    fn redacted(&self, text: &str) -> Result<String, Error> {
        self.at_path(self.parse(text).map(|entries| entries.redacted()))
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
