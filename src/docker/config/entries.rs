//! What the text of a config file says about registries.

use std::collections::HashSet;

use serde_json::Value;

use super::client::Client;
use super::configured_helper::ConfiguredHelper;
use super::json_edit::BLANKS;
use super::json_span::{FormatError, Member, Object, is_field, line, root};
use crate::domain::HelperName;

/// The fields of an entry of `auths` from which clients take a secret (`AuthConfig` of docker/cli).
const SECRET_KEYS: [&str; 4] = ["auth", "identitytoken", "registrytoken", "password"];

/// What a file says about one registry alone, as it is written there: what `configure-docker` may take, and puts back.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Own {
    /// Its value in `credHelpers`.
    pub(super) helper: Option<String>,
    pub(super) secrets: Vec<PlainSecret>,
}

/// A secret in an entry of `auths`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct PlainSecret {
    /// The entry's key.
    pub(super) auth: String,
    pub(super) key: String,
    /// As JSON.
    pub(super) value: String,
}

/// A config file's text, parsed.
#[derive(Debug)]
pub(super) struct Entries<'a> {
    pub(super) text: &'a str,
    pub(super) root: Object,
    client: Client,
    /// Whether `atcr.exe` is this program: on Windows, and on Linux in WSL, which runs Windows' programs.
    runs_exe: bool,
}

impl<'a> Entries<'a> {
    /// A blank file counts as an empty object. Docker's decoder stops after the object, podman's rejects what follows.
    pub(super) fn parse(text: &'a str, client: Client, runs_exe: bool) -> Result<Self, FormatError> {
        let is_blank = text.trim_matches(BLANKS).is_empty();
        let root = if is_blank { Object::default() } else { root(text, client == Client::Podman)? };
        Ok(Self { text, root, client, runs_exe })
    }

