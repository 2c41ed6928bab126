//! YAML as far as clients' files need it: documents as trees, with aliases and merge keys resolved.
//!
//! Docker waits, so an alias bomb, deep nesting or slow input end the parsing: the parser is asked for one event after
//! another, and its input ends when the time is up.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::str::Chars;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::files::Files;

/// Deeper files are no work of a person. Trees are walked recursively.
const DEEPEST: usize = 100;
/// How often the time is checked, in characters and events.
const TIME_CHECK: usize = 1024;

pub(super) type Map = BTreeMap<String, Node>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Null,
    Text(String),
    /// A number or a boolean, as written.
    Other(String),
    List(Vec<Node>),
    Map(Map),
    /// `!reset` and `!override` of compose.
    Reset,
    Override(Box<Node>),
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Where numbers and booleans are taken for text.
    pub(super) fn scalar(&self) -> Option<&str> {
        if let Self::Text(text) | Self::Other(text) = self { Some(text) } else { None }
    }

    pub(super) fn list(&self) -> Option<&[Node]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    pub(super) fn map(&self) -> Option<&Map> {
        if let Self::Map(entries) = self { Some(entries) } else { None }
    }

    /// How deep it is. Takes its nodes and bytes from what is `left`; None if it has more.
    fn measure(&self, left: &mut usize) -> Option<usize> {
        let length = if let Self::Text(text) | Self::Other(text) = self { text.len() } else { 0 };
        *left = left.checked_sub(1 + length)?;
        let mut deepest = 0;
        match self {
            Self::Override(node) => deepest = node.measure(left)?,
            Self::List(items) => {
                for item in items {
                    deepest = deepest.max(item.measure(left)?);
                }
            }
            Self::Map(entries) => {
                for value in entries.values() {
                    deepest = deepest.max(value.measure(left)?);
                }
            }
            Self::Null | Self::Text(_) | Self::Other(_) | Self::Reset => {}
        }
        Some(1 + deepest)
    }
}

/// The documents of a file. None if it is no YAML, or too much of it.
pub(super) fn documents(text: &str, files: &Files) -> Option<Vec<Node>> {
    let mut parser = Parser::new_from_iter(TimedCharacters { characters: text.chars(), count: 0, files });
    let mut builder = Builder { files, documents: Vec::new(), open: Vec::new(), anchors: BTreeMap::new() };
    for count in 0.. {
        if count % TIME_CHECK == 0 {
            files.check_time()?;
        }
        let Some(event) = parser.next_event() else { break };
        builder.take(event.ok()?.0)?;
    }
    // The input may have ended for want of time.
    files.check_time()?;
    Some(builder.documents)
}

struct TimedCharacters<'a> {
    characters: Chars<'a>,
    count: usize,
    files: &'a Files,
}

impl Iterator for TimedCharacters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.count += 1;
        if self.count.is_multiple_of(TIME_CHECK) {
            self.files.check_time()?;
        }
        self.characters.next()
    }
}

struct Builder<'a> {
    files: &'a Files,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Rc<Node>>,
}

/// A list or mapping whose end has not come yet.
struct Open {
    anchor: usize,
    tag: String,
    kind: Kind,
}

