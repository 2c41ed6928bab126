//! The types that a variable may declare.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, FuncCall, Object};

use super::fields::split;
use super::value::{Value, number};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    Any,
    Bool,
    Number,
    String,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    /// With whether each may be missing.
    Object(BTreeMap<String, (Type, bool)>),
}

impl Type {
    /// `string`, `list(string)`, `object({ name = string })`
    pub(super) fn parse(expression: &Expression) -> Option<Self> {
        match expression {
            Expression::Variable(name) => match name.as_str() {
                "any" => Some(Self::Any),
                "bool" => Some(Self::Bool),
                "number" => Some(Self::Number),
                "string" => Some(Self::String),
                _ => None,
            },
            Expression::FuncCall(call) => Self::parse_call(call),
            Expression::StringTemplate(_) | Expression::String(_) => {
                Self::parse(&expression.as_str()?.parse::<Expression>().ok()?)
            }
            _ => None,
        }
    }

    fn parse_call(call: &FuncCall) -> Option<Self> {
        let inner = call.args.get(0)?;
        match (call.name.name.as_str(), inner) {
            ("list", inner) => Some(Self::List(Box::new(Self::parse(inner)?))),
            ("set", inner) => Some(Self::Set(Box::new(Self::parse(inner)?))),
            ("map", inner) => Some(Self::Map(Box::new(Self::parse(inner)?))),
            ("tuple", Expression::Array(items)) => {
                Some(Self::Tuple(items.iter().map(Self::parse).collect::<Option<_>>()?))
            }
            ("object", Expression::Object(object)) => Self::parse_object(object),
            _ => None,
        }
    }

    fn parse_object(object: &Object) -> Option<Self> {
        let mut attributes = BTreeMap::new();
        for (key, value) in object {
            let attribute = match value.expr() {
                Expression::FuncCall(call) if call.name.name.as_str() == "optional" => {
                    (Self::parse(call.args.get(0)?)?, true)
                }
                expression => (Self::parse(expression)?, false),
            };
            attributes.insert(key.as_ident()?.as_str().to_owned(), attribute);
        }
        Some(Self::Object(attributes))
    }

    pub(super) fn convert(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Any, value) => Some(value.clone()),
            (_, Value::Null) => Some(Value::Null),
            (Self::Bool, value) => value.as_bool().map(Value::Bool),
            (Self::Number, value) => value.as_number().map(Value::Number),
            (Self::String, value) => value.as_text().map(Value::String),
            (Self::List(inner), Value::List(list)) => {
                Value::list(list.items.iter().map(|item| inner.convert(item)).collect::<Option<_>>()?)
            }
            (Self::Set(inner), Value::List(_)) => sorted(&Self::List(inner.clone()).convert(value)?),
            (Self::Tuple(types), Value::List(list)) if types.len() == list.items.len() => {
                let items = types.iter().zip(&list.items).map(|(each, item)| each.convert(item));
                Value::list(items.collect::<Option<_>>()?)
            }
            (Self::Map(inner), Value::Object(object)) => {
                let items = object.items.iter().map(|(key, item)| Some((key.clone(), inner.convert(item)?)));
                Value::object(items.collect::<Option<_>>()?)
            }
            (Self::Object(attributes), Value::Object(object)) => {
                let item = |(name, (each, is_optional)): (&String, &(Self, bool))| match object.items.get(name) {
                    Some(item) => Some((name.clone(), each.convert(item)?)),
                    None => is_optional.then(|| (name.clone(), Value::Null)),
                };
                Value::object(attributes.iter().map(item).collect::<Option<_>>()?)
            }
            _ => None,
        }
    }

    /// A variable of the environment: text, a number, or a list with commas.
    pub(super) fn parse_text(&self, text: &str) -> Option<Value> {
        match self {
            Self::Any | Self::String => Some(Value::string(text)),
            Self::Bool => bool_of(text).map(Value::Bool),
            Self::Number => number(text).map(Value::Number),
            Self::List(inner) => {
                let items = split(text).into_iter().map(|item| inner.parse_text(&item));
                Value::list(items.collect::<Option<_>>().filter(|_| !text.is_empty())?)
            }
            Self::Set(inner) => sorted(&Self::List(inner.clone()).parse_text(text)?),
            Self::Tuple(types) => {
                let items = split(text);
                let values = types.iter().zip(&items).map(|(each, item)| each.parse_text(item));
                Value::list(values.collect::<Option<_>>().filter(|_| items.len() == types.len())?)
            }
            Self::Map(inner) => {
                let item = |pair: &str| {
                    let (key, item) = pair.split_once('=')?;
                    Some((key.to_owned(), inner.parse_text(item)?))
                };
                Value::object(text.split(',').map(item).collect::<Option<_>>()?)
            }
            Self::Object(_) => None,
        }
    }

    /// Of a default, which an environment variable must fit.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null | Value::String(_) => Some(Self::String),
            Value::Bool(_) => Some(Self::Bool),
            Value::Number(_) => Some(Self::Number),
            Value::List(_) | Value::Object(_) => None,
        }
    }
}

fn sorted(list: &Value) -> Option<Value> {
    let mut items = list.as_list()?.to_vec();
    items.sort_by_key(Value::as_text);
    items.dedup();
    Value::list(items)
}

/// As Go's `strconv.ParseBool` has it.
fn bool_of(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
