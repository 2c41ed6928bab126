//! What of a config file is this program's: helpers for registries and repositories, and Docker's CLI plugin.

use super::entries::{Entries, string};
use super::json_edit::quoted;
use super::json_span::{FormatError, is_field};
use crate::docker::plugin::{HOOKS, NAME};

/// Which commands' ends Docker tells the plugin of.
const OF_PLUGIN: [&str; 3] = ["plugins", NAME, "hooks"];

/// Whether Docker tells plugins of anything.
const SWITCH: [&str; 2] = ["features", "hooks"];

const EXTRA_FOLDERS: &str = "cliPluginsExtraDirs";

/// What is added and removed as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// For this registry or repository.
    Helper(&'a str),
    Plugin,
}

/// A value of a part.
pub(super) struct OwnValue {
    /// `None`: the plugin's.
    pub(super) host: Option<String>,
    pub(super) path: Vec<String>,
    /// As JSON.
    pub(super) json: String,
}

impl OwnValue {
    pub(super) fn is_of(&self, part: Part<'_>) -> bool {
        match part {
            Part::Helper(host) => self.host.as_deref() == Some(host),
            Part::Plugin => self.host.is_none(),
        }
    }

    pub(super) fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}

/// `features.hooks`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hooks {
    Unset,
    On,
    Off,
}

