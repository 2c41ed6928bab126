//! Members put into a JSON text and taken out of it, with every other byte as it was.

use serde_json::Value;

use super::json_span::{Member, Object};

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// How a file lays out its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// The line end and one step of indentation; `None`: everything is on one line.
    lines: Option<(String, String)>,
    colon: String,
    /// Between the braces and the members within, on one line.
    padding: String,
}

impl Style {
    /// The style of a file by its first member; docker's own, where there is none.
    pub(super) fn of(text: &str, root: &Object) -> Self {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let Some(first) = root.members.first() else {
            let lines = Some((newline.to_owned(), "\t".to_owned()));
            return Self { lines, colon: ": ".to_owned(), padding: String::new() };
        };
        let before = &text[root.whole.start + 1..first.whole.start];
        let lines = before.rsplit_once('\n').map(|(_, step)| (newline.to_owned(), step.to_owned()));
        let padding = if lines.is_none() { before.to_owned() } else { String::new() };
        Self { lines, colon: colon(text, first), padding }
    }

    /// An object with one member. `outer` is the indentation of the line that the object begins on.
    pub(super) fn object(&self, outer: &str, key: &str, value: &str) -> String {
        let member = format!("{}{}{value}", quoted(key), self.colon);
        match &self.lines {
            Some((newline, step)) => format!("{{{newline}{outer}{step}{member}{newline}{outer}}}"),
            None => format!("{{{0}{member}{0}}}", self.padding),
        }
    }
}

/// The text with one more member at the end of `object`. `value` is told the indentation of the member's line.
pub(super) fn appended(
    text: &str,
    object: &Object,
    style: &Style,
    key: &str,
    value: impl FnOnce(&str) -> String,
) -> String {
    let Some(last) = object.members.last() else {
        let outer = indentation(text, object.whole.start);
        let step = style.lines.as_ref().map_or("", |(_, step)| step);
        let new = style.object(outer, key, &value(&format!("{outer}{step}")));
        return spliced(text, object.whole.clone(), &new);
    };
    let (separator, colon) = (separator(text, object, last), colon(text, last));
    let indentation = separator.rsplit_once('\n').map_or("", |(_, indentation)| indentation);
    let new = format!(",{separator}{}{colon}{}", quoted(key), value(indentation));
    spliced(text, last.whole.end..last.whole.end, &new)
}

/// The text without the member of this key; the last one leaves `{}`.
pub(super) fn removed(text: &str, object: &Object, key: &str) -> String {
    let members = &object.members;
    match members.iter().position(|member| member.key == key) {
        None => text.to_owned(),
        Some(_) if members.len() == 1 => spliced(text, object.whole.clone(), "{}"),
        Some(at) if at + 1 == members.len() => spliced(text, members[at - 1].whole.end..members[at].whole.end, ""),
        Some(at) => spliced(text, members[at].whole.start..members[at + 1].whole.start, ""),
    }
}

/// The text with something else in the place of a range.
pub(super) fn spliced(text: &str, range: std::ops::Range<usize>, new: &str) -> String {
    [&text[..range.start], new, &text[range.end..]].concat()
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The blanks that a line begins with.
pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = &text[line..at];
    &line[..line.len() - line.trim_start_matches(BLANKS).len()]
}

/// What stands between the comma before a member and the member itself.
fn separator<'a>(text: &'a str, object: &Object, last: &Member) -> &'a str {
    let before = &text[..last.whole.start];
    let blanks = &before[before.trim_end_matches(BLANKS).len()..];
    match blanks.rfind('\n') {
        Some(end) => &blanks[if blanks[..end].ends_with('\r') { end - 1 } else { end }..],
        // The first of a line stands at the brace, as no other does.
        None if object.members.len() == 1 && blanks.is_empty() && text[last.colon.clone()].ends_with(' ') => " ",
        None => blanks,
    }
}

fn colon(text: &str, member: &Member) -> String {
    let colon = &text[member.colon.clone()];
    if colon.contains('\n') { ": ".to_owned() } else { colon.to_owned() }
}
