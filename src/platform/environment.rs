//! The environment's variables: what every run asks for is read once, the rest when it is asked for, because each look
//! costs a `get` 500 instructions.

#[cfg(target_os = "linux")]
use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use self::credential::{APP_PASSWORD, CredentialVariables, DEVICE_SECRET, HANDLE, SECRET_FILE};
use crate::domain::{Identity, InvalidIdentity};
use crate::error::Error;
#[cfg(target_os = "linux")]
use crate::platform::os_text::text_of;
use crate::text::visible;

mod credential;
mod of_others;
pub(crate) mod sudo;
mod terminal;

pub(crate) use terminal::TerminalSettings;

const DEFAULT_REGISTRY: &str = "atcr.io";

/// What the names of variables begin with that hold a secret, belong to one, or lead to one: ours, and the credentials
/// that Docker takes from the environment.
const SECRET_VARIABLES: [&str; 4] = [DEVICE_SECRET, APP_PASSWORD, HANDLE, "DOCKER_AUTH_CONFIG"];

/// An empty variable counts as unset, because pipelines set those they have no value for.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `ATCR_CONFIG_DIR`, else `~/.atcr`.
    pub config_dir: Option<PathBuf>,
    /// `HOME`, on Windows `USERPROFILE`: as Docker finds it.
    pub home: Option<PathBuf>,
    /// `ATCR_DEBUG`: log decisions and their reasons on stderr.
    pub debug: bool,
    /// `DOCKER_CONFIG`: the folder of Docker's config.json instead of `~/.docker`.
    pub docker_config: Option<PathBuf>,
    /// `ATCR_HANDLE` and the variables of its secret.
    pub credential: CredentialVariables,
    registry: Option<String>,
    account: Option<String>,
    variables: Variables,
}

/// The value of a variable, by its name. By default none is set.
#[derive(Debug, Clone, Copy)]
struct Variables(fn(&str) -> Option<OsString>);

impl Default for Variables {
    fn default() -> Self {
        Self(|_| None)
    }
}

/// Root certificates instead of the system's.
#[derive(Debug, Clone, Default)]
pub struct Certificates {
    pub file: Option<PathBuf>,
    pub folder: Option<PathBuf>,
}

impl Environment {
    pub fn read() -> Self {
        Self::from_variables(variable)
    }

    fn from_variables(variable: fn(&str) -> Option<OsString>) -> Self {
        let text = |name| variable(name).map(|value| value.to_string_lossy().into_owned());
        // Values pasted into a pipeline's settings come with line breaks and blanks, and with what can't be seen.
        let trimmed = |name| text(name).map(|value| visible(&value).into_owned()).filter(|value| !value.is_empty());
        let path = |name| variable(name).map(PathBuf::from);
        let home = env::home_dir();
        Self {
            config_dir: path("ATCR_CONFIG_DIR").or_else(|| home.as_ref().map(|home| home.join(".atcr"))),
            home,
            debug: text("ATCR_DEBUG").is_some_and(|value| value != "0"),
            docker_config: path("DOCKER_CONFIG"),
            registry: trimmed("ATCR_REGISTRY"),
            account: trimmed("ATCR_ACCOUNT"),
            credential: CredentialVariables::new(trimmed, path(SECRET_FILE)),
            variables: Variables(variable),
        }
    }

    fn variable(&self, name: &str) -> Option<OsString> {
        (self.variables.0)(name)
    }

    fn is_set(&self, name: &str) -> bool {
        self.variable(name).is_some()
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.variable(name).map(PathBuf::from)
    }

    /// `PATH`.
    pub(crate) fn search_path(&self) -> Option<OsString> {
        self.variable("PATH")
    }

    /// `BROWSER`: programs that open URLs, separated as in `PATH`.
    pub(crate) fn browser(&self) -> Option<String> {
        self.variable("BROWSER").map(|value| value.to_string_lossy().into_owned())
    }

    /// `SSL_CERT_FILE` and `SSL_CERT_DIR`, which only some platforms' libraries read by themselves.
    pub(crate) fn certificates(&self) -> Certificates {
        Certificates { file: self.path("SSL_CERT_FILE"), folder: self.path("SSL_CERT_DIR") }
    }

