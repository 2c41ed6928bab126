//! The credential that a pipeline keeps in its variables: `ATCR_HANDLE` with the secret, or with the file that holds it.

use std::path::{self, Path, PathBuf};
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::domain::{Account, Handle, KnownSecret, Secret, SecretLocation};
use crate::error::Error;
use crate::platform::fs::{OpenError, Trusted, not_found};
#[cfg(unix)]
use crate::platform::fs::{is_descriptor, read_descriptor};
use crate::text::{display_path, is_secret, visible};

pub(super) const HANDLE: &str = "ATCR_HANDLE";
pub(super) const DEVICE_SECRET: &str = "ATCR_DEVICE_SECRET";
pub(super) const APP_PASSWORD: &str = "ATCR_APP_PASSWORD";
pub(super) const SECRET_FILE: &str = "ATCR_DEVICE_SECRET_FILE";

/// The variables of a credential that are set.
#[derive(Debug, Clone, Default)]
pub struct CredentialVariables {
    handle: Option<String>,
    secrets: Vec<(&'static str, SecretSource)>,
    /// What `ATCR_DEVICE_SECRET_FILE` holds: a pipe can be read once.
    secret_of_file: OnceLock<Result<Secret, Error>>,
}

#[derive(Debug, Clone)]
enum SecretSource {
    Value(Secret),
    File(PathBuf),
}

impl CredentialVariables {
    /// `text` is the value of a variable, and `file` that of `ATCR_DEVICE_SECRET_FILE`.
    pub(super) fn new(text: impl Fn(&'static str) -> Option<String>, file: Option<PathBuf>) -> Self {
        let secret = |name| text(name).map(|value| (name, SecretSource::Value(Secret::new(&value))));
        let file = file.map(|file| (SECRET_FILE, SecretSource::File(file)));
        let secrets = [secret(DEVICE_SECRET), file, secret(APP_PASSWORD)].into_iter().flatten().collect();
        Self { handle: text(HANDLE), secrets, secret_of_file: OnceLock::new() }
    }

    /// Whether any is set, complete or not.
    pub fn any(&self) -> bool {
        !self.names().is_empty()
    }

    pub fn names(&self) -> Vec<&'static str> {
        let handle = self.handle.as_ref().map(|_| HANDLE);
        handle.into_iter().chain(self.secrets.iter().map(|(name, _)| *name)).collect()
    }

    /// With their values, except secrets.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = Vec::new();
        settings.extend(self.handle.clone().map(|handle| (HANDLE, handle)));
        for (name, source) in &self.secrets {
            if let SecretSource::File(file) = source {
                let file = path::absolute(file).unwrap_or_else(|_| file.clone());
                settings.push((name, file.display().to_string()));
            }
        }
        settings
    }

    /// The file of `ATCR_DEVICE_SECRET_FILE`.
    pub(crate) fn secret_file(&self) -> Option<&Path> {
        self.secrets.iter().find_map(|(_, source)| match source {
            SecretSource::File(file) => Some(&**file),
            SecretSource::Value(_) => None,
        })
    }

    /// The account of `ATCR_HANDLE` and its secret. Errors name the variable, never its value.
    pub fn account(&self) -> Result<Option<Account>, Error> {
        if !self.any() {
            return Ok(None);
        }
        let Some(handle) = &self.handle else {
            let set = self.names();
            let (names, verb) = (set.join(" and "), if set.len() == 1 { "is" } else { "are" });
            return Err(Error::new(format_args!("{names} {verb} set, but ATCR_HANDLE is not")));
        };
        let handle: Handle = handle.parse().map_err(|error| Error::invalid_variable(HANDLE, handle, error))?;
        Ok(Some(Account { handle, did: None, secret: SecretLocation::Inline(self.secret()?) }))
    }

    /// Every secret in them, be the credential complete or not, and in the place of the handle too.
    pub(crate) fn known_secrets(&self) -> Vec<KnownSecret> {
        let user_name = self.handle.clone().unwrap_or_default();
        let swapped = self.handle.iter().filter(|handle| is_secret(handle)).map(|handle| Secret::new(handle));
        let secrets = self.secrets.iter().filter_map(|(_, source)| match source {
            SecretSource::Value(secret) => Some(secret.clone()),
            SecretSource::File(path) => self.secret_of_file.get_or_init(|| read_secret(path)).clone().ok(),
        });
        secrets.chain(swapped).map(|secret| KnownSecret { user_name: user_name.clone(), secret }).collect()
    }

    fn secret(&self) -> Result<Secret, Error> {
        match self.secrets.as_slice() {
            [(name, SecretSource::Value(secret))] => single_line(secret.clone(), name),
            [(_, SecretSource::File(path))] => self.secret_of_file.get_or_init(|| read_secret(path)).clone(),
            [] => Err(Error::new(
                "ATCR_HANDLE is set, but none of ATCR_DEVICE_SECRET, ATCR_DEVICE_SECRET_FILE and ATCR_APP_PASSWORD is",
            )),
            _ => Err(Error::new(
                "only one of ATCR_DEVICE_SECRET, ATCR_DEVICE_SECRET_FILE and ATCR_APP_PASSWORD may be set",
            )),
        }
    }
}

/// A secret with a line break was pasted together with something else.
fn single_line(secret: Secret, source: &str) -> Result<Secret, Error> {
    if secret.expose().contains(char::is_control) {
        return Err(Error::new(format_args!("{source} contains a line break or control character")));
    }
    Ok(secret)
}

/// The most that is read of a secret file, in bytes.
const LONGEST_FILE: u64 = 64 * 1024;

fn read_secret(path: &Path) -> Result<Secret, Error> {
    if is_secret(&path.to_string_lossy()) {
        let error = "a secret, not the name of a file that holds it";
        return Err(Error::invalid_variable(SECRET_FILE, &path.to_string_lossy(), error));
    }
    let source = format!("{} ({SECRET_FILE})", display_path(path));
    let content = read_secret_file(path).map_err(|error| match error {
        OpenError::Untrusted(untrusted) => untrusted.into(),
        OpenError::Failed(error) => Error::new(format_args!("can't read {source}: {error}")),
    })?;
    let Ok(content) = std::str::from_utf8(&content) else {
        return Err(Error::new(format_args!("can't read {source}: it is not text in UTF-8")));
    };
    let secret = Secret::new(&Zeroizing::new(visible(content).into_owned()));
    if secret.expose().is_empty() {
        return Err(Error::new(format_args!("{source} is empty")));
    }
    single_line(secret, &source)
}

fn read_secret_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    #[cfg(unix)]
    if is_descriptor(path) {
        return Ok(Zeroizing::new(read_descriptor(path, LONGEST_FILE)?));
    }
    let content = Trusted::find(path)?.closed_to_others()?.read(LONGEST_FILE)?;
    Ok(Zeroizing::new(content.ok_or_else(not_found)?))
}
