//! What a config file says about one registry, as text and as a fix.

use std::path::PathBuf;

use super::client::Client;
use super::configured_helper::ConfiguredHelper;
use crate::error::Hint;
use crate::text::{display_path, sanitize_name, shell_word};

/// What a config file, which need not exist, says about one registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub client: Client,
    pub file: PathBuf,
    pub host: String,
    pub helper: ConfiguredHelper,
    /// The keys of `auths` with a secret for the registry in plain text. Docker uses it where the helper fails, podman
    /// instead of a helper that another file names, and a `registrytoken` goes to the registry in any case.
    pub plaintext_auths: Vec<String>,
    /// Neither Docker nor podman can parse a file that starts with one.
    pub has_byte_order_mark: bool,
}

impl State {
    pub fn uses_atcr(&self) -> bool {
        self.helper.is_ours() && !self.has_byte_order_mark
    }

    /// Who uses the helper: no Docker asks for a repository.
    pub fn user(&self) -> String {
        if self.host.contains('/') { "crane (like cosign, kaniko and ko)".to_owned() } else { self.client.to_string() }
    }

    /// This program, under the name that it is configured with or would be.
    pub fn program(&self) -> String {
        match &self.helper {
            ConfiguredHelper::OneAccount { name, .. } => program(name),
            _ => program("atcr"),
        }
    }

    /// Which helper the client uses, for a person.
    pub fn usage(&self) -> String {
        let (client, host) = (self.user(), sanitize_name(&self.host));
        match &self.helper {
            ConfiguredHelper::None => format!("{client} does not use docker-credential-atcr for {host}"),
            ConfiguredHelper::Atcr | ConfiguredHelper::OneAccount { .. } => {
                format!("{client} uses {} for {host}", self.program())
            }
            ConfiguredHelper::Other(name) => format!("{client} uses {} for {host}", program(name)),
            ConfiguredHelper::Default(name) => format!("{client} uses {} (credsStore) for {host}", program(name)),
        }
    }

    /// Why the client does not use this program. `None`: it does.
    pub fn unused(&self) -> Option<String> {
        if self.uses_atcr() {
            return None;
        }
        if self.has_byte_order_mark { self.warning() } else { Some(self.usage()) }
    }

    /// What the client has used in the place of this program. `None`: nothing.
    pub fn instead(&self) -> Option<String> {
        let (client, host) = (self.user(), sanitize_name(&self.host));
        match &self.helper {
            ConfiguredHelper::Other(name) | ConfiguredHelper::Default(name) if !name.is_empty() => {
                Some(format!("{client} used {} for {host}, not this program", program(name)))
            }
            _ if self.has_password() => {
                Some(format!("{client} used the password for {host} in {}", display_path(&self.file)))
            }
            _ => None,
        }
    }

    /// Whether the file has one for the client itself.
    pub fn has_password(&self) -> bool {
        !self.plaintext_auths.is_empty() && !self.is_of_nerdctl()
    }

    /// What is in the way, whichever helper is configured.
    pub fn warning(&self) -> Option<String> {
        if self.has_byte_order_mark {
            let (file, client) = (display_path(&self.file), self.client);
            return Some(format!("{file} starts with a UTF-8 byte order mark, which {client} can't parse"));
        }
        self.password_warning()
    }

    pub fn password_warning(&self) -> Option<String> {
        if self.plaintext_auths.is_empty() {
            return None;
        }
        let (file, client, host) = (display_path(&self.file), self.client, sanitize_name(&self.host));
        let keys: Vec<String> = self.plaintext_auths.iter().map(|key| format!("{:?}", sanitize_name(key))).collect();
        let keys = keys.join(", ");
        let user = if self.is_of_nerdctl() { "nerdctl uses".to_owned() } else { format!("{client} may use") };
        Some(format!("{file} contains a plain-text password for {host} that {user} instead (auths: {keys})"))
    }

    /// Whether the passwords are all under a name that nerdctl gives a registry, which finds it before it looks for a helper.
    fn is_of_nerdctl(&self) -> bool {
        let has_port = |key: &String| {
            let host = key.split_once("://").map_or(&**key, |(_, rest)| rest).split('/').next().unwrap_or_default();
            host.ends_with(":443") && !host.eq_ignore_ascii_case(&self.host)
        };
        self.client == Client::Docker && !self.plaintext_auths.is_empty() && self.plaintext_auths.iter().all(has_port)
    }

    /// What makes the client use this program, and nothing else. `None`: it does.
    pub fn fix(&self) -> Option<Hint> {
        if self.has_byte_order_mark {
            return Some(Hint::run(self.configure_command()));
        }
        if self.helper.is_ours() && self.plaintext_auths.is_empty() {
            return None;
        }
        if self.helper.is_ours() && self.is_of_nerdctl() {
            return Some(Hint::run(format_args!("nerdctl logout {}", shell_word(&self.host))));
        }
        Some(Hint::run(self.configure_command()))
    }

    /// The command that changes the file, with `--yes` for what it would prompt for.
    pub fn configure_command(&self) -> String {
        let podman = if self.client == Client::Podman { " --podman" } else { "" };
        let prompts = self.has_byte_order_mark
            || matches!(self.helper, ConfiguredHelper::Other(_))
            || !self.plaintext_auths.is_empty();
        let yes = if prompts { " --yes" } else { "" };
        let flag = if self.host.contains('/') { "--repository " } else { "" };
        format!("docker-credential-atcr configure-docker {flag}{}{podman}{yes}", shell_word(&self.host))
    }
}

/// The program of a helper's name in a config file.
pub(super) fn program(name: &str) -> String {
    if name.is_empty() { "no helper".to_owned() } else { format!("docker-credential-{}", sanitize_name(name)) }
}
