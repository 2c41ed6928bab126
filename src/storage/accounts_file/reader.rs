//! What `device.json` says. Each level takes the values below it as raw JSON: `get` wants one registry, and the others
//! are not parsed, however many there are.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::de::Read;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Deserializer as Json, Map, Value};

use super::format::{FormatError, VERSION, without_byte_order_mark};
use crate::domain::{Account, Accounts, Identity, Registries, RegistryUrl, Secret, SecretLocation, StoreName};

/// Which registries are read.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    All,
    Only(&'a [RegistryUrl]),
    /// All, to be written back. Of two values with one key that would lose the first.
    ToChange,
}

impl Wanted<'_> {
    fn may_have(self, key: &str) -> bool {
        match self {
            Self::Only(wanted) => wanted.iter().any(|url| url.may_be_named(key.as_bytes())),
            Self::All | Self::ToChange => true,
        }
    }

    fn has(self, url: &RegistryUrl) -> bool {
        if let Self::Only(wanted) = self { wanted.contains(url) } else { true }
    }

    fn check(self, node: &Node<'_>, at: &[&str]) -> Result<(), FormatError> {
        if matches!(self, Self::ToChange) { node.refuse_duplicates(at) } else { Ok(()) }
    }
}

/// The accounts of the `wanted` registries. `None`: the content has no version, so it is of an older format.
pub(super) fn read(content: &[u8], wanted: Wanted<'_>) -> Result<Option<Registries>, FormatError> {
    let content = without_byte_order_mark(content);
    let root = match Node::parse(Json::from_slice(content), "registries") {
        Err(error) if error.is_data() => return Err(misshapen(content)),
        root => root?,
    };
    if !has_version(&root)? {
        return Ok(None);
    }
    // Version 0.1.0 wrote one store for all accounts.
    let store = root.store(&[])?;
    let mut registries = Registries::default();
    for (key, value) in &root.children {
        let at = ["registries", key];
        if !wanted.may_have(key) {
            continue;
        }
        let url: RegistryUrl = key.parse().map_err(|_| FormatError::shape(&at, "the URL of a registry"))?;
        if !wanted.has(&url) {
            continue;
        }
        // Written back, one would take the other's accounts away.
        if registries.get(&url).is_some() {
            return Err(FormatError::shape(&at, "the only entry of its registry"));
        }
        *registries.at(&url) = accounts(value, key, store.as_ref(), wanted)?;
    }
    wanted.check(&root, &[])?;
    Ok(Some(registries))
}

/// The error of a valid JSON text in which the content or its registries are no object. A newer version may have changed
/// that.
fn misshapen(content: &[u8]) -> FormatError {
    match serde_json::from_slice::<Node<'_>>(content) {
        Err(_) => FormatError::shape(&[], "an object"),
        Ok(root) => has_version(&root).err().unwrap_or_else(|| FormatError::shape(&["registries"], "an object")),
    }
}

fn has_version(root: &Node<'_>) -> Result<bool, FormatError> {
    let Some(version) = root.value("version") else { return Ok(false) };
    match version.get().parse() {
        Ok(VERSION) => Ok(true),
        Ok(newer) if newer > VERSION => Err(FormatError::Newer(newer)),
        _ => Err(FormatError::shape(&["version"], "a valid version")),
    }
}

fn accounts(
    value: &RawValue,
    url: &str,
    store: Option<&StoreName>,
    wanted: Wanted<'_>,
) -> Result<Accounts, FormatError> {
    let at = ["registries", url];
    let Ok(registry) = Node::parse(Json::from_str(value.get()), "accounts") else {
        Node::below(value, &at)?;
        return Err(FormatError::shape(&["registries", url, "accounts"], "an object"));
    };
    wanted.check(&registry, &at)?;
    // An active account that is gone is none: whoever removed it by hand meant that.
    let active: Option<Identity> = registry.text("active", &at)?.and_then(|active| active.parse().ok());
    let parse = |entries: &Entries<'_>| {
        let mut accounts = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let at = ["registries", url, "accounts", key];
            let entry = Node::below(value, &at)?;
            wanted.check(&entry, &at)?;
            accounts.push(account(key, &entry, &at, store)?);
        }
        Ok::<_, FormatError>(accounts)
    };
    if let Ok(all) = parse(&registry.children) {
        let are_keys = all.iter().zip(&registry.children).all(|(account, (key, _))| account.handle.as_str() == key);
        let accounts = Accounts::new(all, active.clone());
        if are_keys && accounts.iter().count() == registry.children.len() {
            return Ok(accounts);
        }
    }
    // Some key may be there twice, which costs too much to find out each time.
    Ok(Accounts::new(parse(&last_of_each(registry.children))?, active))
}

fn account(key: &str, entry: &Node<'_>, at: &[&str], store: Option<&StoreName>) -> Result<Account, FormatError> {
    let shape = |name, expected| FormatError::shape(&[at, &[name]].concat(), expected);
    let handle = entry.text("handle", at)?.unwrap_or(Cow::Borrowed(key));
    let handle = handle.parse().map_err(|_| shape("handle", "a handle"))?;
    let did = match entry.text("did", at)?.filter(|did| !did.is_empty()) {
        None => None,
        Some(did) => Some(did.parse().map_err(|_| shape("did", "a DID"))?),
    };
    let secret = entry.text("device_secret", at)?.filter(|secret| !secret.is_empty());
    let secret = if let Some(secret) = secret {
        SecretLocation::Inline(Secret::new(&secret))
    } else {
        let store = entry.store(at)?.or_else(|| store.cloned());
        SecretLocation::Store(store.ok_or_else(|| shape("device_secret", "there"))?)
    };
    Ok(Account { handle, did, secret })
}