enum Kind {
    List(Vec<Node>),
    Map { entries: Map, key: Option<String> },
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.add(scalar(&text, style, tag.as_deref()), anchor),
            Event::Alias(anchor) => {
                let anchored = Rc::clone(self.anchors.get(&anchor)?);
                let node = self.copy(&anchored)?;
                self.add(node, 0)
            }
            Event::SequenceStart(anchor, tag) => self.begin(anchor, tag.as_deref(), Kind::List(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                self.begin(anchor, tag.as_deref(), Kind::Map { entries: Map::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { anchor, tag, kind } = self.open.pop()?;
                let node = match kind {
                    Kind::List(items) => Node::List(items),
                    Kind::Map { entries, .. } => Node::Map(merged(entries)?),
                };
                self.add(tagged(node, &tag), anchor)
            }
            Event::DocumentEnd => {
                self.anchors.clear();
                Some(())
            }
            _ => Some(()),
        }
    }

    fn begin(&mut self, anchor: usize, tag: Option<&Tag>, kind: Kind) -> Option<()> {
        self.open.push(Open { anchor, tag: name(tag), kind });
        (self.open.len() <= DEEPEST).then_some(())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Option<()> {
        if anchor != 0 {
            let copy = self.copy(&node)?;
            self.anchors.insert(anchor, Rc::new(copy));
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.documents.push(node),
            Some(Kind::List(items)) => items.push(node),
            Some(Kind::Map { entries, key }) => {
                let Some(name) = key.take() else {
                    *key = Some(key_of(node)?);
                    return Some(());
                };
                // A key may stand in a mapping once.
                return entries.insert(name, node).is_none().then_some(());
            }
        }
        Some(())
    }

    fn copy(&self, node: &Node) -> Option<Node> {
        let left = self.files.left_to_copy();
        let mut left_after = left;
        let depth = node.measure(&mut left_after)?;
        self.files.copy(left - left_after)?;
        (self.open.len() + depth <= DEEPEST).then(|| node.clone())
    }
}

fn name(tag: Option<&Tag>) -> String {
    tag.map(Tag::to_string).unwrap_or_default()
}

fn tagged(node: Node, tag: &str) -> Node {
    match tag {
        "!reset" => Node::Reset,
        "!override" => Node::Override(Box::new(node)),
        _ => node,
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Node {
    let is_plain = style == ScalarStyle::Plain && tag.is_none_or(|tag| matches!(&*tag.suffix, "reset" | "override"));
    let node = match text {
        "" | "~" | "null" | "Null" | "NULL" if is_plain => Node::Null,
        _ if is_plain && (is_boolean(text) || is_number(text)) => Node::Other(text.to_owned()),
        _ => Node::Text(text.to_owned()),
    };
    tagged(node, &name(tag))
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

/// As Go's YAML has them: `1_000`, `0x1f`, `.5`, `1e3`, `-.inf`.
fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']).replace('_', "");
    let is_float =
        digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') && digits.parse::<f64>().is_ok();
    let radix = |prefix: &str, radix: u32| {
        digits.strip_prefix(prefix).is_some_and(|rest| u64::from_str_radix(rest, radix).is_ok())
    };
    is_float
        || radix("0x", 16)
        || radix("0o", 8)
        || radix("0b", 2)
        || matches!(&*digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN")
}

fn key_of(node: Node) -> Option<String> {
    match node {
        Node::Text(text) | Node::Other(text) => Some(text),
        Node::Null => Some(String::new()),
        _ => None,
    }
}

/// A mapping with what its merge key `<<` brings: own keys win, and of several mappings the first.
fn merged(mut entries: Map) -> Option<Map> {
    let sources = match entries.remove("<<") {
        None => return Some(entries),
        Some(Node::List(items)) => items,
        Some(node) => vec![node],
    };
    for source in sources {
        let Node::Map(source) = source else { return None };
        for (key, value) in source {
            entries.entry(key).or_insert(value);
        }
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Vec<Node>> {
        documents(text, &Files::new())
    }

    fn json(node: &Node) -> String {
        match node {
            Node::Null => "null".to_owned(),
            Node::Text(text) => format!("{text:?}"),
            Node::Other(text) => text.clone(),
            Node::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
            Node::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{key}:{}", json(value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
            Node::Reset => "!reset".to_owned(),
            Node::Override(node) => format!("!override {}", json(node)),
        }
    }

    #[test]
    fn documents_become_trees() {
        for (text, expected) in [
            (
                "a: b\nc: [1, 'x', \"y\", true, ~, 1.5, 0x1f, v1]",
                "{a:\"b\",c:[1,\"x\",\"y\",true,null,1.5,0x1f,\"v1\"]}",
            ),
            ("a: '1'\nb: \"null\"\nc: ''\nd:", "{a:\"1\",b:\"null\",c:\"\",d:null}"),
            ("1: a\ntrue: b", "{1:\"a\",true:\"b\"}"),
            ("a: >-\n  b\n  c\nd: |\n  e\n", "{a:\"b c\",d:\"e\\n\"}"),
            ("a: b\n---\nc: d\n", "{a:\"b\"} {c:\"d\"}"),
            ("a: !!str 1\nb: !custom 2", "{a:\"1\",b:\"2\"}"),
            ("a: !reset null\nb: !reset []\nc: !override [x]", "{a:!reset,b:!reset,c:!override [\"x\"]}"),
            ("a: &x {b: 1}\nc: *x", "{a:{b:1},c:{b:1}}"),
            ("a: &x 1\nb: &x 2\nc: *x", "{a:1,b:2,c:2}"),
            ("a: 1.2.3", "{a:\"1.2.3\"}"),
            ("", ""),
        ] {
            let found: Vec<_> = parsed(text).unwrap().iter().map(json).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn own_keys_win_over_merged_ones() {
        for (text, expected) in [
            ("x: &x {a: 1, b: 2}\ny: {<<: *x, a: 3}", "{x:{a:1,b:2},y:{a:3,b:2}}"),
            ("y: {a: 3, <<: {a: 1, b: 2}}", "{y:{a:3,b:2}}"),
            ("y: {<<: [{a: 1}, {a: 2, b: 3}]}", "{y:{a:1,b:3}}"),
            ("x: &x [{a: 1}, {b: 2}]\ny: {<<: *x}", "{x:[{a:1},{b:2}],y:{a:1,b:2}}"),
        ] {
            assert_eq!(json(&parsed(text).unwrap()[0]), expected, "{text}");
        }
    }

    #[test]
    fn broken_files_are_refused() {
        for text in [
            "a: 1\na: 2",
            "a:\n\tb: 1",
            "a: 'b",
            "a: [b",
            "a: *nowhere",
            "a: &a [*a]",
            "<<: text",
            "<<: [1]",
            "? [a]\n: b",
            "a: b: c",
            "a: b\0",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn what_would_take_too_long_is_refused() {
        let bomb = (0..9).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, level| {
            let next = level + 1;
            format!("{text}a{next}: &a{next} [{}]\n", vec![format!("*a{level}"); 9].join(", "))
        });
        let chain: Vec<String> = (1..300).map(|at| format!("- &a{at} [*a{}]\n", at - 1)).collect();
        let chain = chain.concat();
        let wide = format!("a: &a {}\nb: [{}]", "x".repeat(1000), "*a, ".repeat(2000));
        for text in [
            bomb,
            format!("- &a0 x\n{chain}"),
            wide,
            "[".repeat(1 << 20),
            "{a: ".repeat(1 << 18),
            "- ".repeat(1 << 19),
            "? ".repeat(1 << 19),
            "a: ".repeat(1 << 18),
        ] {
            assert_eq!(parsed(&text), None, "{text:.40}");
        }
    }
}
