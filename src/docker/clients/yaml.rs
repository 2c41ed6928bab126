//! YAML as far as clients' files need it: documents as trees, with aliases and merge keys resolved.
//!
//! Docker waits, so an alias bomb, deep nesting or slow input end the parsing: the parser is asked for one event after
//! another, each of which is counted, and its input ends when the time is up.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;
use std::str::Chars;

use saphyr_parser::{Event, Parser, Tag};

use super::files::Files;
use super::node::NODE;
pub(super) use super::node::{Map, Node};
use super::scalar::{name, scalar, tagged};

/// Deeper files are no work of a person. Trees are walked recursively.
const DEEPEST: usize = 100;
/// How often the time is checked, in characters.
const TIME_CHECK: usize = 1024;

/// The steps of a document, of its bytes and of those in scalars, and of an event beside its node.
const DOCUMENT: usize = 2_000;
const BYTE: usize = 6;
const BYTE_OF_SCALAR: usize = 11;
const EVENT: usize = 60;

/// The documents of the file that was read last. It is given up on if it is no YAML, or too much of it: a client that asks
/// for a credential could read it.
pub(super) fn documents(text: &str, files: &Files) -> Option<Vec<Node>> {
    parse(text, files).or_else(|| files.give_up("it is not valid YAML"))
}

fn parse(text: &str, files: &Files) -> Option<Vec<Node>> {
    files.spend(DOCUMENT + text.len() * BYTE)?;
    let mut parser = Parser::new_from_iter(TimedCharacters { characters: text.chars(), count: 0, files });
    let mut builder = Builder { files, documents: Vec::new(), open: Vec::new(), anchors: BTreeMap::new() };
    while let Some(event) = parser.next_event() {
        builder.take(event.ok()?.0)?;
    }
    // The input may have ended for want of time.
    files.time_left()?;
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
            self.files.time_left()?;
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
        self.files.spend(EVENT)?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.files.spend(NODE + text.len() * BYTE_OF_SCALAR)?;
                self.add(scalar(&text, style, tag.as_deref()), anchor)
            }
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
                    Kind::Map { entries, .. } => merged(entries)?,
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
        self.files.spend(NODE)?;
        self.open.push(Open { anchor, tag: name(tag), kind });
        self.check_depth(0)
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
        let mut steps = 0;
        let depth = node.measure(&mut steps);
        self.files.spend(steps)?;
        self.check_depth(depth)?;
        Some(node.clone())
    }

    /// Of a node that is to be added.
    fn check_depth(&self, depth: usize) -> Option<()> {
        if self.open.len() + depth > DEEPEST {
            return self.files.give_up(format!("it is nested more than {DEEPEST} levels deep"));
        }
        Some(())
    }
}

fn key_of(node: Node) -> Option<String> {
    match node {
        Node::Text(text) | Node::Other(text) => Some(text),
        Node::Null => Some(String::new()),
        Node::Reset(node) | Node::Override(node) => key_of(*node),
        _ => None,
    }
}

/// A mapping with what its merge key `<<` brings: own keys win, and of several mappings the first. To compose a tag of the
/// merge key's value is one of the mapping.
fn merged(mut entries: Map) -> Option<Node> {
    let (sources, is_tagged) = match entries.remove("<<") {
        None => return Some(Node::Map(entries)),
        Some(Node::List(items)) => (items, false),
        Some(Node::Override(node)) => (vec![*node], true),
        Some(Node::Reset(_)) => (Vec::new(), true),
        Some(node) => (vec![node], false),
    };
    for source in sources {
        let Node::Map(source) = source else { return None };
        for (key, value) in source {
            match entries.entry(key) {
                Entry::Vacant(entry) => drop(entry.insert(value)),
                // What is reset here alone is seen again, and still takes away what earlier files have.
                Entry::Occupied(mut entry) if matches!(entry.get(), Node::Reset(_)) => {
                    drop(entry.insert(Node::Override(Box::new(value))));
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    let merged = Node::Map(entries);
    Some(if is_tagged { Node::Override(Box::new(merged)) } else { merged })
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
            Node::Reset(node) => format!("!reset {}", json(node)),
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
            ("a: !reset null\nb: !reset []\nc: !override [x]", "{a:!reset null,b:!reset [],c:!override [\"x\"]}"),
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
        let wide = format!("a: &a {}\nb: [{}]", "x".repeat(1000), "*a, ".repeat(8000));
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
