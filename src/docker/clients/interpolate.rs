//! `${VARIABLE}` in the values of compose files and in `.env`, as compose-go's `template` package has it.

use std::collections::BTreeMap;

use super::files::Files;
use super::yaml::Node;

pub(super) type Variables = BTreeMap<String, String>;

/// `${A:-${B:-...}}`.
const MOST_NESTED: usize = 20;
/// In the place of a value that nobody can tell. No image's name has it.
pub(super) const UNKNOWN: &str = "\u{fffd}";

#[derive(Debug, Clone, Copy)]
pub(super) struct Interpolation<'a> {
    /// The first wins.
    pub(super) variables: [&'a Variables; 2],
    pub(super) files: &'a Files,
}

impl<'a> Interpolation<'a> {
    /// All values of a tree; keys are taken as they are. None where compose stops: a required variable that is missing,
    /// or an invalid `${`.
    pub(super) fn tree(&self, node: Node) -> Option<Node> {
        Some(match node {
            Node::Text(text) if text.contains('$') => Node::Text(self.text(&text)?),
            Node::List(items) => Node::List(items.into_iter().map(|item| self.tree(item)).collect::<Option<_>>()?),
            Node::Map(entries) => {
                let entries = entries.into_iter().map(|(key, value)| Some((key, self.tree(value)?)));
                Node::Map(entries.collect::<Option<_>>()?)
            }
            other => other,
        })
    }

    pub(super) fn text(&self, text: &str) -> Option<String> {
        self.nested(text, 0)
    }

    fn nested(&self, text: &str, depth: usize) -> Option<String> {
        if depth > MOST_NESTED {
            return None;
        }
        let mut result = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            result.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                result.push('$');
                rest = after;
            } else if let Some(after) = rest.strip_prefix('{') {
                let end = closing_brace(after)?;
                self.append(&self.braced(&after[..end], depth)?, &mut result)?;
                rest = &after[end + 1..];
            } else if let name @ 1.. = name_length(rest) {
                self.append(self.get(&rest[..name]).unwrap_or_default(), &mut result)?;
                rest = &rest[name..];
            } else {
                result.push('$');
            }
        }
        result.push_str(rest);
        Some(result)
    }

    fn append(&self, value: &str, result: &mut String) -> Option<()> {
        self.files.copy(value.len())?;
        result.push_str(value);
        Some(())
    }

    /// `NAME`, and with `:-`, `-` (default), `:+`, `+` (alternative), `:?` or `?` (required) and a text.
    fn braced(&self, inner: &str, depth: usize) -> Option<String> {
        let (name, operation) = inner.split_at(name_length(inner));
        if name.is_empty() {
            return None;
        }
        let value = self.get(name);
        if value == Some(UNKNOWN) {
            return Some(UNKNOWN.to_owned());
        }
        let (counts, operation) = match operation.strip_prefix(':') {
            Some(operation) => (value.filter(|value| !value.is_empty()), operation),
            None if operation.is_empty() => return Some(value.unwrap_or_default().to_owned()),
            None => (value, operation),
        };
        let value = value.unwrap_or_default();
        let text = operation.get(1..)?;
        match (operation.as_bytes()[0], counts) {
            (b'-', None) | (b'+', Some(_)) => self.nested(text, depth + 1),
            (b'-' | b'?', Some(_)) | (b'+', None) => Some(value.to_owned()),
            _ => None,
        }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let known = self.variables.iter().find_map(|variables| variables.get(name)).map(String::as_str);
        known.or_else(|| self.files.lacks_variables().then_some(UNKNOWN))
    }
}

/// The length of the name that a text begins with; none begins with a digit.
fn name_length(text: &str) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = text.bytes().take_while(is_name).count();
    if text.starts_with(|first: char| first.is_ascii_digit()) { 0 } else { length }
}

/// Where the brace that is already open is closed; the last one if they do not match.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open -= 1,
            // Compose's pattern has no braces over several lines.
            b'\n' => return None,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    text.rfind('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(template: &str) -> Option<String> {
        let variables = [("SET", "value"), ("EMPTY", ""), ("set", "small"), ("A1_", "x"), ("LONG", &"x".repeat(1000))];
        let variables: Variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Interpolation { variables: [&variables, &Variables::new()], files: &Files::new() }.text(template)
    }

    #[test]
    fn variables_are_replaced() {
        for (template, expected) in [
            ("plain", "plain"),
            ("$SET ${SET} $set", "value value small"),
            ("a${SET}b$A1_", "avaluebx"),
            ("[$NONE] [${NONE}]", "[] []"),
            ("$$SET $${SET} $1 $ $-", "$SET ${SET} $1 $ $-"),
            ("${SET:-d} ${EMPTY:-d} ${NONE:-d}", "value d d"),
            ("${SET-d} ${EMPTY-d} ${NONE-d}", "value  d"),
            ("${SET:+a} ${EMPTY:+a} ${NONE:+a}", "a  "),
            ("${SET+a} ${EMPTY+a} ${NONE+a}", "a a "),
            ("${SET:?e} ${SET?e} ${EMPTY?e}", "value value "),
            ("${NONE:-${EMPTY:-${SET}}}/x", "value/x"),
            ("${SET:-${NONE:?e}}", "value"),
            ("${NONE:-a:b-c+d?e}", "a:b-c+d?e"),
            ("${NONE:-}${NONE-}", ""),
            ("${NONE:-{}}", "{}"),
            ("${NONE:-$$}", "$"),
            ("é${NONE:-é}", "éé"),
        ] {
            assert_eq!(text(template).as_deref(), Some(expected), "{template}");
        }
    }

    #[test]
    fn what_stops_compose_is_refused() {
        for template in [
            "${NONE:?e}",
            "${NONE?e}",
            "${EMPTY:?e}",
            "${NONE:-a",
            "${}",
            "${1}",
            "${ SET}",
            "${SET!}",
            "${SET:}",
            "${SET:=a}",
            "${SET:é}",
            "${NONE:-${}}",
            "${NONE:-a\nb}",
        ] {
            assert_eq!(text(template), None, "{template}");
        }
    }

    #[test]
    fn neither_depth_nor_length_is_unbounded() {
        let nested = format!("{}x{}", "${NONE:-".repeat(10_000), "}".repeat(10_000));
        assert_eq!(text(&nested), None);
        assert_eq!(text(&"${LONG}".repeat(300)), None);
        assert_eq!(text(&"${LONG}".repeat(200)).map(|text| text.len()), Some(200_000));
    }
}