    /// Another text, as the same client would read it.
    pub(super) fn of_same_client<'b>(&self, text: &'b str) -> Result<Entries<'b>, FormatError> {
        Entries::parse(text, self.client, self.runs_exe)
    }

    /// The line of what follows the object.
    pub(super) fn trailing_line(&self) -> Option<usize> {
        let rest = self.text[self.root.whole.end..].trim_start_matches(BLANKS);
        (!rest.is_empty()).then(|| line(self.text, self.text.len() - rest.len()))
    }

    pub(super) fn helper(&self, host: &str) -> Result<ConfiguredHelper, FormatError> {
        let own = match self.child("credHelpers")? {
            Some(helpers) => helpers.entry(self.text, host)?.map(|entry| self.string(entry)),
            None => None,
        };
        let is_own = own.is_some();
        let Some(name) = own.map_or_else(|| self.default_store(), |own| Ok(Some(own)))? else {
            return Ok(ConfiguredHelper::None);
        };
        Ok(match self.atcr_name(&name) {
            Some(HelperName::Any) => ConfiguredHelper::Atcr,
            Some(HelperName::Account(account)) => ConfiguredHelper::OneAccount { name, account },
            None if is_own => ConfiguredHelper::Other(name),
            None => ConfiguredHelper::Default(name),
        })
    }

    /// `credsStore`, which podman does not read.
    pub(super) fn default_store(&self) -> Result<Option<String>, FormatError> {
        if self.client == Client::Podman {
            return Ok(None);
        }
        let name = self.root.field(self.text, "credsStore")?.map(|member| self.string(member));
        Ok(name.filter(|name| !name.is_empty()))
    }

    /// The registries whose helper this program is, in the order of the file.
    pub(super) fn atcr_hosts(&self) -> Result<Vec<String>, FormatError> {
        let helpers = self.child("credHelpers")?.unwrap_or_default();
        let ours = helpers.members.into_iter().filter(|member| self.is_atcr(&self.string(member)));
        Ok(ours.map(|member| member.key).collect())
    }

    /// What the file says about `host` alone.
    pub(super) fn own(&self, host: &str) -> Result<Own, FormatError> {
        let helper = match self.child("credHelpers")? {
            Some(helpers) => helpers.entry(self.text, host)?.map(|entry| self.text[entry.value.clone()].to_owned()),
            None => None,
        };
        Ok(Own { helper, secrets: self.secrets(host, "auths", is_secret_key)? })
    }

    /// The secrets for `host` in plain text, with what else of an entry of `field` goes with them.
    fn secrets(&self, host: &str, field: &str, is_secret: fn(&str) -> bool) -> Result<Vec<PlainSecret>, FormatError> {
        let mut secrets = Vec::new();
        for auth in self.child(field)?.unwrap_or_default().members.iter().filter(|auth| is_for(&auth.key, host)) {
            let members = self.object(auth)?.unwrap_or_default().members;
            let of_entry: Vec<&Member> = members.iter().filter(|member| is_secret(&member.key)).collect();
            if of_entry.iter().any(|member| !self.string(member).is_empty()) {
                secrets.extend(of_entry.into_iter().map(|member| PlainSecret {
                    auth: auth.key.clone(),
                    key: member.key.clone(),
                    value: self.text[member.value.clone()].to_owned(),
                }));
            }
        }
        Ok(secrets)
    }

    /// The keys of `auths` with a secret for `host` in plain text.
    pub(super) fn plaintext_auths(&self, host: &str) -> Result<Vec<String>, FormatError> {
        self.plaintext(host, "auths", is_secret_key)
    }

    /// The same of regctl's file, which calls them otherwise.
    pub(super) fn plaintext_hosts(&self, host: &str) -> Result<Vec<String>, FormatError> {
        self.plaintext(host, "hosts", |key| ["pass", "token"].iter().any(|name| is_field(key, name)))
    }

    fn plaintext(&self, host: &str, field: &str, is_secret: fn(&str) -> bool) -> Result<Vec<String>, FormatError> {
        let mut keys: Vec<String> =
            self.secrets(host, field, is_secret)?.into_iter().map(|secret| secret.auth).collect();
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        Ok(keys)
    }

    /// Whether the registry's own entry names this program.
    pub(super) fn names_atcr(&self, host: &str) -> Result<bool, FormatError> {
        Ok(self.atcr_hosts()?.iter().any(|of_file| of_file == host))
    }

    /// Whether every field that may be edited can be: what `--yes` does to a file, `--remove` has to undo.
    pub(super) fn check(&self) -> Result<(), FormatError> {
        let fields: &[&str] = if self.is_dockers() {
            &["auths", "credHelpers", "plugins", "features"]
        } else {
            &["auths", "credHelpers"]
        };
        fields.iter().try_for_each(|field| self.child(field).map(drop))
    }

    /// The object in a field; `null` is none.
    pub(super) fn child(&self, field: &str) -> Result<Option<Object>, FormatError> {
        match self.root.field(self.text, field)? {
            Some(member) => self.object(member),
            None => Ok(None),
        }
    }

    pub(super) fn object(&self, member: &Member) -> Result<Option<Object>, FormatError> {
        if &self.text[member.value.clone()] == "null" {
            return Ok(None);
        }
        Object::parse(self.text, member.value.clone(), &member.key).map(Some)
    }

    pub(super) fn string(&self, member: &Member) -> String {
        string(&self.text[member.value.clone()])
    }

    pub(super) fn is_atcr(&self, name: &str) -> bool {
        self.atcr_name(name).is_some()
    }

    /// `None`: another program.
    fn atcr_name(&self, name: &str) -> Option<HelperName> {
        let name = if self.runs_exe { name.strip_suffix(".exe").unwrap_or(name) } else { name };
        name.parse().ok()
    }

    /// Whether plugins are configured here: podman reads none.
    pub(super) fn is_dockers(&self) -> bool {
        self.client == Client::Docker
    }
}

/// A value, if it is a string; else the empty one.
pub(super) fn string(json: &str) -> String {
    match serde_json::from_str(json) {
        Ok(Value::String(value)) => value,
        _ => String::new(),
    }
}

pub(super) fn is_secret_key(key: &str) -> bool {
    SECRET_KEYS.iter().any(|name| is_field(key, name))
}

