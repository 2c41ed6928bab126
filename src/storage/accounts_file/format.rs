//! What can be wrong with the content of `device.json`, and where in it.

use std::fmt;

use serde_json::{Map, Value, json};

/// The version of the file's format that this program reads and writes.
pub(super) const VERSION: u64 = 2;

/// Why the content is not a valid `device.json`. Never quotes a value: it could be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Both from 1; the column in bytes.
    #[error("not valid JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("unsupported version {0} (expected {VERSION} or older)")]
    Newer(u64),
    #[error("{at} is not {expected}")]
    Shape { at: JsonPath, expected: &'static str },
}

impl FormatError {
    pub(super) fn shape<S: ToString>(at: &[S], expected: &'static str) -> Self {
        Self::Shape { at: JsonPath(at.iter().map(ToString::to_string).collect()), expected }
    }
}

impl From<serde_json::Error> for FormatError {
    fn from(error: serde_json::Error) -> Self {
        Self::NotJson { line: error.line(), column: error.column() }
    }
}

/// A place in the file, as the keys that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath(Vec<String>);

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the content");
        }
        // Debug, because a key is text from a file and could drive the terminal.
        let keys: Vec<String> = self.0.iter().map(|key| format!("{key:?}")).collect();
        f.write_str(&keys.join(" > "))
    }
}

/// The content without the byte order mark that Windows' editors put before it.
pub(super) fn without_byte_order_mark(content: &[u8]) -> &[u8] {
    content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)
}

pub(super) fn object(content: &[u8]) -> Result<Map<String, Value>, FormatError> {
    match serde_json::from_slice(without_byte_order_mark(content))? {
        Value::Object(object) => Ok(object),
        _ => Err(FormatError::shape::<&str>(&[], "an object")),
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
