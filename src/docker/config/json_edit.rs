//! Adds members to a JSON text and removes them; every other byte stays.

use std::ops::Range;

use serde_json::Value;

use super::json_span::{Member, Object};

/// What stands in the place of a part of a text.
pub(super) type Splice = (Range<usize>, String);

pub(super) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// How a file formats its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// The line end and one level of indentation; `None`: everything is on one line.
    lines: Option<(String, String)>,
    colon: String,
    /// Between the braces and the members on one line.
    padding: String,
}

impl Style {
    /// As the first member is formatted; without one, as Docker does.
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

    /// An object with one member. `outer` is the indentation of the line where it starts.
    pub(super) fn object(&self, outer: &str, key: &str, value: &str) -> String {
        let member = format!("{}{}{value}", quoted(key), self.colon);
        match &self.lines {
            Some((newline, step)) => format!("{{{newline}{outer}{step}{member}{newline}{outer}}}"),
            None => format!("{{{0}{member}{0}}}", self.padding),
        }
    }

    /// A value in objects of one member each, one in the other, with these keys.
    pub(super) fn nested(&self, outer: &str, keys: &[&str], value: &str) -> String {
        let [key, below @ ..] = keys else { return value.to_owned() };
        let step = self.lines.as_ref().map_or("", |(_, step)| step);
        self.object(outer, key, &self.nested(&format!("{outer}{step}"), below, value))
    }
}

/// What appends a member to `object`. `value` gets the indentation of the member's line.
pub(super) fn appended(
    text: &str,
    object: &Object,
    style: &Style,
    key: &str,
    value: impl FnOnce(&str) -> String,
) -> Splice {
    let Some(last) = object.members.last() else {
        let outer = indentation(text, object.whole.start);
        let step = style.lines.as_ref().map_or("", |(_, step)| step);
        let new = style.object(outer, key, &value(&format!("{outer}{step}")));
        return (object.whole.clone(), new);
    };
    let (separator, colon) = (separator(text, object, last), colon(text, last));
    let indentation = separator.rsplit_once('\n').map_or("", |(_, indentation)| indentation);
    let new = format!(",{separator}{}{colon}{}", quoted(key), value(indentation));
    (last.whole.end..last.whole.end, new)
}

/// The text without a member; the only one leaves `{}`.
pub(super) fn removed(text: &str, object: &Object, member: &Member) -> String {
    spliced(text, removals(object, |other| other.whole == member.whole))
}

/// What removes members from an object; without any, it is `{}`.
pub(super) fn removals(object: &Object, is_gone: impl Fn(&Member) -> bool) -> Vec<Splice> {
    let members = &object.members;
    if !members.iter().any(&is_gone) {
        return Vec::new();
    }
    let Some(last_kept) = members.iter().rposition(|member| !is_gone(member)) else {
        return vec![(object.whole.clone(), "{}".to_owned())];
    };
    let (up_to_kept, rest) = members.split_at(last_kept + 1);
    let inner = up_to_kept.windows(2).filter(|pair| is_gone(&pair[0]));
    let inner = inner.map(|pair| pair[0].whole.start..pair[1].whole.start);
    let at_end = rest.last().map(|last| members[last_kept].whole.end..last.whole.end);
    inner.chain(at_end).map(|range| (range, String::new())).collect()
}

/// The text with changes in the order of their places, all at once: a copy of it for each would take too long.
pub(super) fn spliced(text: &str, splices: impl IntoIterator<Item = Splice>) -> String {
    let (mut changed, mut end) = (String::with_capacity(text.len()), 0);
    for (range, new) in splices {
        changed.extend([&text[end..range.start], &new]);
        end = range.end;
    }
    changed + &text[end..]
}

pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = &text[line..at];
    &line[..line.len() - line.trim_start_matches(BLANKS).len()]
}

/// The blanks before the last member, after its comma.
fn separator<'a>(text: &'a str, object: &Object, last: &Member) -> &'a str {
    let before = &text[..last.whole.start];
    let blanks = &before[before.trim_end_matches(BLANKS).len()..];
    match blanks.rfind('\n') {
        Some(end) => &blanks[if blanks[..end].ends_with('\r') { end - 1 } else { end }..],
        // The first member follows the brace without a blank; others follow a comma and one.
        None if object.members.len() == 1 && blanks.is_empty() && text[last.colon.clone()].ends_with(' ') => " ",
        None => blanks,
    }
}

fn colon(text: &str, member: &Member) -> String {
    let colon = &text[member.colon.clone()];
    if colon.contains('\n') { ": ".to_owned() } else { colon.to_owned() }
}
