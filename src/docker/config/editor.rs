//! A config file that is to be changed: read once, changed in memory, written as a whole.

use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::entries::{self, ConfiguredHelper};
use super::file::ConfigFile;
use super::json_span::{FormatError, checked};
use super::paths;
use crate::platform::environment::Environment;

/// Why a config file can't be read or changed. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no home folder.
    #[error("there is no home folder with Docker's config.json in it; set HOME or DOCKER_CONFIG")]
    NoHome,
    /// The file can't be read.
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is not what it should be.
    #[error("{}: {fault}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: FormatError,
    },
    /// The file can't be written.
    #[error("{}: can't be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Somebody wrote the file after it was read.
    #[error("{}: another program changed it just now", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        let failure = Self::new(&error);
        match error {
            Error::Changed { .. } => failure.hint("run the command again"),
            Error::Broken { .. } => failure.hint("nothing was changed; fix the file first"),
            _ => failure,
        }
    }
}

/// What saving did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Nothing: there was nothing to change.
    Nothing,
    /// The file is written. What it held before is kept here, if this was the first change.
    Written(Option<PathBuf>),
    /// The file held nothing that was not ours, and is gone.
    Removed,
}

/// A config file, and what it is to hold.
#[derive(Debug, Clone)]
pub struct ConfigEditor {
    file: ConfigFile,
    text: Option<String>,
}

impl ConfigEditor {
    /// Docker's config.json.
    ///
    /// # Errors
    /// When it is there and can't be read or understood.
    pub fn docker(environment: &Environment) -> Result<Self, Error> {
        Self::read(paths::of_docker(environment))
    }

    /// The auth.json of podman, buildah and skopeo.
    ///
    /// # Errors
    /// When it is there and can't be read or understood.
    pub fn containers(environment: &Environment) -> Result<Self, Error> {
        Self::read(paths::of_containers(environment))
    }

    fn read(path: Option<PathBuf>) -> Result<Self, Error> {
        let path = path.ok_or(Error::NoHome)?;
        let file = ConfigFile::read(path.clone()).map_err(|source| Error::Unreadable { path: path.clone(), source })?;
        let content = file.content.as_deref();
        let text = content.map(text).transpose().map_err(|fault| Error::Broken { path, fault })?;
        Ok(Self { text: text.map(ToOwned::to_owned), file })
    }

    /// Where its readers look for the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// Whether the file begins with a byte order mark, with which Docker and podman can't read it.
    #[must_use]
    pub fn has_byte_order_mark(&self) -> bool {
        self.text().starts_with('\u{feff}')
    }

    /// Whom the file names for `host`.
    ///
    /// # Errors
    /// When the file is broken there.
    pub fn helper(&self, host: &str) -> Result<ConfiguredHelper, Error> {
        self.read_as(|text| entries::helper(text, host))
    }

    /// The helper of all registries that have none of their own: `credsStore`.
    ///
    /// # Errors
    /// When the file is broken there.
    pub fn store(&self) -> Result<Option<String>, Error> {
        self.read_as(entries::store)
    }

    /// The keys of `auths` under which the file holds a secret for `host` in plain text.
    ///
    /// # Errors
    /// When the file is broken there.
    pub fn shadows(&self, host: &str) -> Result<Vec<String>, Error> {
        self.read_as(|text| entries::shadows(text, host))
    }

    /// The registries that the file names us for.
    ///
    /// # Errors
    /// When the file is broken there.
    pub fn ours(&self) -> Result<Vec<String>, Error> {
        self.read_as(entries::ours)
    }

    /// Names us for `host`, instead of any other helper.
    ///
    /// # Errors
    /// When the file is broken there.
    pub fn add(&mut self, host: &str) -> Result<(), Error> {
        self.text = Some(self.read_as(|text| entries::with_us(text, host))?);
        Ok(())
    }

    /// Takes the plain secret under `key` out of `auths`.
    ///
    /// # Errors
    /// When the file is broken there.
    pub fn forget_secrets(&mut self, key: &str) -> Result<(), Error> {
        self.text = Some(self.read_as(|text| entries::without_secrets(text, key))?);
        Ok(())
    }

