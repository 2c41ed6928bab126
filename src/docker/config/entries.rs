//! Who a config file names for a registry, and the file with us named or not: texts in, texts out.

use serde_json::Value;

use super::json_edit::{Style, appended, indentation, quoted, removed, spliced};
use super::json_span::{FormatError, Member, Object, object, root};

/// The program's name as config files have it: the part after `docker-credential-`.
const US: &str = "atcr";

/// What Docker takes as a password out of an entry of `auths`.
const SECRETS: [&str; 2] = ["auth", "identitytoken"];

/// Whom a config file names for a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfiguredHelper {
    /// Nobody.
    None,
    /// This program.
    Atcr,
    /// Another helper, for this registry alone.
    Other(String),
    /// Another helper, for every registry that has none of its own (`credsStore`).
    Default(String),
}

/// Whether a helper's name is ours, as Linux in WSL may name the program of Windows too.
fn is_us(name: &str) -> bool {
    name == US || name == "atcr.exe"
}

/// Whom the file asks about `host`.
pub(super) fn helper(text: &str, host: &str) -> Result<ConfiguredHelper, FormatError> {
    let Some(config) = config(text)? else { return Ok(ConfiguredHelper::None) };
    let of_host = match child(text, &config, "credHelpers")? {
        Some(helpers) => helpers.member(text, host)?.map(|member| string(text, member)),
        None => None,
    };
    let store = || config.member(text, "credsStore").map(|member| member.map(|member| string(text, member)));
    Ok(match (of_host, store()?) {
        (Some(name), _) if is_us(&name) => ConfiguredHelper::Atcr,
        (Some(name), _) => ConfiguredHelper::Other(name),
        (None, Some(name)) if is_us(&name) => ConfiguredHelper::Atcr,
        (None, Some(name)) if !name.is_empty() => ConfiguredHelper::Default(name),
        (None, _) => ConfiguredHelper::None,
    })
}

/// The helper of all registries that have none of their own.
pub(super) fn store(text: &str) -> Result<Option<String>, FormatError> {
    let Some(config) = config(text)? else { return Ok(None) };
    let store = config.member(text, "credsStore")?.map(|member| string(text, member));
    Ok(store.filter(|name| !name.is_empty()))
}

/// The registries that the file names us for, in its order.
pub(super) fn ours(text: &str) -> Result<Vec<String>, FormatError> {
    let Some(config) = config(text)? else { return Ok(Vec::new()) };
    let members = child(text, &config, "credHelpers")?.map(|helpers| helpers.members).unwrap_or_default();
    let ours = members.into_iter().filter(|member| is_us(&string(text, member)));
    Ok(ours.map(|member| member.key).collect())
}

/// Whether everything in the file is ours.
pub(super) fn is_ours_alone(text: &str) -> Result<bool, FormatError> {
    let Some(config) = config(text)? else { return Ok(false) };
    let helpers = child(text, &config, "credHelpers")?.map_or(0, |helpers| helpers.members.len());
    Ok(config.members.len() == 1 && helpers > 0 && ours(text)?.len() == helpers)
}

/// The keys of `auths` that hold a secret for `host` in plain text. Docker and podman take it where a helper fails, or
/// instead of asking one that another file names.
pub(super) fn shadows(text: &str, host: &str) -> Result<Vec<String>, FormatError> {
    let Some(config) = config(text)? else { return Ok(Vec::new()) };
    let Some(auths) = child(text, &config, "auths")? else { return Ok(Vec::new()) };
    let mut keys = Vec::new();
    for member in auths.members.iter().filter(|member| is_for(&member.key, host)) {
        let Some(entry) = child(text, &auths, &member.key)? else { continue };
        for secret in SECRETS {
            let secret = entry.member(text, secret)?.map(|member| string(text, member)).unwrap_or_default();
            if !secret.is_empty() && !keys.contains(&member.key) {
                keys.push(member.key.clone());
            }
        }
    }
    Ok(keys)
}

/// Keys of `auths` are hosts, URLs, and in podman's file repositories.
fn is_for(key: &str, host: &str) -> bool {
    let key = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    key.split('/').next().is_some_and(|of_key| of_key.eq_ignore_ascii_case(host))
}

/// The file with us named for `host`, instead of any other helper. A file that names us stays as it is.
pub(super) fn with_us(text: &str, host: &str) -> Result<String, FormatError> {
    let us = quoted(US);
    let Some(config) = config(text)? else {
        let nothing = Style::of("", &Object { whole: 0..0, members: Vec::new() });
        return Ok(nothing.object("", "credHelpers", &nothing.object("\t", host, &us)) + "\n");
    };
    let style = Style::of(text, &config);
    let new = |indentation: &str| style.object(indentation, host, &us);
    let Some(helpers) = config.member(text, "credHelpers")? else {
        return Ok(appended(text, &config, &style, "credHelpers", new));
    };
    let Some(object) = child(text, &config, "credHelpers")? else {
        return Ok(spliced(text, helpers.value.clone(), &new(indentation(text, helpers.whole.start))));
    };
    Ok(match object.member(text, host)? {
        Some(member) if is_us(&string(text, member)) => text.to_owned(),
        Some(member) => spliced(text, member.value.clone(), &us),
        None => appended(text, &object, &style, host, |_| us),
    })
}

