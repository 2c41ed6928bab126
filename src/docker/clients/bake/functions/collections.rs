//! Functions of lists and objects. A set is a list here, in the order of its items.

use std::collections::BTreeMap;

use super::arguments::{Arguments, Function};
use super::text::count;
use crate::docker::clients::bake::value::Value;

pub(super) const ALL: &[(&str, Function)] = &[
    ("chunklist", |all| {
        let size = all.get(1)?.as_index()?;
        let items = all.list(0)?;
        let chunks = items.chunks(if size == 0 { items.len().max(1) } else { size });
        Value::list(chunks.map(|chunk| Value::list(chunk.to_vec())).collect::<Option<_>>()?)
    }),
    ("coalesce", |all| all.0.iter().find(|value| **value != Value::Null).cloned()),
    ("coalescelist", |all| all.0.iter().find(|value| value.as_list().is_some_and(|list| !list.is_empty())).cloned()),
    ("compact", |all| Value::strings(all.texts(0)?.into_iter().filter(|text| !text.is_empty()))),
    ("concat", |all| {
        let lists: Option<Vec<&[Value]>> = all.0.iter().map(Value::as_list).collect();
        Value::list(lists?.concat())
    }),
    ("contains", |all| Some(Value::Bool(position(all)?.is_some()))),
    ("distinct", |all| Value::list(distinct(all.list(0)?.to_vec())?)),
    ("element", |all| {
        let list = all.list(0)?;
        list.get(all.position(1, list.len())?).cloned()
    }),
    ("flatten", |all| {
        let mut flat = Vec::new();
        flatten(all.list(0)?, &mut flat);
        Value::list(flat)
    }),
    ("hasindex", |all| Some(Value::Bool(index(all).is_some()))),
    ("index", index),
    ("indexof", |all| count(position(all)??)),
    ("jsondecode", |all| Value::from_json(&serde_json::from_str(&all.text(0)?).ok()?)),
    ("keys", |all| Value::strings(all.get(0)?.as_object()?.keys().map(String::as_str))),
    ("length", |all| match all.get(0)? {
        Value::List(list) => count(list.items.len()),
        Value::Object(object) => count(object.items.len()),
        _ => None,
    }),
    ("lookup", |all| all.get(0)?.as_object()?.get(&*all.text(1)?).or_else(|| all.get(2)).cloned()),
    ("merge", |all| {
        let mut merged = BTreeMap::new();
        for object in all.0.iter().filter(|value| **value != Value::Null) {
            merged.extend(object.as_object()?.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Value::object(merged)
    }),
    ("range", range),
    ("reverselist", |all| Value::list(all.list(0)?.iter().rev().cloned().collect())),
    ("sethaselement", |all| Some(Value::Bool(position(all)?.is_some()))),
    ("setintersection", |all| set(all, |left, right| left && right)),
    ("setsubtract", |all| set(all, |left, right| left && !right)),
    ("setsymmetricdifference", |all| set(all, |left, right| left != right)),
    ("setunion", |all| set(all, |left, right| left || right)),
    ("slice", |all| {
        let list = all.list(0)?;
        let end = if all.0.len() > 2 { all.get(2)?.as_index()? } else { list.len() };
        Value::list(list.get(all.get(1)?.as_index()?..end)?.to_vec())
    }),
    ("sort", |all| {
        let mut texts = all.texts(0)?;
        texts.sort();
        Value::strings(texts)
    }),
    ("values", |all| Value::list(all.get(0)?.as_object()?.values().cloned().collect())),
    ("zipmap", |all| {
        let (keys, values) = (all.texts(0)?, all.list(1)?);
        let items = keys.iter().map(ToString::to_string).zip(values.iter().cloned());
        if keys.len() == values.len() { Value::object(items.collect()) } else { None }
    }),
];

/// Where the second argument stands in the first.
#[expect(clippy::option_option, reason = "not to be found is an answer, unlike no list")]
fn position(all: &Arguments<'_>) -> Option<Option<usize>> {
    let (list, wanted) = (all.list(0)?, all.get(1)?);
    for (at, item) in list.iter().enumerate() {
        if item.equals(wanted)? {
            return Some(Some(at));
        }
    }
    Some(None)
}

fn index(all: &Arguments<'_>) -> Option<Value> {
    match all.get(0)? {
        Value::List(list) => list.items.get(all.get(1)?.as_index()?).cloned(),
        Value::Object(object) => object.items.get(&*all.text(1)?).cloned(),
        _ => None,
    }
}

/// Each is compared with each: long lists are refused.
fn distinct(items: Vec<Value>) -> Option<Vec<Value>> {
    let mut distinct: Vec<Value> = Vec::new();
    for item in items {
        if distinct.len() > 256 {
            return None;
        }
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    Some(distinct)
}

fn flatten(items: &[Value], flat: &mut Vec<Value>) {
    for item in items {
        match item.as_list() {
            Some(inner) => flatten(inner, flat),
            None => flat.push(item.clone()),
        }
    }
}

fn set(all: &Arguments<'_>, is_wanted: fn(bool, bool) -> bool) -> Option<Value> {
    let mut found = all.list(0)?.to_vec();
    for at in 1..all.0.len() {
        let other = all.list(at)?;
        let both = distinct([&found, other].concat())?;
        found = both.into_iter().filter(|item| is_wanted(found.contains(item), other.contains(item))).collect();
    }
    let mut found = distinct(found)?;
    found.sort_by_key(Value::as_text);
    Value::list(found)
}

/// `range(end)`, `range(begin, end)`, `range(begin, end, step)`; go-cty refuses more than 1024 items.
fn range(all: &Arguments<'_>) -> Option<Value> {
    let (begin, end) = match all.0.len() {
        1 => (0.0, all.number(0)?),
        _ => (all.number(0)?, all.number(1)?),
    };
    let step = if all.0.len() > 2 { all.number(2)? } else { (end - begin).signum() };
    let mut items = Vec::new();
    let mut next = begin;
    while step != 0.0 && if step > 0.0 { next < end } else { next > end } {
        if items.len() == 1024 {
            return None;
        }
        items.push(Value::Number(next));
        next += step;
    }
    Value::list(items)
}
