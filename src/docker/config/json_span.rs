//! The objects of a JSON text and where their members are in it.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

const BOM: &str = "\u{feff}";

/// How deep Go's encoding/json reads (`maxNestingDepth`): for Docker and podman, what is deeper is no JSON.
const DEEPEST: usize = 10_000;

/// Why a text can't be edited. No message quotes a value: it may be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// PowerShell's `>` writes it.
    #[error("UTF-16, which Docker can't read; save it as UTF-8")]
    Utf16,
    #[error("invalid UTF-8 (line {0})")]
    NotUtf8(usize),
    /// The parser's message, with line and column.
    #[error("invalid JSON: {0}")]
    NotJson(String),
    #[error("{name} is not a JSON object (line {line})")]
    NotObject { name: String, line: usize },
    #[error("nested more than {DEEPEST} deep, which Docker can't read (line {0})")]
    TooDeep(usize),
    /// Parsers differ in which of them counts.
    #[error("duplicate key {name} (line {line})")]
    DuplicateKey { name: String, line: usize },
}

/// A member of an object, by its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The key without quotes and escapes.
    pub(super) key: String,
    /// From the key's first quote to the value's end.
    pub(super) whole: Range<usize>,
    pub(super) value: Range<usize>,
    /// What stands between the key and the value.
    pub(super) colon: Range<usize>,
}

/// An object, by its place in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Object {
    /// Both braces included.
    pub(super) whole: Range<usize>,
    pub(super) members: Vec<Member>,
}

/// The text of a file's bytes; a byte order mark stays in it.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, FormatError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(FormatError::Utf16);
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
        FormatError::NotUtf8(line)
    })
}

pub(super) fn has_byte_order_mark(text: &str) -> bool {
    text.starts_with(BOM)
}

pub(super) fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix(BOM).unwrap_or(text)
}

/// The object that a text starts with; if `is_whole`, nothing but blanks may follow it.
pub(super) fn root(text: &str, is_whole: bool) -> Result<Object, FormatError> {
    let json = without_byte_order_mark(text);
    let parsed = if is_whole {
        serde_json::from_str(json)
    } else {
        <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(json))
    };
    let value = parsed.map_err(|error| {
        // A parser of values has better messages, such as "trailing comma", but its limits are not JSON's.
        let better = serde_json::from_str::<Value>(json).err();
        FormatError::NotJson(better.unwrap_or(error).to_string())
    })?;
    let whole = range_in(text, value.get());
    match first_too_deep(value.get()) {
        Some(at) => Err(FormatError::TooDeep(line(text, whole.start + at))),
        None => Object::parse(text, whole, "the file"),
    }
}

/// Where a valid JSON text gets deeper than Docker reads.
fn first_too_deep(json: &str) -> Option<usize> {
    let (mut depth, mut is_string, mut is_escaped) = (0, false, false);
    for (at, byte) in json.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_string = !is_string,
            b'{' | b'[' if !is_string => depth += 1,
            b'}' | b']' if !is_string => depth -= 1,
            _ => {}
        }
        if depth > DEEPEST {
            return Some(at);
        }
    }
    None
}

impl Object {
    /// The object at `whole`, which is one JSON value.
    pub(super) fn parse(text: &str, whole: Range<usize>, name: &str) -> Result<Self, FormatError> {
        let Ok(pairs) = serde_json::Deserializer::from_str(&text[whole.clone()]).deserialize_map(Pairs) else {
            return Err(FormatError::NotObject { name: name.to_owned(), line: line(text, whole.start) });
        };
        let mut members = Vec::new();
        for (key, value) in pairs {
            let (key_place, value) = (range_in(text, key.get()), range_in(text, value.get()));
            members.push(Member {
                // A key of lone surrogates is no name that anything has.
                key: serde_json::from_str(key.get()).unwrap_or_default(),
                whole: key_place.start..value.end,
                colon: key_place.end..value.start,
                value,
            });
        }
        Ok(Self { whole, members })
    }

    /// The member that Go's decoder reads into the field `name`: it ignores the case of letters.
    pub(super) fn field(&self, text: &str, name: &str) -> Result<Option<&Member>, FormatError> {
        self.only(text, name, |key| is_field(key, name))
    }

    /// The member of exactly this key, as maps are read.
    pub(super) fn entry(&self, text: &str, key: &str) -> Result<Option<&Member>, FormatError> {
        self.only(text, key, |of_member| of_member == key)
    }

    fn only(&self, text: &str, name: &str, is_key: impl Fn(&str) -> bool) -> Result<Option<&Member>, FormatError> {
        let mut found = self.members.iter().filter(|member| is_key(&member.key));
        let first = found.next();
        match found.next() {
            Some(second) => {
                Err(FormatError::DuplicateKey { name: name.to_owned(), line: line(text, second.whole.start) })
            }
            None => Ok(first),
        }
    }
}

/// Whether Go's decoder reads a key into the field `name`, an ASCII name in lower or mixed case. Two letters outside
/// ASCII have one within as their other case.
pub(super) fn is_field(key: &str, name: &str) -> bool {
    key.replace('\u{17f}', "s").replace('\u{212a}', "k").eq_ignore_ascii_case(name)
}

/// Reads an object as its keys and values, as they are written.
struct Pairs;

impl<'a> Visitor<'a> for Pairs {
    type Value = Vec<(&'a RawValue, &'a RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

/// Where `part`, a slice of `text`, is.
fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

pub(super) fn line(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys and values of the object that a text is, as they stand there.
    fn members(text: &str) -> Vec<(String, &str)> {
        let object = root(text, true).unwrap();
        object.members.iter().map(|member| (member.key.clone(), &text[member.value.clone()])).collect()
    }

    #[test]
    fn members_are_found_where_they_are() {
        for (text, expected) in [
            ("{}", &[][..]),
            ("\u{feff} { }", &[]),
            (r#"{"a":1}"#, &[("a", "1")]),
            (" { \"a\" : null , \"b\" : [ ] } ", &[("a", "null"), ("b", "[ ]")]),
            (
                r#"{"a":"}\"]\\","b":{"c":"{"},"d":[{"e":[]},[1,2.5e9]]}"#,
                &[("a", r#""}\"]\\""#), ("b", r#"{"c":"{"}"#), ("d", r#"[{"e":[]},[1,2.5e9]]"#)],
            ),
            ("{\"\\u0061\\n\":true,\"\u{1f511}\":\"\u{1f511}\"}", &[("a\n", "true"), ("\u{1f511}", "\"\u{1f511}\"")]),
            (r#"{"\ud800":1}"#, &[("", "1")]),
        ] {
            let found = members(text);
            let found: Vec<(&str, &str)> = found.iter().map(|(key, value)| (&**key, *value)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_is_nested_deeper_than_go_reads_is_refused() {
        let nested = |depth: usize| {
            let (open, closed) = ("[".repeat(depth), "]".repeat(depth));
            format!("{{\"\\\"[[\":\n\"{{{{\\\\\",\"a\":{open}{closed},\"b\":1}}")
        };
        assert_eq!(members(&nested(9_999)).len(), 3);
        for depth in [10_000, 200_000] {
            assert_eq!(root(&nested(depth), true), Err(FormatError::TooDeep(2)));
        }
    }
}