    /// `ATCR_REGISTRY`, not parsed.
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref()
    }

    /// `ATCR_UPDATE_URL`, not parsed: where `update` looks instead of atcr.io.
    pub(crate) fn update_url(&self) -> Option<String> {
        self.variable("ATCR_UPDATE_URL").map(|value| value.to_string_lossy().trim().to_owned())
    }

    /// `ATCR_REGISTRY`, else atcr.io: the registry of the environment's credential.
    pub fn registry_or_default(&self) -> &str {
        self.registry().unwrap_or(DEFAULT_REGISTRY)
    }

    /// `ATCR_ACCOUNT`.
    pub fn account(&self) -> Result<Option<Identity>, Error> {
        let parse = |text: &String| match text.parse() {
            Err(InvalidIdentity::Handle | InvalidIdentity::Did) => {
                Err(Error::new("ATCR_ACCOUNT is neither a handle nor a DID"))
            }
            parsed => parsed.map_err(|error| Error::invalid_variable("ATCR_ACCOUNT", text, error)),
        };
        self.account.as_ref().map(parse).transpose()
    }

    /// `ATCR_ACCOUNT`, not parsed.
    pub(crate) fn account_text(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The variables of a credential with their values, except secrets.
    pub fn credential_settings(&self) -> Vec<(&'static str, String)> {
        let registry = self.registry.clone().map(|registry| ("ATCR_REGISTRY", registry));
        registry.into_iter().chain(self.credential.settings()).collect()
    }

    /// Neither `ATCR_NO_UPDATE_NOTIFIER` nor `CI` is set.
    pub fn wants_update_notice(&self) -> bool {
        !self.is_set("ATCR_NO_UPDATE_NOTIFIER") && !self.is_set("CI")
    }
}

/// For what a client that started this program has passed on.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn all_variables() -> BTreeMap<String, String> {
    let text = |text: OsString| text_of(&text).into_owned();
    env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
}

/// The variables that no child process inherits.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn secret_variables() -> Vec<OsString> {
    env::vars_os().filter(|(name, value)| is_secret_variable(name, value)).map(|(name, _)| name).collect()
}

/// By its name, or because a device secret is in it.
fn is_secret_variable(name: &OsStr, value: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    SECRET_VARIABLES.iter().any(|start| name.starts_with(start)) || value.to_string_lossy().contains("atcr_device_")
}

/// `PATH`.
pub(crate) fn search_path() -> Option<OsString> {
    variable("PATH")
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Secret, SecretLocation};

    #[test]
    fn variables_that_hold_or_lead_to_secrets_are_known() {
        for (name, value, expected) in [
            ("ATCR_DEVICE_SECRET", "x", true),
            ("ATCR_DEVICE_SECRET_FILE", "/x", true),
            ("ATCR_DEVICE_SECRET_2", "x", true),
            ("atcr_device_secret", "x", true),
            ("ATCR_APP_PASSWORD", "x", true),
            ("ATCR_HANDLE", "a.example", true),
            ("DOCKER_AUTH_CONFIG", "{}", true),
            ("MY_TOKEN", "x atcr_device_y", true),
            ("ATCR_REGISTRY", "buoy.cr", false),
            ("DOCKER_CONFIG", "/x", false),
            ("PATH", "/bin", false),
        ] {
            assert_eq!(is_secret_variable(OsStr::new(name), OsStr::new(value)), expected, "{name}");
        }
    }

    #[test]
    fn blanks_and_line_breaks_around_a_value_are_trimmed() {
        let environment = Environment::from_variables(|name| match name {
            "ATCR_HANDLE" => Some(" @a.example\n".into()),
            "ATCR_DEVICE_SECRET" => Some("\u{feff}s3cret\u{a0}\r\n".into()),
            "ATCR_REGISTRY" => Some("\u{200b}buoy.cr\n".into()),
            "ATCR_ACCOUNT" => Some("\n".into()),
            _ => None,
        });
        let account = environment.credential.account().unwrap().unwrap();
        assert_eq!(
            (account.handle.as_str(), account.secret),
            ("a.example", SecretLocation::Inline(Secret::new("s3cret")))
        );
        assert_eq!((environment.registry(), environment.account()), (Some("buoy.cr"), Ok(None)));
    }
}