    /// Names us for `host` no more.
    ///
    /// What the file was before it named us is what it becomes again, to the last byte: the backup tells whether
    /// there was an empty `credHelpers`, an empty file or no file, which no rule could.
    ///
    /// # Errors
    /// When the file is broken there.
    pub fn remove(&mut self, host: &str) -> Result<(), Error> {
        let Some(present) = self.text.as_deref() else { return Ok(()) };
        let backup = self.backup();
        let is_ours_upon =
            |before: &str| before != present && entries::with_us(before, host).is_ok_and(|text| text == present);
        self.text = match backup {
            _ if self.helper(host)? != ConfiguredHelper::Atcr => return Ok(()),
            Some(before) if is_ours_upon(&before) => Some(before),
            None if is_ours_upon("") => None,
            _ => Some(self.read_as(|text| entries::without_us(text, host))?),
        };
        Ok(())
    }

    /// Whether saving would write.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.text.as_deref().map(str::as_bytes) != self.file.content.as_deref()
    }

    /// What saving would change, as a unified diff with stars for secrets; empty if nothing.
    ///
    /// # Errors
    /// When the file is broken where secrets are.
    pub fn diff(&self) -> Result<String, Error> {
        if !self.is_changed() {
            return Ok(String::new());
        }
        let name = self.path().display().to_string();
        let before = if self.file.content.is_some() { &name } else { "/dev/null" };
        let after = if self.text.is_some() { &name } else { "/dev/null" };
        let old = self.file.content.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        let old = entries::starred(&old).map_err(|fault| self.broken(fault))?;
        let new = self.read_as(entries::starred)?;
        Ok(TextDiff::from_lines(&*old, &*new).unified_diff().header(before, after).to_string())
    }

    /// Writes the file, if anything changed. Before the first change its content is kept, and given up when it is
    /// what the file holds again.
    ///
    /// # Errors
    /// When the file can't be written, or somebody else wrote it meanwhile.
    pub fn save(self) -> Result<Saved, Error> {
        self.file.sweep();
        if !self.is_changed() {
            return Ok(Saved::Nothing);
        }
        let path = || self.path().to_owned();
        let unwritable = |source: io::Error| match source.kind() {
            io::ErrorKind::Interrupted => Error::Changed { path: path() },
            _ => Error::Unwritable { path: path(), source },
        };
        let before = self.backup();
        let is_undone = before.is_some() && before == self.text;
        let keeps = !is_undone && self.needs_backup(before.is_some())?;
        let is_kept = self.file.write(self.text.as_deref().map(str::as_bytes), keeps).map_err(unwritable)?;
        if is_undone {
            // It holds nothing that the file does not.
            drop(std::fs::remove_file(self.file.backup()));
        }
        let backup = is_kept.then(|| self.file.backup());
        Ok(if self.text.is_none() { Saved::Removed } else { Saved::Written(backup) })
    }

    /// Whether the file holds what nobody could make again: it is somebody's own, as it was before it named us.
    fn needs_backup(&self, has_backup: bool) -> Result<bool, Error> {
        let Some(content) = &self.file.content else { return Ok(false) };
        let (ours, is_ours_alone) = text(content)
            .and_then(|text| Ok((entries::ours(text)?, entries::is_ours_alone(text)?)))
            .map_err(|fault| self.broken(fault))?;
        Ok(ours.is_empty() || !has_backup && !is_ours_alone)
    }

    fn backup(&self) -> Option<String> {
        let backup = ConfigFile::read(self.file.backup()).ok()?.content?;
        text(&backup).ok().map(ToOwned::to_owned)
    }

    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    fn read_as<T>(&self, read: impl FnOnce(&str) -> Result<T, FormatError>) -> Result<T, Error> {
        read(self.text()).map_err(|fault| self.broken(fault))
    }

    fn broken(&self, fault: FormatError) -> Error {
        Error::Broken { path: self.path().to_owned(), fault }
    }
}

/// The text of a file's bytes. Docker takes an empty file for an empty object.
fn text(content: &[u8]) -> Result<&str, FormatError> {
    if content.trim_ascii().is_empty() {
        return std::str::from_utf8(content).map_err(|_| FormatError::NotUtf8(1));
    }
    checked(content)
}
