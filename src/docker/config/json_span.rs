//! Where in a JSON text its objects and their members stand.

use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::Value;

const BOM: &str = "\u{feff}";

/// Why a text is not edited. None quotes what stands there: it may be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// What PowerShell's `>` writes.
    #[error("is UTF-16, which Docker can't read; save it as UTF-8")]
    Utf16,
    /// Bytes that are no text.
    #[error("is not UTF-8 (line {0})")]
    NotUtf8(usize),
    /// The parser's words, with line and column.
    #[error("is not JSON: {0}")]
    NotJson(String),
    /// Something else stands where an object must.
    #[error("{name} is not a JSON object (line {line})")]
    NotObject {
        /// The member, or "what it holds".
        name: String,
        /// The line, from 1 on.
        line: usize,
    },
    /// Which of them counts depends on who reads.
    #[error("has {name} twice (line {line})")]
    DuplicateKey {
        /// The member.
        name: String,
        /// The line of the second, from 1 on.
        line: usize,
    },
}

/// A member of an object, by its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The key without quotes and escapes.
    pub(super) key: String,
    /// From the key's first quote to the value's end.
    pub(super) whole: Range<usize>,
    /// The value.
    pub(super) value: Range<usize>,
    /// What stands between the key and the value.
    pub(super) colon: Range<usize>,
}

/// An object, by its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    /// From brace to brace, both within.
    pub(super) whole: Range<usize>,
    pub(super) members: Vec<Member>,
}

/// The text of bytes that hold JSON; a byte order mark stays in it.
pub(super) fn checked(bytes: &[u8]) -> Result<&str, FormatError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(FormatError::Utf16);
    }
    let not_utf8 = |error: std::str::Utf8Error| {
        FormatError::NotUtf8(bytes[..error.valid_up_to()].split(|&byte| byte == b'\n').count())
    };
    let text = std::str::from_utf8(bytes).map_err(not_utf8)?;
    let json = text.strip_prefix(BOM).unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(json).map_err(|error| {
        // A parser of values knows better words, such as "trailing comma", but its limits are not JSON's.
        let worded = serde_json::from_str::<Value>(json).err();
        FormatError::NotJson(worded.unwrap_or(error).to_string())
    })?;
    Ok(text)
}

/// The object that the whole text is.
pub(super) fn root(text: &str) -> Result<Object, FormatError> {
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    object(text, start, "what it holds")
}

/// The object that begins at `start` or after blanks there. The text is known to be JSON.
pub(super) fn object(text: &str, start: usize, name: &str) -> Result<Object, FormatError> {
    let start = skip_blanks(text, start);
    if !text[start..].starts_with('{') {
        return Err(FormatError::NotObject { name: name.to_owned(), line: line(text, start) });
    }
    let mut members = Vec::new();
    let mut at = skip_blanks(text, start + 1);
    while text.as_bytes()[at] != b'}' {
        let key = at..skip_string(text, at);
        let colon = skip_blanks(text, key.end);
        let value_start = skip_blanks(text, colon + 1);
        let value = value_start..skip_value(text, value_start);
        // A key of lone surrogates is none that anybody asks for.
        let name = serde_json::from_str(&text[key.clone()]).unwrap_or_default();
        at = skip_blanks(text, value.end);
        members.push(Member { key: name, whole: key.start..value.end, colon: key.end..value.start, value });
        if text.as_bytes()[at] == b',' {
            at = skip_blanks(text, at + 1);
        }
    }
    Ok(Object { whole: start..at + 1, members })
}

impl Object {
    /// The member of this name.
    pub(super) fn member(&self, text: &str, key: &str) -> Result<Option<&Member>, FormatError> {
        let mut found = self.members.iter().filter(|member| member.key == key);
        let first = found.next();
        match found.next() {
            Some(second) => {
                Err(FormatError::DuplicateKey { name: key.to_owned(), line: line(text, second.whole.start) })
            }
            None => Ok(first),
        }
    }
}

fn line(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

fn skip_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t', '\r', '\n']).len()
}

fn skip_string(text: &str, at: usize) -> usize {
    let mut escaped = true; // The opening quote ends nothing.
    let end = text.bytes().skip(at).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| at + end + 1)
}

/// Counts brackets instead of recursing: what nests too deeply for the stack is JSON too.
fn skip_value(text: &str, start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        at = match text.as_bytes()[at] {
            b'"' => skip_string(text, at),
            b'{' | b'[' => {
                depth += 1;
                at + 1
            }
            b'}' | b']' => {
                depth -= 1;
                at + 1
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => at + 1,
            _ => at + text[at..].find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(text.len() - at),
        };
        if depth == 0 {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys and values of the object that a text is, as they stand there.
    fn members(text: &str) -> Vec<(String, &str)> {
        let object = root(checked(text.as_bytes()).unwrap()).unwrap();
        object.members.iter().map(|member| (member.key.clone(), &text[member.value.clone()])).collect()
    }

    #[test]
    fn every_member_is_found_where_it_stands() {
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
    fn what_nests_deeper_than_the_stack_is_passed_over() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(members(&format!("{{\"a\":{deep},\"b\":1}}")).len(), 2);
    }
}
