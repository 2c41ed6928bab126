//! What the text of a config file says about registries, and the text with an entry added or removed.

use serde_json::Value;

use super::client::Client;
use super::json_edit::{Style, appended, indentation, quoted, removed, spliced};
use super::json_span::{FormatError, Member, Object, is_field, root};

/// This program in a config file: what follows `docker-credential-` in its name.
const ATCR: &str = "atcr";

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

/// A config file's text, parsed.
#[derive(Debug)]
pub(super) struct Entries<'a> {
    text: &'a str,
    root: Object,
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
        for auth in self.child(field)?.unwrap_or_default().members {
            if is_for(&auth.key, host)
                && let Some(entry) = self.object(&auth)?
                && entry.members.iter().any(|member| is_secret(&member.key) && !self.string(member).is_empty())
                && !keys.contains(&auth.key)
            {
                keys.push(auth.key);
            }
        }
        Ok(keys)
    }

    /// The text that names this program for `host`, instead of any other helper. A text that does so stays.
    pub(super) fn with_atcr(&self, host: &str) -> Result<String, FormatError> {
        if self.root.whole.is_empty() {
            return Self::parse("{}\n", self.client, self.runs_exe)?.with_atcr(host);
        }
        let (text, name) = (self.text, quoted(ATCR));
        let style = Style::of(text, &self.root);
        let helpers_of = |indentation: &str| style.object(indentation, host, &name);
        let Some(member) = self.root.field(text, "credHelpers")? else {
            return Ok(appended(text, &self.root, &style, "credHelpers", helpers_of));
        };
        let Some(helpers) = self.object(member)? else {
            let new = helpers_of(indentation(text, member.whole.start));
            return Ok(spliced(text, member.value.clone(), &new));
        };
        Ok(match helpers.entry(text, host)? {
            Some(entry) if self.is_atcr(&self.string(entry)) => text.to_owned(),
            Some(entry) => spliced(text, entry.value.clone(), &name),
            None => appended(text, &helpers, &style, host, |_| name),
        })
    }

    /// The text that does not name this program for `host`, without a `credHelpers` that would be left empty. Other
    /// helpers stay.
    pub(super) fn without_atcr(&self, host: &str) -> Result<String, FormatError> {
        let text = self.text;
        let Some(member) = self.root.field(text, "credHelpers")? else { return Ok(text.to_owned()) };
        let helpers = self.object(member)?.unwrap_or_default();
        Ok(match helpers.entry(text, host)? {
            Some(entry) if !self.is_atcr(&self.string(entry)) => text.to_owned(),
            None => text.to_owned(),
            Some(_) if helpers.members.len() == 1 => removed(text, &self.root, member),
            Some(entry) => removed(text, &helpers, entry),
        })
    }

    /// The text without the first secret under `key` of `auths`; the entry stays, as `docker login` writes one.
    pub(super) fn without_a_secret(&self, key: &str) -> Result<Option<String>, FormatError> {
        for auth in self.child("auths")?.unwrap_or_default().members.iter().filter(|auth| auth.key == key) {
            let entry = self.object(auth)?.unwrap_or_default();
            if let Some(secret) = entry.members.iter().find(|member| is_secret_key(&member.key)) {
                return Ok(Some(removed(self.text, &entry, secret)));
            }
        }
        Ok(None)
    }

    /// The text to show, with stars for every secret in `auths` and for what follows the object.
    pub(super) fn redacted(&self) -> String {
        let end = self.root.whole.end;
        let rest = &self.text[end..];
        let blanks = rest.len() - rest.trim_start().len();
        let mut text = self.text.to_owned();
        if blanks < rest.len() {
            text.replace_range(end + blanks.., "***\n");
        }
        // From the end on, so that the places before stay right.
        for secret in self.secrets().into_iter().rev() {
            text.replace_range(secret.value, "\"***\"");
        }
        text
    }

    fn secrets(&self) -> Vec<Member> {
        let auths = self.root.members.iter().filter(|member| is_field(&member.key, "auths"));
        let entries = auths.flat_map(|auths| self.object(auths).ok().flatten().unwrap_or_default().members);
        let members = entries.flat_map(|entry| self.object(&entry).ok().flatten().unwrap_or_default().members);
        members.filter(|member| is_secret_key(&member.key) && &self.text[member.value.clone()] != "\"\"").collect()
    }

    /// The object in a field; `null` is none.
    fn child(&self, field: &str) -> Result<Option<Object>, FormatError> {
        match self.root.field(self.text, field)? {
            Some(member) => self.object(member),
            None => Ok(None),
        }
    }

    fn object(&self, member: &Member) -> Result<Option<Object>, FormatError> {
        if &self.text[member.value.clone()] == "null" {
            return Ok(None);
        }
        Object::parse(self.text, member.value.clone(), &member.key).map(Some)
    }

    /// A value, if it is a string; else the empty one.
    fn string(&self, member: &Member) -> String {
        match serde_json::from_str(&self.text[member.value.clone()]) {
            Ok(Value::String(value)) => value,
            _ => String::new(),
        }
    }

    fn is_atcr(&self, name: &str) -> bool {
        name == ATCR || name == "atcr.exe" && self.runs_exe
    }
}

