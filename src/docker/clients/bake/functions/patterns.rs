//! Functions of regular expressions.

use std::collections::BTreeMap;

use regex_lite::{Captures, Regex, RegexBuilder};

use super::arguments::{Arguments, Function, Text};
use crate::docker::clients::bake::value::Value;

/// Bytes of a compiled expression.
const LARGEST: usize = 1 << 16;
/// Text times expression, which is what a search costs; text times replacement, which is what that can come to.
const LONGEST_SEARCH: usize = 1 << 18;

pub(super) const ALL: &[(&str, Function)] = &[
    ("regex", |all| {
        let text = all.text(1)?;
        let regex = regex(&all.text(0)?, &text)?;
        found(&regex, &regex.captures(&text)?)
    }),
    ("regexall", |all| {
        let text = all.text(1)?;
        let regex = regex(&all.text(0)?, &text)?;
        Value::list(regex.captures_iter(&text).map(|captures| found(&regex, &captures)).collect::<Option<_>>()?)
    }),
    ("regex_replace", replace),
];

fn regex(pattern: &str, text: &str) -> Option<Regex> {
    if pattern.len() * text.len() > LONGEST_SEARCH {
        return None;
    }
    RegexBuilder::new(pattern).size_limit(LARGEST).build().ok()
}

/// The match; or its groups, by name if they have names.
fn found(regex: &Regex, captures: &Captures<'_>) -> Option<Value> {
    let text = |at: usize| captures.get(at).map_or(Value::Null, |group| Value::string(group.as_str()));
    let names: Vec<(usize, &str)> =
        regex.capture_names().enumerate().filter_map(|(at, name)| Some((at, name?))).collect();
    match captures.len() {
        1 => Some(text(0)),
        count if names.is_empty() => Value::list((1..count).map(text).collect()),
        count if names.len() == count - 1 => {
            Value::object(names.into_iter().map(|(at, name)| (name.to_owned(), text(at))).collect::<BTreeMap<_, _>>())
        }
        _ => None,
    }
}

fn replace(all: &Arguments<'_>) -> Option<Value> {
    let (text, replacement) = (all.text(0)?, all.text(2)?);
    let regex = regex(&all.text(1)?, &text)?;
    if replacement.len() * text.len() > LONGEST_SEARCH {
        return None;
    }
    let mut made = Text::default();
    let mut end = 0;
    for captures in regex.captures_iter(&text) {
        let whole = captures.get(0)?;
        let mut expanded = String::new();
        captures.expand(&replacement, &mut expanded);
        made.push(&text[end..whole.start()])?;
        made.push(&expanded)?;
        end = whole.end();
    }
    made.push(&text[end..])?;
    Some(made.value())
}
