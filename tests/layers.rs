//! The layers of the source: a file uses its own layer and those below, and no two files use each other, not even
//! through others. Read from the text: the paths that begin with `crate`, `super`, `self` or a child module, without
//! comments and unit tests. A path through a re-export leads to the file behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// From the top. A module that is in none of them is free.
const LAYERS: [&[&str]; 8] = [
    &["main"],
    &["lib"],
    &["cli", "commands", "docker::protocol", "kubernetes"],
    &["app"],
    &["docker::config", "docker::clients", "docker::plugin", "appview", "storage", "credential_store", "update"],
    &["terminal", "platform"],
    &["error"],
    &["text", "domain"],
];

#[test]
fn no_file_uses_a_layer_above_its_own() {
    let mut violations = Vec::new();
    for (user, used) in Tree::read("src").edges() {
        if let (Some((above, _)), Some((own, _))) = (layer(&used), layer(&user))
            && above < own
        {
            violations.push(format!("{user} uses {used}"));
        }
    }
    assert_eq!(violations, [""; 0]);
}

#[test]
fn no_files_use_each_other() {
    let circles = ["src", "benches/cost"].map(|folder| circle(&Tree::read(folder).edges()));
    assert_eq!(circles.concat(), [""; 0]);
}

#[test]
fn no_parts_of_a_layer_use_each_other() {
    let part = |module: &String| layer(module).map_or_else(|| module.clone(), |(_, part)| part.to_owned());
    let edges = Tree::read("src").edges();
    let parts = edges.iter().map(|(user, used)| (part(user), part(used))).filter(|(user, used)| user != used);
    assert_eq!(circle(&parts.collect()), [""; 0]);
}

/// A module's layer, and the part of it that the module is in.
fn layer(module: &str) -> Option<(usize, &'static str)> {
    let is_in = |part: &str| module == part || module.starts_with(&format!("{part}::"));
    LAYERS.iter().enumerate().find_map(|(at, parts)| Some((at, *parts.iter().find(|part| is_in(part))?)))
}

/// What is left when modules that use none, or that none uses, are taken away again and again.
fn circle(edges: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut left = edges.clone();
    loop {
        let (users, all_used): (BTreeSet<String>, BTreeSet<String>) = left.iter().cloned().unzip();
        let before = left.len();
        left.retain(|(user, used)| users.contains(used) && all_used.contains(user));
        if left.len() == before {
            return left.into_iter().map(|(user, used)| format!("{user} uses {used}")).collect();
        }
    }
}

/// The text of each module, by its path: `app::target`.
struct Tree(BTreeMap<String, String>);

impl Tree {
    fn read(folder: &str) -> Self {
        let mut modules = BTreeMap::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(&root).unwrap().with_extension("");
                    let parts: Vec<_> = name.iter().map(|part| part.to_str().unwrap()).collect();
                    let module = parts.join("::");
                    modules
                        .insert(module.trim_end_matches("::mod").to_owned(), code(&fs::read_to_string(path).unwrap()));
                }
            }
        }
        Self(modules)
    }

    /// Which module uses which.
    fn edges(&self) -> BTreeSet<(String, String)> {
        let mut edges = BTreeSet::new();
        for (module, text) in &self.0 {
            for statement in text.split_inclusive(';') {
                // A re-export does not count: it is followed where another file names it.
                if !is_re_export(statement) {
                    let used = self.paths(module, statement).into_iter().filter_map(|path| self.resolve(&path, 0));
                    edges.extend(used.filter(|used| used != module).map(|used| (module.clone(), used)));
                }
            }
        }
        edges
    }

    /// The module that an absolute path leads to.
    fn resolve(&self, path: &[String], depth: usize) -> Option<String> {
        let root = if self.0.contains_key("lib") { "lib" } else { "main" };
        let at = (0..=path.len()).rev().find(|&at| at == 0 || self.0.contains_key(&path[..at].join("::")))?;
        let module = if at == 0 { root.to_owned() } else { path[..at].join("::") };
        let Some(item) = path.get(at).filter(|_| depth < 5) else { return Some(module) };
        // A module in a file elsewhere, by `#[path]`.
        if self.0.get(&module)?.contains(&format!("\"]\nmod {item};")) {
            return None;
        }
        for statement in self.0.get(&module)?.split_inclusive(';').filter(|statement| is_re_export(statement)) {
            for exported in self.paths(&module, statement) {
                if exported.last().is_some_and(|last| last == item || last == "*") {
                    let (_, parent) = exported.split_last()?;
                    return self.resolve(&[parent, &path[at..]].concat(), depth + 1);
                }
            }
        }
        Some(module)
    }

    /// The absolute paths in the text of a module.
    fn paths(&self, module: &str, text: &str) -> Vec<Vec<String>> {
        let own: Vec<&str> = module.split("::").filter(|part| !matches!(*part, "lib" | "main")).collect();
        let mut paths = Vec::new();
        let mut before = ' ';
        for (at, character) in text.char_indices() {
            let word: String = text[at..].chars().take_while(|&c| is_word(c)).collect();
            if !is_word(before) && before != ':' && text[at + word.len()..].starts_with("::") {
                let child = [&own[..], &[word.as_str()]].concat().join("::");
                let base = match &*word {
                    "crate" => vec![],
                    "self" => own.clone(),
                    "super" => own[..own.len().saturating_sub(1)].to_vec(),
                    _ if self.0.contains_key(&child) => [&own[..], &[word.as_str()]].concat(),
                    _ => continue,
                };
                branches(&text[at + word.len() + 2..], base.into_iter().map(str::to_owned).collect(), &mut paths);
            }
            before = character;
        }
        paths
    }
}

/// The paths of a `use` tree, of which `text` is what comes after a `::`. Returns what comes after the tree.
fn branches<'a>(text: &'a str, mut base: Vec<String>, paths: &mut Vec<Vec<String>>) -> &'a str {
    if let Some(mut rest) = text.strip_prefix('{') {
        while !rest.is_empty() && !rest.starts_with('}') {
            rest = branches(rest.trim_start(), base.clone(), paths).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        }
        return rest.strip_prefix('}').unwrap_or(rest);
    }
    let end = text.find(|c: char| !is_word(c) && c != '*').unwrap_or(text.len());
    match &text[..end] {
        "super" => drop(base.pop()),
        "self" => {}
        word => base.push(word.to_owned()),
    }
    if let Some(rest) = text[end..].strip_prefix("::") {
        return branches(rest, base, paths);
    }
    paths.push(base);
    // A new name, as in `use a as b`.
    text[end..].trim_start_matches(|c: char| !matches!(c, ',' | '}' | ';' | '\n'))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_re_export(statement: &str) -> bool {
    let statement = statement.trim_start();
    statement.starts_with("pub") && statement.split_whitespace().nth(1) == Some("use")
}

/// Without comments and unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect();
    lines.join("\n")
}
