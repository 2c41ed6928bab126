//! `type=registry,ref=IMAGE`: a cache or an output.

use std::collections::BTreeMap;

use super::value::Value;

pub(super) type Fields = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cache,
    Output,
}

/// A list of texts and objects.
pub(super) fn parse_list(value: &Value, kind: Kind) -> Option<Vec<Fields>> {
    let mut list = Vec::new();
    for item in value.as_list()? {
        match item {
            Value::Object(object) => {
                let field = |(key, value): (&String, &Value)| Some((key.clone(), value.as_plain_text()?));
                let fields: Fields = object.items.iter().map(field).collect::<Option<_>>()?;
                list.push(Some(fields).filter(|fields| fields.contains_key("type"))?);
            }
            Value::String(_) => list.extend(parse(&item.as_plain_text()?, kind)?),
            _ => return None,
        }
    }
    Some(list)
}

/// Without `=`, a word is an image for a cache, and a folder for an output. None if that is neither.
pub(super) fn parse(text: &str, kind: Kind) -> Option<Vec<Fields>> {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let parts = split(text);
    if kind == Kind::Output && !text.is_empty() && parts.len() == 1 && !text.starts_with("type=") {
        return Some(vec![Fields::from([pair("type", "local"), pair("dest", text)])]);
    }
    if !text.contains('=') {
        let images = parts.iter().filter(|part| !part.is_empty());
        return Some(images.map(|image| Fields::from([pair("type", "registry"), pair("ref", image)])).collect());
    }
    let mut fields = Fields::new();
    for part in parts {
        let (key, value) = part.split_once('=')?;
        fields.insert(key.to_ascii_lowercase(), value.to_owned());
    }
    fields.contains_key("type").then(|| vec![fields])
}

/// At commas, but for those in quotes.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut is_quoted = false;
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
    }
    fields.push(field);
    fields
}
