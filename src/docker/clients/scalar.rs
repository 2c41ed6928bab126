//! What a YAML scalar is, and what a tag makes of a node.

use saphyr_parser::{ScalarStyle, Tag};

use super::node::Node;

pub(super) fn name(tag: Option<&Tag>) -> String {
    tag.map(Tag::to_string).unwrap_or_default()
}

pub(super) fn tagged(node: Node, tag: &str) -> Node {
    match tag {
        "!reset" => Node::Reset(Box::new(node)),
        "!override" => Node::Override(Box::new(node)),
        _ => node,
    }
}

pub(super) fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Node {
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
