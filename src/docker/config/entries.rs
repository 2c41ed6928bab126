//! What the text of a config file says about registries.

use serde_json::Value;

use super::client::Client;
use super::json_span::{FormatError, Member, Object, is_field, root};

/// This program in a config file: what follows `docker-credential-` in its name.
pub(super) const ATCR: &str = "atcr";

/// The fields of an entry of `auths` from which clients take a secret (`AuthConfig` of docker/cli).
const SECRET_KEYS: [&str; 4] = ["auth", "identitytoken", "registrytoken", "password"];

/// The credential helper that a client uses for a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfiguredHelper {
    None,
    Atcr,
    /// Another one, for this registry alone (`credHelpers`). An empty name: none, whatever `credsStore` says.
    Other(String),
    /// Another one, for every registry without one of its own (`credsStore`).
    Default(String),
}

/// What a file says about one registry alone, as it is written there: what `configure-docker` may take, and puts back.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Own {
    /// Its value in `credHelpers`.
    pub(super) helper: Option<String>,
    pub(super) secrets: Vec<PlainSecret>,
}

/// A secret in an entry of `auths`.
#[derive(Clone, PartialEq, Eq)]
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
        let is_blank = text.trim_matches([' ', '\t', '\r', '\n']).is_empty();
        let root = if is_blank { Object::default() } else { root(text, client == Client::Podman)? };
        Ok(Self { text, root, client, runs_exe })
    }

    /// Another text, as the same client would read it.
    pub(super) fn of_same_client<'b>(&self, text: &'b str) -> Result<Entries<'b>, FormatError> {
        Entries::parse(text, self.client, self.runs_exe)
    }

    pub(super) fn helper(&self, host: &str) -> Result<ConfiguredHelper, FormatError> {
        let own = match self.child("credHelpers")? {
            Some(helpers) => helpers.entry(self.text, host)?.map(|entry| self.string(entry)),
            None => None,
        };
        Ok(match (own, self.default_store()?) {
            (Some(name), _) | (None, Some(name)) if self.is_atcr(&name) => ConfiguredHelper::Atcr,
            (Some(name), _) => ConfiguredHelper::Other(name),
            (None, Some(name)) => ConfiguredHelper::Default(name),
            (None, None) => ConfiguredHelper::None,
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

    /// Whether the file has nothing but entries that name this program.
    pub(super) fn has_atcr_alone(&self) -> Result<bool, FormatError> {
        let helpers = self.child("credHelpers")?.unwrap_or_default().members.len();
        Ok(self.root.members.len() == 1 && helpers > 0 && self.atcr_hosts()?.len() == helpers)
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
        let mut keys = Vec::new();
        for secret in self.secrets(host, field, is_secret)? {
            if !keys.contains(&secret.auth) {
                keys.push(secret.auth);
            }
        }
        Ok(keys)
    }

    /// Whether the registry's own entry names this program.
    pub(super) fn names_atcr(&self, host: &str) -> Result<bool, FormatError> {
        Ok(self.atcr_hosts()?.iter().any(|of_file| of_file == host))
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
        name == ATCR || name == "atcr.exe" && self.runs_exe
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

/// Keys of `auths` are hosts, URLs, in podman's file repositories, and nerdctl's hosts have a port.
fn is_for(key: &str, host: &str) -> bool {
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
            assert_eq!(entries.with_atcr("atcr.io").unwrap() == text, runs_exe);
            assert_eq!(entries.without_atcr("atcr.io").unwrap() == text, !runs_exe);
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

    #[test]
    fn a_file_without_other_entries_is_recognized() {
        for (text, expected) in [
            (r#"{"credHelpers": {"a": "atcr", "b": "atcr"}}"#, true),
            (r#"{"credHelpers": {"a": "atcr", "b": "pass"}}"#, false),
            (r#"{"credHelpers": {"a": "atcr"}, "auths": {}}"#, false),
            (r#"{"credHelpers": {}}"#, false),
            ("{}", false),
            ("", false),
        ] {
            assert_eq!(parse(text).has_atcr_alone(), Ok(expected), "{text}");
        }
    }
}
