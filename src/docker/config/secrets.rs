//! Secrets in `auths`: the text of a config file without them, or with them put back. Every other byte stays, and thousands
//! of them are changed at once.

use std::collections::{HashMap, HashSet};

use super::entries::{Entries, PlainSecret, is_secret_key};
use super::json_edit::{Splice, Style, appended, removals, spliced};
use super::json_span::{FormatError, Member, Object, is_field};

impl Entries<'_> {
    /// The text without the secrets under these keys of `auths`; the entries stay, as `docker login` writes them.
    pub(super) fn without_secrets(&self, keys: &[String]) -> Result<String, FormatError> {
        let keys: HashSet<&String> = keys.iter().collect();
        let mut changes = Vec::new();
        for auth in self.child("auths")?.unwrap_or_default().members.iter().filter(|auth| keys.contains(&auth.key)) {
            let entry = self.object(auth)?.unwrap_or_default();
            changes.extend(removals(&entry, |member| is_secret_key(&member.key)));
        }
        Ok(spliced(self.text, changes))
    }

    /// The text with secrets put back into their entries of `auths`, as far as there are such entries.
    pub(super) fn with_secrets(&self, secrets: &[PlainSecret]) -> Result<String, FormatError> {
        let by_entry = by_entry(secrets);
        let most = by_entry.values().map(Vec::len).max().unwrap_or_default();
        let mut text = self.text.to_owned();
        // The second of an entry stands behind the first.
        for turn in 0..most {
            let entries = self.of_same_client(&text)?;
            text = spliced(&text, entries.restorations(|auth| by_entry.get(auth)?.get(turn).copied())?);
        }
        Ok(text)
    }

    /// What puts back one secret for each entry that has one.
    fn restorations<'b>(&self, secret: impl Fn(&str) -> Option<&'b PlainSecret>) -> Result<Vec<Splice>, FormatError> {
        let style = Style::of(self.text, &self.root);
        let auths = self.child("auths")?.unwrap_or_default();
        let mut changes = Vec::new();
        for auth in only_once(&auths) {
            if let (Some(secret), Ok(Some(entry))) = (secret(&auth.key), self.object(auth)) {
                changes.extend(self.restoration(&entry, secret, &style));
            }
        }
        Ok(changes)
    }

    /// `None`: the entry has its key more than once.
    fn restoration(&self, entry: &Object, secret: &PlainSecret, style: &Style) -> Option<Splice> {
        Some(match entry.field(self.text, &secret.key).ok()? {
            Some(empty) => (empty.value.clone(), secret.value.clone()),
            None => appended(self.text, entry, style, &secret.key, |_| secret.value.clone()),
        })
    }
}

/// Of several secrets under one name, the last counts, as for Go's decoder.
fn by_entry(secrets: &[PlainSecret]) -> HashMap<&str, Vec<&PlainSecret>> {
    let mut by_entry: HashMap<&str, Vec<&PlainSecret>> = HashMap::new();
    for secret in secrets {
        let of_entry = by_entry.entry(&secret.auth).or_default();
        of_entry.retain(|earlier| !is_field(&earlier.key, &secret.key));
        of_entry.push(secret);
    }
    by_entry
}

/// The members whose keys no other has: of several, nobody knows which counts.
fn only_once(object: &Object) -> impl Iterator<Item = &Member> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for member in &object.members {
        *counts.entry(&member.key).or_default() += 1;
    }
    object.members.iter().filter(move |member| counts.get(&*member.key) == Some(&1))
}

#[cfg(test)]
mod tests {
    use super::super::client::Client;
    use super::*;

    fn parse(text: &str) -> Entries<'_> {
        Entries::parse(text, Client::Docker, false).unwrap()
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
            assert_eq!(parse(before).without_secrets(&["a".to_owned()]).as_deref(), Ok(after), "{before}");
        }
    }
}