/// Whether this is an account, of no default store.
pub(super) fn check_account(key: &str, value: &Map<String, Value>, at: &[&str]) -> Result<(), FormatError> {
    account(key, &Node::below(&to_raw_value(value)?, at)?, at, None).map(drop)
}

/// The entries of an object, in order.
type Entries<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// Of several with one key the last counts, in the place of the first, as in every reader of JSON.
fn last_of_each(mut entries: Entries<'_>) -> Entries<'_> {
    let last: BTreeMap<_, _> = entries.iter().cloned().collect();
    let mut keys = BTreeSet::new();
    entries.retain(|(key, _)| keys.insert(key.clone()));
    for (key, value) in &mut entries {
        *value = last[&*key];
    }
    entries
}

/// A key that is there before. Of a few keys, as nearly every object has, without memory of its own: `erase` looks at all.
fn duplicate<'a>(mut keys: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    const FEW: usize = 8;
    if keys.size_hint().1.is_some_and(|count| count <= FEW) {
        let all = keys.clone();
        let is_known = |(at, key): &(usize, &str)| all.clone().take(*at).any(|before| before == *key);
        return keys.enumerate().find(is_known).map(|(_, key)| key);
    }
    let mut known = BTreeSet::new();
    keys.find(|key| !known.insert(*key))
}

/// An object of the file: its values, and the entries of the one value that is an object of many.
#[derive(Default)]
struct Node<'a> {
    values: Entries<'a>,
    children: Entries<'a>,
    /// The key of the children, and how often it is there.
    children_key: &'static str,
    children_count: usize,
}

impl<'a> Node<'a> {
    /// `children` is the key of those. In the same pass, because another over a large file costs as much again.
    fn parse<R: Read<'a>>(mut json: Json<R>, children: &'static str) -> serde_json::Result<Self> {
        let node = NodeSeed(Some(children)).deserialize(&mut json)?;
        json.end()?;
        Ok(node)
    }

    fn below(value: &'a RawValue, at: &[&str]) -> Result<Self, FormatError> {
        serde_json::from_str(value.get()).map_err(|_| FormatError::shape(at, "an object"))
    }

    fn refuse_duplicates(&self, at: &[&str]) -> Result<(), FormatError> {
        let of_children = Some(self.children_key).filter(|_| self.children_count > 1);
        if let Some(key) = of_children.or_else(|| duplicate(self.values.iter().map(|(key, _)| &**key))) {
            return Err(FormatError::twice(&[at, &[key]].concat()));
        }
        let children = self.children.iter().map(|(key, _)| &**key);
        match duplicate(children) {
            Some(key) => Err(FormatError::twice(&[at, &[self.children_key, key]].concat())),
            None => Ok(()),
        }
    }

    /// The last of several with one key, too.
    fn value(&self, key: &str) -> Option<&'a RawValue> {
        self.values.iter().rev().find(|(known, _)| known == key).map(|(_, value)| *value)
    }

    fn text(&self, key: &str, at: &[&str]) -> Result<Option<Cow<'a, str>>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let text: Option<Text<'a>> =
            serde_json::from_str(value.get()).map_err(|_| FormatError::shape(&[at, &[key]].concat(), "a text"))?;
        Ok(text.map(|text| text.0))
    }

    /// The credential store that is named here. `file` is what a person might write for none.
    fn store(&self, at: &[&str]) -> Result<Option<StoreName>, FormatError> {
        let invalid = || FormatError::shape(&[at, &["credential_store"]].concat(), "the name of a credential store");
        let Ok(name) = self.text("credential_store", at) else { return Err(invalid()) };
        match name.as_deref() {
            None | Some("" | "file") => Ok(None),
            Some(name) => name.parse().map(Some).map_err(|_| invalid()),
        }
    }
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads a [`Node`] whose children, if it has any, are under this key.
struct NodeSeed(Option<&'static str>);

impl<'a> DeserializeSeed<'a> for NodeSeed {
    type Value = Node<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Node<'a>, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for NodeSeed {
    type Value = Node<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Node<'a>, A::Error> {
        let mut node = Node::default();
        while let Some(Text(key)) = map.next_key()? {
            if let Some(children_key) = self.0.filter(|wanted| *wanted == key) {
                let children: Option<Node<'a>> = map.next_value()?;
                node.children = children.unwrap_or_default().values;
                node.children_key = children_key;
                node.children_count += 1;
            } else {
                node.values.push((key, map.next_value()?));
            }
        }
        Ok(node)
    }
}

impl<'a> Deserialize<'a> for Node<'a> {
    fn deserialize<D: Deserializer<'a>>(json: D) -> Result<Self, D::Error> {
        NodeSeed(None).deserialize(json)
    }
}
