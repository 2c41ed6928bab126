//! `--set TARGET.KEY=VALUE`, `--push` and `--load`.

use std::collections::BTreeMap;

use super::fields::{self, Fields, Kind};
use super::target::Target;
use crate::docker::clients::glob;

/// What bake knows besides, and what names no images.
const OTHER_KEYS: [&str; 18] = [
    "annotations",
    "attest",
    "call",
    "entitlements",
    "extra-hosts",
    "labels",
    "load",
    "network",
    "no-cache",
    "no-cache-filter",
    "policy",
    "pull",
    "resources",
    "secret",
    "secrets",
    "shm-size",
    "ssh",
    "ulimits",
];
const LIST_KEYS: [&str; 5] = ["tags", "platform", "cache-from", "cache-to", "output"];

#[derive(Debug, Default)]
pub(super) struct Overrides(Vec<Override>);

#[derive(Debug)]
struct Override {
    /// A target, or several with `*`.
    pattern: String,
    key: String,
    /// Of an argument or a context.
    name: String,
    value: String,
    /// `+=`
    appends: bool,
}

impl Overrides {
    /// None for what bake refuses.
    pub(super) fn parse<'a>(
        given: impl Iterator<Item = &'a str>,
        environment: &BTreeMap<String, String>,
    ) -> Option<Self> {
        let mut overrides = Vec::new();
        for text in given {
            let (path, value) = match text.split_once('=') {
                Some((path, value)) => (path, Some(value)),
                None => (text, None),
            };
            let (path, appends) = path.strip_suffix('+').map_or((path, false), |path| (path, true));
            let (pattern, rest) = path.split_once('.')?;
            let (key, name) = rest.split_once('.').unwrap_or((rest, ""));
            // An argument without a value has the environment's, if there is one.
            let value = match value {
                None if key == "args" => environment.get(name).map(String::as_str),
                None => return None,
                value => value,
            };
            if let Some(value) = value {
                let [pattern, key, name, value] = [pattern, key, name, value].map(str::to_owned);
                overrides.push(Override { pattern, key, name, value, appends });
            }
        }
        Some(Self(overrides))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Each must mean a target.
    pub(super) fn check(&self, targets: &[Target]) -> Option<()> {
        let is_known = |each: &Override| targets.iter().any(|target| glob::matches(&each.pattern, &target.name));
        self.0.iter().all(is_known).then_some(())
    }

    pub(super) fn apply(&self, target: &mut Target) -> Option<()> {
        let own = |each: &&Override| glob::matches(&each.pattern, &target.name);
        let own: Vec<&Override> = self.0.iter().filter(own).collect();
        for each in &own {
            let (name, value) = (each.name.clone(), each.value.clone());
            match &*each.key {
                "args" => _ = target.arguments.insert(name, value),
                "contexts" => _ = target.contexts.insert(name, value),
                "context" => target.context = Some(value),
                "dockerfile" => target.dockerfile = Some(value),
                "target" => target.stage = Some(value),
                "push" => {}
                key if OTHER_KEYS.contains(&key) || LIST_KEYS.contains(&key) => {}
                _ => return None,
            }
        }
        let lists = Lists(&own);
        lists.texts("tags", &mut target.tags);
        lists.texts("platform", &mut target.platforms);
        lists.fields("cache-to", Kind::Cache, &mut target.cache_to)?;
        lists.fields("output", Kind::Output, &mut target.outputs)?;
        let mut cache_from = Some(std::mem::take(&mut target.cache_from));
        lists.fields("cache-from", Kind::Cache, &mut cache_from)?;
        target.cache_from = cache_from.unwrap_or_default();
        for each in own {
            match (&*each.key, &*each.value) {
                ("push", "true" | "1" | "t") => push(target.outputs.get_or_insert_default()),
                ("push", _) => target.outputs.iter_mut().for_each(do_not_push),
                _ => {}
            }
        }
        Some(())
    }
}

/// The overrides whose values are lists: all that are given for a key are one.
struct Lists<'a>(&'a [&'a Override]);

impl Lists<'_> {
    /// The values, and whether they are added to those of the file.
    fn values(&self, key: &str) -> (Vec<&str>, bool) {
        let given: Vec<_> = self.0.iter().filter(|each| each.key == key).collect();
        let appends = given.last().is_none_or(|each| each.appends);
        (given.iter().map(|each| &*each.value).collect(), appends)
    }

    fn texts(&self, key: &str, list: &mut Option<Vec<String>>) {
        let (values, appends) = self.values(key);
        extend(list, values.into_iter().map(str::to_owned).collect(), appends);
    }

    fn fields(&self, key: &str, kind: Kind, list: &mut Option<Vec<Fields>>) -> Option<()> {
        let (values, appends) = self.values(key);
        let parsed: Option<Vec<Vec<Fields>>> = values.iter().map(|value| fields::parse(value, kind)).collect();
        extend(list, parsed?.concat(), appends);
        Some(())
    }
}

fn extend<T>(list: &mut Option<Vec<T>>, values: Vec<T>, appends: bool) {
    if !appends {
        *list = Some(values);
    } else if !values.is_empty() {
        list.get_or_insert_default().extend(values);
    }
}

/// `--push` pushes what goes to an image, and makes an image of what goes to the engine alone.
fn push(outputs: &mut Vec<Fields>) {
    let needs_image = outputs.iter().all(|output| is(output, "docker"));
    for output in outputs.iter_mut().filter(|output| is(output, "image")) {
        output.insert("push".to_owned(), "true".to_owned());
    }
    if needs_image {
        outputs
            .push([("type", "image"), ("push", "true")].map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    }
}

fn is(output: &Fields, kind: &str) -> bool {
    output.get("type").is_some_and(|each| each == kind)
}

fn do_not_push(outputs: &mut Vec<Fields>) {
    outputs.retain(|output| !is(output, "registry"));
    for output in outputs.iter_mut().filter(|output| is(output, "image")) {
        output.insert("push".to_owned(), "false".to_owned());
    }
}
