//! Values of bake's expressions, and how they become one another as in go-cty.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Stands for text that only the client knows, such as the time.
const OPAQUE: char = '\u{fffd}';
/// Lists in lists, for the stack's sake.
const DEEPEST: usize = 64;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    String(Rc<str>),
    List(Rc<Collection<Vec<Value>>>),
    Object(Rc<Collection<BTreeMap<String, Value>>>),
}

#[derive(Debug, PartialEq)]
pub(super) struct Collection<T> {
    pub(super) items: T,
    depth: usize,
}

impl Value {
    pub(super) fn string(text: impl Into<Rc<str>>) -> Self {
        Self::String(text.into())
    }

    pub(super) fn opaque() -> Self {
        Self::string(OPAQUE.to_string())
    }

    pub(super) fn list(items: Vec<Self>) -> Option<Self> {
        let depth = depth_around(items.iter())?;
        Some(Self::List(Rc::new(Collection { items, depth })))
    }

    pub(super) fn object(items: BTreeMap<String, Self>) -> Option<Self> {
        let depth = depth_around(items.values())?;
        Some(Self::Object(Rc::new(Collection { items, depth })))
    }

    pub(super) fn strings<S: Into<Rc<str>>>(texts: impl IntoIterator<Item = S>) -> Option<Self> {
        Self::list(texts.into_iter().map(Self::string).collect())
    }

    pub(super) fn from_json(json: &serde_json::Value) -> Option<Self> {
        use serde_json::Value as Json;
        match json {
            Json::Null => Some(Self::Null),
            Json::Bool(value) => Some(Self::Bool(*value)),
            Json::Number(number) => number.as_f64().map(Self::Number),
            Json::String(text) => Some(Self::string(&**text)),
            Json::Array(items) => Self::list(items.iter().map(Self::from_json).collect::<Option<_>>()?),
            Json::Object(items) => {
                let item = |(key, value): (&String, &Json)| Some((key.clone(), Self::from_json(value)?));
                Self::object(items.iter().map(item).collect::<Option<_>>()?)
            }
        }
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            // As short as go-cty writes it: 1, not 1.0.
            Self::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
            Self::String(text) => (&**text).into(),
            Self::List(list) => list.items.iter().map(Self::to_json).collect(),
            Self::Object(object) => object.items.iter().map(|(key, value)| (key.clone(), value.to_json())).collect(),
        }
    }

    pub(super) fn as_text(&self) -> Option<Rc<str>> {
        match self {
            Self::String(text) => Some(text.clone()),
            Self::Bool(value) => Some(value.to_string().into()),
            Self::Number(number) => Some(number.to_string().into()),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// With a character for what only the client knows that can stand in the name of an image, but in no handle.
    pub(super) fn as_plain_text(&self) -> Option<String> {
        Some(self.as_text()?.replace(OPAQUE, "_"))
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::String(text) => match &**text {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::String(text) => number(text),
            _ => None,
        }
    }

    /// A whole number that is none below zero.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, positive and small")]
    pub(super) fn as_index(&self) -> Option<usize> {
        let number = self.as_number()?;
        let is_index = number.fract() == 0.0 && (0.0..1e9).contains(&number);
        is_index.then_some(number as usize)
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(list) = self { Some(&list.items) } else { None }
    }

    pub(super) fn as_object(&self) -> Option<&BTreeMap<String, Self>> {
        if let Self::Object(object) = self { Some(&object.items) } else { None }
    }

    /// What a `for` goes through: keys and values.
    pub(super) fn entries(&self) -> Option<Vec<(Self, Self)>> {
        match self {
            Self::List(list) => {
                let indices = (0_u32..).map(|index| Self::Number(index.into()));
                Some(indices.zip(list.items.iter().cloned()).collect())
            }
            Self::Object(object) => {
                Some(object.items.iter().map(|(key, value)| (Self::string(&**key), value.clone())).collect())
            }
            _ => None,
        }
    }

    /// None where only the client knows.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        let is_known = !self.is_opaque() && !other.is_opaque();
        is_known.then(|| self == other)
    }

    fn is_opaque(&self) -> bool {
        match self {
            Self::String(text) => text.contains(OPAQUE),
            Self::List(list) => list.items.iter().any(Self::is_opaque),
            Self::Object(object) => object.items.values().any(Self::is_opaque),
            _ => false,
        }
    }

    /// How much there is to copy or to look through.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::String(text) => text.len(),
            Self::List(list) => list.items.len(),
            Self::Object(object) => object.items.len(),
            _ => 1,
        }
    }
}

fn depth_around<'a>(mut items: impl Iterator<Item = &'a Value>) -> Option<usize> {
    let depth_of = |value: &Value| match value {
        Value::List(list) => list.depth,
        Value::Object(object) => object.depth,
        _ => 0,
    };
    let depth = items.try_fold(0, |deepest: usize, item| Some(deepest.max(depth_of(item))))? + 1;
    (depth <= DEEPEST).then_some(depth)
}

/// As Go's `strconv` and go-cty have it: no infinity.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}