/// Whether a key of `auths` is for this host. Keys are hosts, URLs, in podman's file repositories, and nerdctl's hosts have a port.
pub(super) fn is_for(key: &str, host: &str) -> bool {
    let key = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    let of_key = key.split('/').next().unwrap_or_default();
    of_key.eq_ignore_ascii_case(host)
        || of_key.strip_suffix(":443").is_some_and(|of_key| of_key.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Entries<'_> {
        Entries::parse(text, Client::Docker, false).unwrap()
    }

    #[test]
    fn cred_helpers_go_before_creds_store() {
        let (other, store) = (
            |name: &str| ConfiguredHelper::Other(name.to_owned()),
            |name: &str| ConfiguredHelper::Default(name.to_owned()),
        );
        let one_account = |name: &str| ConfiguredHelper::OneAccount {
            name: name.to_owned(),
            account: name.trim_start_matches("atcr-").parse().unwrap(),
        };
        for (text, expected) in [
            ("", ConfiguredHelper::None),
            ("{}", ConfiguredHelper::None),
            (r#"{"credHelpers": null}"#, ConfiguredHelper::None),
            (r#"{"credHelpers": {"x.atcr.io": "atcr", "ATCR.IO": "atcr"}}"#, ConfiguredHelper::None),
            (r#"{"plugins": {"credHelpers": {"atcr.io": "atcr"}}}"#, ConfiguredHelper::None),
            (r#"{"credHelpers": {"atcr.io": "atcr"}}"#, ConfiguredHelper::Atcr),
            (r#"{"CREDHELPERS": {"atcr.io": "atcr"}, "credsstore": "desktop"}"#, ConfiguredHelper::Atcr),
            ("{\"cred\u{17f}Store\": \"desktop\"}", store("desktop")),
            (r#"{"credHelpers": {"atcr.io": "atcr"}} {"credHelpers": {"atcr.io": "pass"}}"#, ConfiguredHelper::Atcr),
            (r#"{"credHelpers": {"atcr.io": "atcr"}, "credsStore": "desktop"}"#, ConfiguredHelper::Atcr),
            (r#"{"cred\u0048elpers": {"atcr\u002eio": "\u0061tcr"}}"#, ConfiguredHelper::Atcr),
            ("\u{feff}{\"credHelpers\": {\"atcr.io\": \"atcr\"}}", ConfiguredHelper::Atcr),
            (r#"{"credHelpers": {"atcr.io": "pass"}, "credsStore": "atcr"}"#, other("pass")),
            (r#"{"credHelpers": {"atcr.io": ""}, "credsStore": "atcr"}"#, other("")),
            (r#"{"credHelpers": {"atcr.io": 1}}"#, other("")),
            (r#"{"credsStore": "atcr"}"#, ConfiguredHelper::Atcr),
            (r#"{"credHelpers": {"atcr.io": "atcr-a.example"}}"#, one_account("atcr-a.example")),
            (r#"{"credHelpers": {"atcr.io": "atcr-A.example"}, "credsStore": "pass"}"#, one_account("atcr-A.example")),
            (r#"{"credsStore": "atcr-did:plc:a"}"#, one_account("atcr-did:plc:a")),
            (r#"{"credHelpers": {"atcr.io": "atcr-a"}}"#, other("atcr-a")),
            (r#"{"credHelpers": {"atcr.io/a.example/app": "atcr-a.example"}}"#, ConfiguredHelper::None),
            (r#"{"credsStore": "desktop"}"#, store("desktop")),
            (r#"{"credsStore": ""}"#, ConfiguredHelper::None),
        ] {
            assert_eq!(parse(text).helper("atcr.io"), Ok(expected), "{text}");
        }
    }

    #[test]
    fn atcr_exe_is_ours_only_where_windows_programs_run() {
        let text = r#"{"credHelpers": {"atcr.io": "atcr.exe"}}"#;
        for (runs_exe, expected) in
            [(true, ConfiguredHelper::Atcr), (false, ConfiguredHelper::Other("atcr.exe".to_owned()))]
        {
            let entries = Entries::parse(text, Client::Docker, runs_exe).unwrap();
            assert_eq!(entries.helper("atcr.io"), Ok(expected));
            assert_eq!(entries.with_helper("atcr.io", &HelperName::Any).unwrap() == text, runs_exe);
            assert_eq!(entries.without_helper("atcr.io").unwrap() == text, !runs_exe);
        }
    }

    #[test]
    fn podman_reads_no_creds_store_and_nothing_after_the_object() {
        let podman = |text| Entries::parse(text, Client::Podman, false);
        assert_eq!(podman(r#"{"credsStore": "atcr"}"#).unwrap().helper("atcr.io"), Ok(ConfiguredHelper::None));
        assert!(matches!(podman("{} x"), Err(FormatError::NotJson(_))));
    }

    #[test]
    fn every_key_that_clients_read_as_a_secret_is_one() {
        for (auths, expected) in [
            (r#"{"atcr.io": {"auth": "YTpi"}}"#, &["atcr.io"][..]),
            (
                r#"{"atcr.io": {"registrytoken": "t"}, "https://atcr.io/v1/": {"Password": "p"}}"#,
                &["atcr.io", "https://atcr.io/v1/"],
            ),
            (r#"{"http://ATCR.io": {"IdentityToken": "t"}}"#, &["http://ATCR.io"]),
            (r#"{"atcr.io/evan.jarrett.net": {"auth": "YTpi"}}"#, &["atcr.io/evan.jarrett.net"]),
            (r#"{"atcr.io:443": {"auth": "YTpi"}}"#, &["atcr.io:443"]),
            (r#"{"atcr.io": {"auth": "", "email": "e", "username": "u"}, "https://atcr.io": null}"#, &[]),
            (r#"{"x.atcr.io": {"auth": "YTpi"}, "atcr.io:5000": {"auth": "YTpi"}, "ghcr.io": {"auth": "YTpi"}}"#, &[]),
        ] {
            let text = format!("{{\"Auths\": {auths}}}");
            assert_eq!(parse(&text).plaintext_auths("atcr.io").unwrap(), expected, "{text}");
        }
    }
}