fn is_secret_key(key: &str) -> bool {
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
    fn an_entry_is_removed_with_its_comma() {
        for (before, host, after) in [
            (r#"{"credHelpers":{"a":"atcr","b":"x"}}"#, "a", r#"{"credHelpers":{"b":"x"}}"#),
            (r#"{"credHelpers":{"b":"x","a":"atcr"}}"#, "a", r#"{"credHelpers":{"b":"x"}}"#),
            (
                r#"{"credHelpers": {"b": "x" , "a": "atcr" , "c": "y"}}"#,
                "a",
                r#"{"credHelpers": {"b": "x" , "c": "y"}}"#,
            ),
            (r#"{"CredHelpers": {"a": "atcr"}, "x": 1}"#, "a", r#"{"x": 1}"#),
            (r#"{"credHelpers": {"a": "atcr"}} text"#, "a", "{} text"),
            (r#"{"x": 1, "credHelpers": {"a": "atcr"}}"#, "a", r#"{"x": 1}"#),
            (r#"{"credHelpers": {"a": "atcr"}}"#, "a", "{}"),
            (r#"{"credHelpers": {"a": "pass"}}"#, "a", r#"{"credHelpers": {"a": "pass"}}"#),
            (r#"{"credHelpers": {"a": "atcr"}}"#, "b", r#"{"credHelpers": {"a": "atcr"}}"#),
        ] {
            assert_eq!(parse(before).without_atcr(host).as_deref(), Ok(after), "{before}");
        }
    }

    #[test]
    fn only_the_secrets_of_an_entry_are_removed() {
        for (before, after) in [
            (r#"{"auths":{"a":{"auth":"x"}}}"#, r#"{"auths":{"a":{}}}"#),
            (r#"{"auths":{"a":{"email":"e","auth":"x","identitytoken":"t"}}}"#, r#"{"auths":{"a":{"email":"e"}}}"#),
            (
                r#"{"auths":{"a":{"identitytoken":"t","email":"e"},"b":{"auth":"x"}}}"#,
                r#"{"auths":{"a":{"email":"e"},"b":{"auth":"x"}}}"#,
            ),
            (
                r#"{"AUTHS":{"a":{"Auth":"x","registrytoken":"r"},"a":{"PASSWORD":"p"}}}"#,
                r#"{"AUTHS":{"a":{},"a":{}}}"#,
            ),
            (r#"{"auths":{"a":null}}"#, r#"{"auths":{"a":null}}"#),
            ("{}", "{}"),
        ] {
            let mut text = before.to_owned();
            while let Some(changed) = parse(&text).without_a_secret("a").unwrap() {
                text = changed;
            }
            assert_eq!(text, after, "{before}");
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let before = r#"{"auths": {"a": {"auth": "s3cret", "email": "e"}, "b": {"auth": ""}, "a": {"identitytoken": "s3cret"}}, "AUTHS": {"c": {"Password": "s3cret", "registryToken": "s3cret"}}, "x": "y"}"#;
        assert_eq!(parse(before).redacted(), before.replace("s3cret", "***"));
        assert_eq!(parse("{}\n{\"auth\": \"s3cret\"}").redacted(), "{}\n***\n");
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
