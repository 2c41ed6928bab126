//! Several files, extended services and included ones, laid over each other as compose-go's `override` package does.

use super::super::yaml::{Map, Node};

/// `over` laid over `base`: mappings are joined, lists appended, and anything else is replaced. None if a mapping or a list
/// meets something else, which compose refuses.
pub(super) fn merge(base: Node, over: Node) -> Option<Node> {
    Some(match (base, over) {
        (_, Node::Override(over)) => settled(*over),
        (base, Node::Null) => base,
        (Node::Map(base), Node::Map(over)) => Node::Map(merge_maps(base, over)?),
        (Node::List(mut base), Node::List(over)) => {
            base.extend(over.into_iter().map(settled));
            Node::List(base)
        }
        (Node::Map(_) | Node::List(_), _) => return None,
        (_, over) => settled(over),
    })
}

pub(super) fn merge_maps(mut base: Map, over: Map) -> Option<Map> {
    for (key, value) in over {
        match (base.remove(&key), value) {
            (_, Node::Reset) => {}
            (None, value) => drop(base.insert(key, settled(value))),
            (Some(old), value) => drop(base.insert(key, merge(old, value)?)),
        }
    }
    Some(base)
}

/// A tree that lies over nothing, so that `!reset` and `!override` have nothing to do.
fn settled(node: Node) -> Node {
    match node {
        Node::Override(node) => settled(*node),
        Node::List(items) => Node::List(items.into_iter().filter(|item| *item != Node::Reset).map(settled).collect()),
        Node::Map(entries) => {
            let entries = entries.into_iter().filter(|(_, value)| *value != Node::Reset);
            Node::Map(entries.map(|(key, value)| (key, settled(value))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::files::Files;
    use super::super::super::yaml::documents;
    use super::*;

    fn tree(text: &str) -> Node {
        documents(text, &Files::new()).unwrap().remove(0)
    }

    #[test]
    fn the_later_file_wins() {
        for (base, over, expected) in [
            ("{a: 1}", "{b: 2}", "{a: 1, b: 2}"),
            ("{a: x}", "{a: y}", "{a: y}"),
            ("{a: {b: 1, c: 2}}", "{a: {c: 3}}", "{a: {b: 1, c: 3}}"),
            ("{a: [1]}", "{a: [2]}", "{a: [1, 2]}"),
            ("{a: [1]}", "{a: !override [2]}", "{a: [2]}"),
            ("{a: {b: 1}}", "{a: !override {c: 2}}", "{a: {c: 2}}"),
            ("{a: {b: 1}}", "{a: !reset null}", "{}"),
            ("{a: {b: 1, c: 2}}", "{a: {b: !reset null}}", "{a: {c: 2}}"),
            ("{}", "{a: !reset null, b: {c: !reset [], d: !override 1}}", "{b: {d: 1}}"),
            ("{a: x}", "{a: }", "{a: x}"),
            ("{a: }", "{a: [1]}", "{a: [1]}"),
        ] {
            assert_eq!(merge(tree(base), tree(over)), Some(tree(expected)), "{base} {over}");
        }
        assert_eq!(merge(tree("{a: {b: 1}}"), tree("{a: x}")), None);
        assert_eq!(merge(tree("{a: [1]}"), tree("{a: {b: 1}}")), None);
    }
}
