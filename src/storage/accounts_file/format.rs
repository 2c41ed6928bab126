//! What can be wrong with the content of `device.json`, and where in it.

use serde_json::{Map, Value, json};

use crate::text::redact_given;

/// The version of the file's format that this program reads and writes.
pub(super) const VERSION: u64 = 2;

/// Why the content is not a valid `device.json`. Never quotes a value: it could be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Both from 1; the column in bytes.
    #[error("not valid JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("unsupported version {0} (expected {VERSION})")]
    Newer(u64),
    #[error("{at} is not {expected}")]
    Shape { at: String, expected: &'static str },
    /// Only where the content is to be changed: written back, the first of the two would be lost.
    #[error("{at} is there twice")]
    Twice { at: String },
}

impl FormatError {
    /// `at` are the keys that lead to the value.
    pub(super) fn shape(at: &[&str], expected: &'static str) -> Self {
        let at = if at.is_empty() { "the content".to_owned() } else { path(at) };
        Self::Shape { at, expected }
    }

    pub(super) fn twice(at: &[&str]) -> Self {
        Self::Twice { at: path(at) }
    }
}

fn path(keys: &[&str]) -> String {
    // Debug, because a key is text from a file and could drive the terminal.
    let keys: Vec<String> = keys.iter().map(|key| format!("{:?}", redact_given(key))).collect();
    keys.join(" > ")
}

impl From<serde_json::Error> for FormatError {
    fn from(error: serde_json::Error) -> Self {
        Self::NotJson { line: error.line(), column: error.column() }
    }
}

/// The content without the byte order mark that Windows' editors put before it.
pub(super) fn without_byte_order_mark(content: &[u8]) -> &[u8] {
    content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)
}

pub(super) fn object(content: &[u8]) -> Result<Map<String, Value>, FormatError> {
    match serde_json::from_slice(without_byte_order_mark(content))? {
        Value::Object(object) => Ok(object),
        _ => Err(FormatError::shape(&[], "an object")),
    }
}

/// The object under `key`, created if missing. The file was read before it is changed, so that only null can stand there
/// instead.
pub(super) fn child<'a>(parent: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = parent.entry(key).or_insert_with(|| json!({}));
    if !value.is_object() {
        *value = json!({});
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("made an object above"),
    }
}
