//! The text of a config file with an entry added, removed or put back; every other byte stays.

use super::entries::{ATCR, Entries, PlainSecret, is_secret_key};
use super::json_edit::{Style, appended, indentation, quoted, removed, spliced};
use super::json_span::FormatError;

impl Entries<'_> {
    /// The text that names this program for `host`, instead of any other helper. A text that does so stays.
    pub(super) fn with_atcr(&self, host: &str) -> Result<String, FormatError> {
        if self.root.whole.is_empty() {
            return self.of_same_client("{}\n")?.with_atcr(host);
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

    /// The text without the secrets under `key` of `auths`; the entry stays, as `docker login` writes one.
    pub(super) fn without_secrets(&self, key: &str) -> Result<String, FormatError> {
        let mut text = self.text.to_owned();
        while let Some(changed) = self.of_same_client(&text)?.without_a_secret(key)? {
            text = changed;
        }
        Ok(text)
    }

    fn without_a_secret(&self, key: &str) -> Result<Option<String>, FormatError> {
        for auth in self.child("auths")?.unwrap_or_default().members.iter().filter(|auth| auth.key == key) {
            let entry = self.object(auth)?.unwrap_or_default();
            if let Some(secret) = entry.members.iter().find(|member| is_secret_key(&member.key)) {
                return Ok(Some(removed(self.text, &entry, secret)));
            }
        }
        Ok(None)
    }

    /// The text with `value` as the helper for `host`, which has one.
    pub(super) fn with_helper(&self, host: &str, value: &str) -> Result<String, FormatError> {
        let helpers = self.child("credHelpers")?.unwrap_or_default();
        Ok(match helpers.entry(self.text, host)? {
            Some(entry) => spliced(self.text, entry.value.clone(), value),
            None => self.text.to_owned(),
        })
    }

    /// The text with a secret put back into its entry of `auths`. `None`: there is no such entry.
    pub(super) fn with_secret(&self, secret: &PlainSecret) -> Result<Option<String>, FormatError> {
        let auths = self.child("auths")?.unwrap_or_default();
        let Some(auth) = auths.entry(self.text, &secret.auth)? else { return Ok(None) };
        let Some(entry) = self.object(auth)? else { return Ok(None) };
        if let Some(empty) = entry.field(self.text, &secret.key)? {
            return Ok(Some(spliced(self.text, empty.value.clone(), &secret.value)));
        }
        let style = Style::of(self.text, &self.root);
        Ok(Some(appended(self.text, &entry, &style, &secret.key, |_| secret.value.clone())))
    }

    /// The text without `credsStore`, if that names this program.
    pub(super) fn without_default_atcr(&self) -> Result<String, FormatError> {
        Ok(match self.root.field(self.text, "credsStore")? {
            Some(member) if self.is_atcr(&self.string(member)) => removed(self.text, &self.root, member),
            _ => self.text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::client::Client;
    use super::*;

    fn parse(text: &str) -> Entries<'_> {
        Entries::parse(text, Client::Docker, false).unwrap()
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
            assert_eq!(parse(before).without_secrets("a").as_deref(), Ok(after), "{before}");
        }
    }
}
