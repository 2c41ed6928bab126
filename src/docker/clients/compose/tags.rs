//! `!reset` and `!override`, as compose-go's `ResetProcessor` has them: each takes away what the files before have at its
//! place, and `!reset` its own value as well. Below an `!override` other tags mean nothing.

use super::super::yaml::{Map, Node};

/// Where in a document the tags stand: keys, and `[0]` for the first of a list.
pub(super) struct Tags(Vec<Vec<String>>);

impl Tags {
    /// Takes them out of a document. None if nothing is left of it.
    pub(super) fn take_from(document: Node) -> Option<(Map, Self)> {
        let mut tags = Self(Vec::new());
        let document = tags.take(document, &mut Vec::new())?.into_map()?;
        Some((document, tags))
    }

    fn take(&mut self, node: Node, place: &mut Vec<String>) -> Option<Node> {
        Some(match node {
            Node::Reset(_) => {
                self.0.push(place.clone());
                return None;
            }
            Node::Override(node) => {
                self.0.push(place.clone());
                node.untagged()
            }
            Node::List(items) => {
                let items = items.into_iter().enumerate();
                Node::List(items.filter_map(|(at, item)| self.take_at(item, place, format!("[{at}]"))).collect())
            }
            Node::Map(entries) => {
                let left = entries.into_iter().filter_map(|(key, value)| {
                    let value = self.take_at(value, place, key.clone())?;
                    Some((key, value))
                });
                Node::Map(left.collect())
            }
            other => other,
        })
    }

    fn take_at(&mut self, node: Node, place: &mut Vec<String>, step: String) -> Option<Node> {
        place.push(step);
        let taken = self.take(node, place);
        place.pop();
        taken
    }

    /// Takes away what the services of the files before have at these places.
    pub(super) fn clear(&self, services: &mut Map) {
        for place in &self.0 {
            match &place[..] {
                [top] if top == "services" => services.clear(),
                [top, place @ ..] if top == "services" => clear_at(services, place),
                _ => {}
            }
        }
    }

    /// The same for what the service of this name extends: of that, a part.
    pub(super) fn clear_base(&self, name: &str, base: &mut Node) {
        let Node::Map(base) = base else { return };
        for place in &self.0 {
            match &place[..] {
                [top, service, place @ ..] if top == "services" && service == name => clear_at(base, place),
                _ => {}
            }
        }
    }
}

fn clear_at(entries: &mut Map, place: &[String]) {
    match place {
        [] => {}
        [last] => drop(entries.remove(last)),
        [step, rest @ ..] => match entries.get_mut(step) {
            Some(Node::Map(below)) => clear_at(below, rest),
            Some(Node::List(items)) => clear_in_item(items, rest),
            _ => {}
        },
    }
}

/// An item itself stays.
fn clear_in_item(items: &mut [Node], place: &[String]) {
    let Some((step, rest)) = place.split_first() else { return };
    let at = step.strip_prefix('[').and_then(|step| step.strip_suffix(']')?.parse::<usize>().ok());
    match at.and_then(|at| items.get_mut(at)) {
        Some(Node::Map(below)) => clear_at(below, rest),
        Some(Node::List(items)) => clear_in_item(items, rest),
        _ => {}
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
    fn tags_take_away_what_is_in_their_place() {
        for (base, over, cleared, left) in [
            ("{a: {b: 1, c: 2}}", "{a: {b: !reset null}}", "{a: {c: 2}}", "{a: {}}"),
            ("{a: {b: 1}}", "{a: !override {c: 2}}", "{}", "{a: {c: 2}}"),
            ("{a: {b: 1}}", "{a: !override {b: !reset x, c: !reset null}}", "{}", "{a: {b: x, c: 'null'}}"),
            ("{a: {b: [1]}}", "{a: {b: !override [2, !reset 3]}}", "{a: {}}", "{a: {b: [2, '3']}}"),
            ("{a: {b: [1]}}", "{a: {b: [!reset 2, !override 3]}}", "{a: {b: [1]}}", "{a: {b: [3]}}"),
            ("{a: {b: [{c: 1, d: 2}]}}", "{a: {b: [{c: !reset 3}]}}", "{a: {b: [{d: 2}]}}", "{a: {b: [{}]}}"),
            ("{a: {b: 1}}", "{!reset a: {b: 2}, !override c: 3}", "{a: {b: 1}}", "{a: {b: 2}, c: 3}"),
            ("{a: {b: 1}}", "{a: {<<: !override {b: 2}}}", "{}", "{a: {b: 2}}"),
            ("{a: {b: 1}}", "{a: {<<: !reset {b: 2}, c: 3}}", "{}", "{a: {c: 3}}"),
            ("{a: {b: 1}}", "{x: &x !override {b: 2}, a: *x}", "{}", "{a: {b: 2}, x: {b: 2}}"),
            ("{a: {b: 1}}", "{a: {<<: {b: !reset 2}}}", "{a: {}}", "{a: {}}"),
            ("{a: 1}", "!override {a: !reset 2}", "{a: 1}", "{a: '2'}"),
        ] {
            let under_services = |text: &str| tree(&format!("services: {text}"));
            let over = if over.starts_with('!') { tree(over) } else { under_services(over) };
            let (document, tags) = Tags::take_from(over).unwrap();
            let found = document.get("services").cloned().unwrap_or(Node::Map(document));
            let mut services = tree(base).into_map().unwrap();
            tags.clear(&mut services);
            assert_eq!((Node::Map(services), found), (tree(cleared), tree(left)), "{base} {left}");
        }
        let (_, tags) = Tags::take_from(tree("services: {a: !override {b: {c: 1}}, d: {b: !reset 1}}")).unwrap();
        for (name, left) in [("a", "{b: 1, c: 2}"), ("d", "{c: 2}"), ("e", "{b: 1, c: 2}")] {
            let mut base = tree("{b: 1, c: 2}");
            tags.clear_base(name, &mut base);
            assert_eq!(base, tree(left), "{name}");
        }
        assert!(Tags::take_from(tree("!reset {a: 1}")).is_none());
    }

    #[test]
    fn all_services_go_where_that_is_said() {
        for text in ["services: !reset {}", "services: !override {b: 1}"] {
            let (_, tags) = Tags::take_from(tree(text)).unwrap();
            let mut services = tree("{a: 1}").into_map().unwrap();
            tags.clear(&mut services);
            assert!(services.is_empty(), "{text}");
        }
    }
}