impl Entries<'_> {
    /// In the order of the file, which is that in which they were added.
    pub(super) fn own_values(&self) -> Result<Vec<OwnValue>, FormatError> {
        let mut values = Vec::new();
        let has_plugin = self.has_plugin();
        for member in &self.root.members {
            if is_field(&member.key, "credHelpers") {
                for host in self.atcr_hosts()? {
                    values.extend(self.own_value(&["credHelpers", &host], Some(&host))?);
                }
            } else if has_plugin {
                for path in [&OF_PLUGIN[..], &SWITCH].into_iter().filter(|path| is_field(&member.key, path[0])) {
                    values.extend(self.own_value(path, None)?);
                }
            }
        }
        Ok(values)
    }

    fn own_value(&self, path: &[&str], host: Option<&str>) -> Result<Option<OwnValue>, FormatError> {
        let path_of = || path.iter().map(|&key| key.to_owned()).collect();
        let json = self.value(path)?;
        Ok(json.map(|json| OwnValue { host: host.map(str::to_owned), path: path_of(), json }))
    }

    pub(super) fn has(&self, part: Part<'_>) -> Result<bool, FormatError> {
        match part {
            Part::Helper(host) => self.names_atcr(host),
            Part::Plugin => Ok(self.has_plugin()),
        }
    }

    /// Whether the file has nothing but what is ours.
    pub(super) fn is_all_ours(&self) -> Result<bool, FormatError> {
        let (own, mut text) = (self.own_values()?, self.text.to_owned());
        for value in &own {
            text = self.of_same_client(&text)?.without_value(&value.path())?;
        }
        Ok(!own.is_empty() && self.of_same_client(&text)?.root.members.is_empty())
    }

    /// Whether Docker tells the plugin of anything, as soon as hooks are on. What can't be parsed is nothing.
    pub(super) fn has_plugin(&self) -> bool {
        self.is_dockers() && !self.text_at(&OF_PLUGIN).is_empty()
    }

    /// Where Docker looks for plugins first. What can't be parsed is nothing.
    pub(super) fn plugin_folders(&self) -> Vec<String> {
        let json = self.value(&[EXTRA_FOLDERS]).ok().flatten();
        json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
    }

    pub(super) fn hooks(&self) -> Hooks {
        match &*self.text_at(&SWITCH) {
            "" => Hooks::Unset,
            // What Go's strconv.ParseBool takes for true.
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Hooks::On,
            _ => Hooks::Off,
        }
    }

    /// `features.hooks`, as JSON.
    pub(super) fn switch(&self) -> Option<String> {
        self.value(&SWITCH).ok().flatten()
    }

    fn text_at(&self, path: &[&str]) -> String {
        self.value(path).ok().flatten().map(|json| string(&json)).unwrap_or_default()
    }

    /// The text with which Docker tells the plugin of pushes and pulls. Hooks that are off stay off unless `turns_on`.
    pub(super) fn with_plugin(&self, turns_on: bool) -> Result<String, FormatError> {
        let text = if self.has_plugin() { self.text.to_owned() } else { self.with_value(&OF_PLUGIN, &quoted(HOOKS))? };
        match self.hooks() {
            Hooks::On => Ok(text),
            Hooks::Off if !turns_on => Ok(text),
            Hooks::Off | Hooks::Unset => self.of_same_client(&text)?.with_value(&SWITCH, &quoted("true")),
        }
    }

    /// The text without the plugin, whose hooks were switched as in `switch` before it was added. Hooks that another plugin
    /// uses, or that somebody switched since, stay as they are. With `had_idle_hooks`, those of another plugin were off then.
    pub(super) fn without_plugin(&self, switch: Option<&str>, had_idle_hooks: bool) -> Result<String, FormatError> {
        let text = self.without_value(&OF_PLUGIN)?;
        let rest = self.of_same_client(&text)?;
        match switch {
            _ if rest.switch() != Some(quoted("true")) => Ok(text),
            Some(before) => rest.with_value(&SWITCH, before),
            None if !had_idle_hooks && rest.has_other_hooks()? => Ok(text),
            None => rest.without_value(&SWITCH),
        }
    }

    /// Whether another plugin is told of commands, as far as hooks are on.
    pub(super) fn has_other_hooks(&self) -> Result<bool, FormatError> {
        let plugins = self.child("plugins")?.unwrap_or_default();
        let mut others = plugins.members.iter().filter(|plugin| plugin.key != OF_PLUGIN[1]);
        Ok(others.any(|plugin| !self.text_at(&["plugins", &plugin.key, "hooks"]).is_empty()))
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
    fn a_file_without_anything_else_is_recognized() {
        for (text, expected) in [
            (r#"{"credHelpers": {"a": "atcr", "b": "atcr-b.example"}}"#, true),
            (r#"{"credHelpers": {"a": "atcr", "b": "pass"}}"#, false),
            (r#"{"credHelpers": {"a": "atcr"}, "auths": {}}"#, false),
            (
                r#"{"plugins": {"atcr": {"hooks": "push,pull,image push,image pull"}}, "features": {"hooks": "true"}}"#,
                true,
            ),
            (r#"{"plugins": {"atcr": {"hooks": "push,pull,image push,image pull", "x": "y"}}}"#, false),
            (r#"{"features": {"hooks": "true"}}"#, false),
            (r#"{"credHelpers": {}}"#, false),
            ("{}", false),
            ("", false),
        ] {
            assert_eq!(parse(text).is_all_ours(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn the_plugin_is_added_where_others_are() {
        for (before, after) in [
            (
                r#"{"x":1}"#,
                r#"{"x":1,"plugins":{"atcr":{"hooks":"push,pull,image push,image pull"}},"features":{"hooks":"true"}}"#,
            ),
            (
                r#"{"plugins": {"scout": {"hooks": "pull"}}, "features": {"hooks": "true"}}"#,
                r#"{"plugins": {"scout": {"hooks": "pull"}, "atcr": {"hooks": "push,pull,image push,image pull"}}, "features": {"hooks": "true"}}"#,
            ),
            (
                r#"{"Plugins": null, "FEATURES": {"buildkit": "1"}}"#,
                r#"{"Plugins": {"atcr": {"hooks": "push,pull,image push,image pull"}}, "FEATURES": {"buildkit": "1", "hooks": "true"}}"#,
            ),
            (
                r#"{"features": {"hooks": "0"}, "plugins": {"atcr": {"x": "y"}}}"#,
                r#"{"features": {"hooks": "0"}, "plugins": {"atcr": {"x": "y", "hooks": "push,pull,image push,image pull"}}}"#,
            ),
            (
                "",
                "{\n\t\"plugins\": {\n\t\t\"atcr\": {\n\t\t\t\"hooks\": \"push,pull,image push,image pull\"\n\t\t}\n\t},\n\t\"features\": {\n\t\t\"hooks\": \"true\"\n\t}\n}\n",
            ),
        ] {
            let added = parse(before).with_plugin(false).unwrap();
            assert_eq!(added, after, "{before}");
            assert_eq!(parse(&added).with_plugin(false).as_deref(), Ok(after));
        }
        let off = r#"{"features": {"hooks": "false"}, "plugins": {"atcr": {"hooks": "push"}}}"#;
        assert_eq!(parse(off).with_plugin(false).as_deref(), Ok(off));
        assert_eq!(parse(off).with_plugin(true), Ok(off.replace("false", "true")));
    }

    #[test]
    fn hooks_that_nothing_had_turned_on_are_off_again() {
        let had_none = r#"{"plugins": {"scout": {"hooks": "pull"}}, "auths": {}}"#;
        let with_ours = parse(had_none).with_plugin(false).unwrap();
        assert_eq!(parse(&with_ours).without_plugin(None, true).as_deref(), Ok(had_none));
        assert!(parse(&with_ours).without_plugin(None, false).unwrap().contains(r#""hooks": "true""#));
    }

    #[test]
    fn hooks_of_others_outlast_the_plugin() {
        let shared = r#"{"plugins": {"scout": {"hooks": "pull"}, "atcr": {"hooks": "push,pull,image push,image pull"}}, "features": {"hooks": "true"}}"#;
        let kept = r#"{"plugins": {"scout": {"hooks": "pull"}}, "features": {"hooks": "true"}}"#;
        assert_eq!(parse(shared).without_plugin(None, false).as_deref(), Ok(kept));
        let alone = r#"{"plugins": {"atcr": {"hooks": "push,pull,image push,image pull"}}, "features": {"hooks": "true"}, "x": 1}"#;
        assert_eq!(parse(alone).without_plugin(None, false).as_deref(), Ok(r#"{"x": 1}"#));
        let before = parse(alone).without_plugin(Some("\"false\""), false);
        assert_eq!(before.as_deref(), Ok(r#"{"features": {"hooks": "false"}, "x": 1}"#));
        let switched = alone.replace("true", "false");
        assert_eq!(
            parse(&switched).without_plugin(None, false).as_deref(),
            Ok(r#"{"features": {"hooks": "false"}, "x": 1}"#)
        );
    }

    #[test]
    fn podman_has_no_plugins() {
        let text = r#"{"plugins": {"atcr": {"hooks": "push,pull,image push,image pull"}}}"#;
        let podman = Entries::parse(text, Client::Podman, false).unwrap();
        assert!(!podman.has_plugin() && podman.own_values().unwrap().is_empty());
    }
}
