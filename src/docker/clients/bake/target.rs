//! A target: what one build reads and writes.

use std::collections::BTreeMap;

use super::fields::{Fields, Kind, parse_list};
use super::value::Value;

/// None where the file says nothing, so that what a target inherits stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) inherits: Vec<String>,
    pub(super) context: Option<String>,
    pub(super) contexts: BTreeMap<String, String>,
    pub(super) dockerfile: Option<String>,
    pub(super) dockerfile_inline: Option<String>,
    pub(super) arguments: BTreeMap<String, String>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) cache_from: Vec<Fields>,
    pub(super) cache_to: Option<Vec<Fields>>,
    pub(super) stage: Option<String>,
    pub(super) platforms: Option<Vec<String>>,
    pub(super) outputs: Option<Vec<Fields>>,
    /// Built for another target, and kept to itself.
    pub(super) is_linked: bool,
}

/// What bake evaluates besides, and refuses if it has no value, or one of another type.
const TEXTS: [&str; 4] = ["call", "description", "network", "shm-size"];
const LISTS: [&str; 5] = ["annotations", "entitlements", "no-cache-filter", "ulimits", "platforms"];
const MAPS: [&str; 2] = ["extra-hosts", "labels"];
const OTHERS: [&str; 7] = ["attest", "matrix", "no-cache", "policy", "pull", "secret", "ssh"];

impl Target {
    /// `attribute` has the value of each attribute that the block has, or null.
    pub(super) fn new(name: String, attribute: impl Fn(&str) -> Option<Value>) -> Option<Self> {
        let entries = |key, kind| match attribute(key)? {
            Value::Null => Some(None),
            value => Some(Some(parse_list(&value, kind)?)),
        };
        check(&attribute)?;
        let contexts = map(&attribute("contexts")?)?;
        let is_complete = contexts.values().all(Option::is_some);
        is_complete.then_some(Self {
            name,
            inherits: texts(&attribute("inherits")?)?.unwrap_or_default(),
            context: text(&attribute("context")?)?,
            contexts: contexts.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
            dockerfile: text(&attribute("dockerfile")?)?,
            dockerfile_inline: text(&attribute("dockerfile-inline")?)?,
            arguments: map(&attribute("args")?)?.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
            tags: texts(&attribute("tags")?)?,
            cache_from: entries("cache-from", Kind::Cache)?.unwrap_or_default(),
            cache_to: entries("cache-to", Kind::Cache)?,
            stage: text(&attribute("target")?)?,
            platforms: texts(&attribute("platforms")?)?,
            outputs: entries("output", Kind::Output)?,
            is_linked: false,
        })
    }

    /// What the other says replaces, or, for maps and caches that are read, is added.
    pub(super) fn merge(&mut self, other: &Self) {
        fn replace<T: Clone>(own: &mut Option<T>, other: Option<&T>) {
            if let Some(other) = other {
                *own = Some(other.clone());
            }
        }
        replace(&mut self.context, other.context.as_ref());
        replace(&mut self.dockerfile, other.dockerfile.as_ref());
        replace(&mut self.dockerfile_inline, other.dockerfile_inline.as_ref());
        replace(&mut self.tags, other.tags.as_ref());
        replace(&mut self.cache_to, other.cache_to.as_ref());
        replace(&mut self.stage, other.stage.as_ref());
        replace(&mut self.platforms, other.platforms.as_ref());
        replace(&mut self.outputs, other.outputs.as_ref());
        self.contexts.extend(other.contexts.clone());
        self.arguments.extend(other.arguments.clone());
        self.cache_from.extend(other.cache_from.iter().cloned());
        self.inherits.extend(other.inherits.iter().cloned());
    }
}

/// The outer None is a wrong type.
#[expect(clippy::option_option, reason = "null is no error")]
fn text(value: &Value) -> Option<Option<String>> {
    if *value == Value::Null { Some(None) } else { Some(Some(value.as_plain_text()?)) }
}

#[expect(clippy::option_option, reason = "null is no error")]
pub(super) fn texts(value: &Value) -> Option<Option<Vec<String>>> {
    if *value == Value::Null {
        return Some(None);
    }
    let texts: Option<Vec<String>> = value.as_list()?.iter().map(Value::as_plain_text).collect();
    Some(Some(texts?))
}

fn map(value: &Value) -> Option<BTreeMap<String, Option<String>>> {
    if *value == Value::Null {
        return Some(BTreeMap::new());
    }
    value.as_object()?.iter().map(|(key, value)| Some((key.clone(), text(value)?))).collect()
}

fn check(attribute: impl Fn(&str) -> Option<Value>) -> Option<()> {
    for key in TEXTS {
        text(&attribute(key)?)?;
    }
    for key in LISTS {
        texts(&attribute(key)?)?;
    }
    for key in MAPS {
        map(&attribute(key)?)?;
    }
    for key in OTHERS {
        attribute(key)?;
    }
    Some(())
}