/// The file without us for `host`, and without a `credHelpers` that would be left empty. What names another helper
/// stays.
pub(super) fn without_us(text: &str, host: &str) -> Result<String, FormatError> {
    let Some(config) = config(text)? else { return Ok(text.to_owned()) };
    let Some(helpers) = child(text, &config, "credHelpers")? else { return Ok(text.to_owned()) };
    Ok(match helpers.member(text, host)? {
        Some(member) if !is_us(&string(text, member)) => text.to_owned(),
        None => text.to_owned(),
        Some(_) if helpers.members.len() == 1 => removed(text, &config, "credHelpers"),
        Some(_) => removed(text, &helpers, host),
    })
}

/// The file without the secrets that stand under `key` of `auths`; the entry stays, as `docker login` writes one.
pub(super) fn without_secrets(text: &str, key: &str) -> Result<String, FormatError> {
    let mut text = text.to_owned();
    for secret in SECRETS {
        let Some(config) = config(&text)? else { break };
        let Some(auths) = child(&text, &config, "auths")? else { break };
        let Some(entry) = child(&text, &auths, key)? else { break };
        text = removed(&text, &entry, secret);
    }
    Ok(text)
}

/// The file with stars for every secret in `auths`, to be shown.
pub(super) fn starred(text: &str) -> Result<String, FormatError> {
    let Some(config) = config(text)? else { return Ok(text.to_owned()) };
    let entries = child(text, &config, "auths")?.map(|auths| auths.members).unwrap_or_default();
    let objects = entries.iter().filter_map(|entry| object(text, entry.value.start, &entry.key).ok());
    let members: Vec<Member> = objects.flat_map(|entry| entry.members).collect();
    let is_secret = |member: &&Member| SECRETS.contains(&&*member.key) && !string(text, member).is_empty();
    // From the end on, so that the places before stay right.
    let star = |text: String, member: &Member| spliced(&text, member.value.clone(), "\"***\"");
    Ok(members.iter().rev().filter(is_secret).fold(text.to_owned(), star))
}

/// The object that a file is; none, where there is nothing in it.
fn config(text: &str) -> Result<Option<Object>, FormatError> {
    let is_blank = text.trim_matches([' ', '\t', '\r', '\n']).is_empty();
    if is_blank { Ok(None) } else { root(text).map(Some) }
}

/// The object that is a member's value; `null` is none.
fn child(text: &str, parent: &Object, key: &str) -> Result<Option<Object>, FormatError> {
    match parent.member(text, key)? {
        Some(member) if &text[member.value.clone()] != "null" => object(text, member.value.start, key).map(Some),
        _ => Ok(None),
    }
}

/// A member's value, if it is a string.
fn string(text: &str, member: &Member) -> String {
    let value = serde_json::from_str(&text[member.value.clone()]).unwrap_or_default();
    if let Value::String(value) = value { value } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_of_its_own_goes_before_that_of_all_registries() {
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
            (r#"{"credHelpers": {"atcr.io": "atcr.exe"}}"#, ConfiguredHelper::Atcr),
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
            assert_eq!(helper(text, "atcr.io"), Ok(expected), "{text}");
        }
    }

    #[test]
    fn one_of_several_entries_is_removed_with_its_comma() {
        for (before, host, after) in [
            (r#"{"credHelpers":{"a":"atcr","b":"x"}}"#, "a", r#"{"credHelpers":{"b":"x"}}"#),
            (r#"{"credHelpers":{"b":"x","a":"atcr"}}"#, "a", r#"{"credHelpers":{"b":"x"}}"#),
            (
                r#"{"credHelpers": {"b": "x" , "a": "atcr" , "c": "y"}}"#,
                "a",
                r#"{"credHelpers": {"b": "x" , "c": "y"}}"#,
            ),
            (r#"{"credHelpers": {"a": "atcr.exe"}, "x": 1}"#, "a", r#"{"x": 1}"#),
            (r#"{"x": 1, "credHelpers": {"a": "atcr"}}"#, "a", r#"{"x": 1}"#),
            (r#"{"credHelpers": {"a": "atcr"}}"#, "a", "{}"),
            (r#"{"credHelpers": {"a": "pass"}}"#, "a", r#"{"credHelpers": {"a": "pass"}}"#),
            (r#"{"credHelpers": {"a": "atcr"}}"#, "b", r#"{"credHelpers": {"a": "atcr"}}"#),
        ] {
            assert_eq!(without_us(before, host).as_deref(), Ok(after), "{before}");
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
            (r#"{"auths":{"a":null}}"#, r#"{"auths":{"a":null}}"#),
            ("{}", "{}"),
        ] {
            assert_eq!(without_secrets(before, "a").as_deref(), Ok(after), "{before}");
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let before = r#"{"auths": {"a": {"auth": "s3cret", "email": "e"}, "b": {"auth": ""}, "a": {"identitytoken": "s3cret"}}, "x": "y"}"#;
        assert_eq!(starred(before).as_deref(), Ok(&*before.replace("s3cret", "***")));
    }

    #[test]
    fn a_file_is_ours_alone_if_it_names_nobody_else() {
        for (text, expected) in [
            (r#"{"credHelpers": {"a": "atcr", "b": "atcr"}}"#, true),
            (r#"{"credHelpers": {"a": "atcr", "b": "pass"}}"#, false),
            (r#"{"credHelpers": {"a": "atcr"}, "auths": {}}"#, false),
            (r#"{"credHelpers": {}}"#, false),
            ("{}", false),
            ("", false),
        ] {
            assert_eq!(is_ours_alone(text), Ok(expected), "{text}");
        }
    }
}
