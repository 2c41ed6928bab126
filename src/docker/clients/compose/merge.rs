//! Several files, extended services and included ones, laid over each other as compose-go's `override` package does.

use super::super::yaml::{Map, Node};

/// `over` laid over `base`: mappings are joined, lists appended, and anything else is replaced. None if a mapping or a list
/// meets something else, which compose refuses.
pub(super) fn merge(base: Node, over: Node) -> Option<Node> {
    Some(match (base, over) {
        (base, Node::Null) => base,
        (Node::Map(base), Node::Map(over)) => Node::Map(merge_maps(base, over)?),
        (Node::List(mut base), Node::List(over)) => {
            base.extend(over);
            Node::List(base)
        }
        (Node::Map(_) | Node::List(_), _) => return None,
        (_, over) => over,
    })
}

pub(super) fn merge_maps(mut base: Map, over: Map) -> Option<Map> {
    for (key, value) in over {
        let merged = match base.remove(&key) {
            None => value,
            Some(old) => merge(old, value)?,
        };
        base.insert(key, merged);
    }
    Some(base)
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
            ("{a: x}", "{a: }", "{a: x}"),
            ("{a: }", "{a: [1]}", "{a: [1]}"),
        ] {
            assert_eq!(merge(tree(base), tree(over)), Some(tree(expected)), "{base} {over}");
        }
        assert_eq!(merge(tree("{a: {b: 1}}"), tree("{a: x}")), None);
        assert_eq!(merge(tree("{a: [1]}"), tree("{a: {b: 1}}")), None);
    }
}
