//! A YAML document as a tree.

use std::collections::BTreeMap;

/// The steps of a node, with what is made of it later.
pub(super) const NODE: usize = 600;

pub(super) type Map = BTreeMap<String, Node>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Null,
    Text(String),
    /// A number or a boolean, as written.
    Other(String),
    List(Vec<Node>),
    Map(Map),
    /// `!reset` and `!override` of compose, with what they stand before.
    Reset(Box<Node>),
    Override(Box<Node>),
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Where numbers and booleans are taken for text.
    pub(super) fn scalar(&self) -> Option<&str> {
        if let Self::Text(text) | Self::Other(text) = self { Some(text) } else { None }
    }

    pub(super) fn list(&self) -> Option<&[Node]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    pub(super) fn map(&self) -> Option<&Map> {
        if let Self::Map(entries) = self { Some(entries) } else { None }
    }

    pub(super) fn into_map(self) -> Option<Map> {
        if let Self::Map(entries) = self { Some(entries) } else { None }
    }

    /// As if there were no tags. A scalar with one is text to compose, as which it is read then.
    pub(super) fn untagged(self) -> Self {
        match self {
            Self::Reset(node) | Self::Override(node) => match node.untagged() {
                Self::Null => Self::Text("null".to_owned()),
                Self::Other(text) => Self::Text(text),
                other => other,
            },
            Self::List(items) => Self::List(items.into_iter().map(Self::untagged).collect()),
            Self::Map(entries) => Self::Map(entries.into_iter().map(|(key, value)| (key, value.untagged())).collect()),
            other => other,
        }
    }

    /// How deep it is. Adds the steps that a copy takes.
    pub(super) fn measure(&self, steps: &mut usize) -> usize {
        *steps += NODE;
        let deepest = match self {
            Self::Text(text) | Self::Other(text) => {
                *steps += text.len();
                None
            }
            Self::Reset(node) | Self::Override(node) => Some(node.measure(steps)),
            Self::List(items) => items.iter().map(|item| item.measure(steps)).max(),
            Self::Map(entries) => entries.values().map(|value| value.measure(steps)).max(),
            Self::Null => None,
        };
        1 + deepest.unwrap_or(0)
    }

    /// The steps that a copy takes.
    pub(super) fn steps(&self) -> usize {
        let mut steps = 0;
        self.measure(&mut steps);
        steps
    }
}
