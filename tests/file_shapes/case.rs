//! One case: a client's words, its files and its environment.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use atcr::docker::clients::Client;
use serde_json::Value;

use super::weigh::weigh;

const OWNERS: [&str; 2] = ["alice.test", "bob.test"];
const STRANGER: &str = "carol.test";

pub struct Case {
    pub name: String,
    kind: String,
    /// Nearest first.
    command_lines: Vec<Vec<String>>,
    files: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    folder: String,
    /// `A`, `B`, `active` or `error`.
    expected: String,
}

impl Case {
    pub fn parse(line: &str) -> Self {
        let case: Value = serde_json::from_str(line).unwrap();
        let command_lines = match case.get("argv") {
            Some(words) => vec![strings(words)],
            None => case["ancestors"].as_array().unwrap().iter().map(strings).collect(),
        };
        Self {
            name: text(&case["name"]),
            kind: text(&case["kind"]),
            command_lines,
            files: map(&case["files"]),
            variables: map(&case["env"]),
            folder: text(&case["cwd"]),
            expected: text(&case["expect"]),
        }
    }

    /// What the case is about; a broken file's is the first word after `broken-`.
    pub fn kind(&self) -> &str {
        match self.name.strip_prefix("broken-") {
            Some(rest) => rest.split('-').next().unwrap(),
            None => &self.kind,
        }
    }

    /// A line for each way in which it does not hold.
    pub fn misses(&self) -> Vec<String> {
        let mut misses = Vec::new();
        for registry in ["atcr.io", "localhost:5000"] {
            let folder = tempfile::tempdir().unwrap();
            let clients = self.lay_out(&folder.path().canonicalize().unwrap(), registry);
            for active in OWNERS {
                let expected = match &*self.expected {
                    "A" => OWNERS[0],
                    "B" => OWNERS[1],
                    "active" => active,
                    other => other,
                };
                let chosen = weigh(&clients, registry, &OWNERS, active);
                if chosen != expected {
                    misses.push(format!("{}: {chosen}, not {expected}, with {active} active", self.name));
                }
            }
        }
        misses.dedup();
        misses
    }

    /// Writes the files.
    fn lay_out(&self, root: &Path, registry: &str) -> Vec<Client> {
        let filled = |text: &String| fill(text, registry);
        for (name, content) in &self.files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, filled(content)).unwrap();
        }
        let folder = root.join(&self.folder);
        fs::create_dir_all(&folder).unwrap();
        let variables: BTreeMap<_, _> =
            self.variables.iter().map(|(name, value)| (name.clone(), filled(value))).collect();
        let client = |words: &Vec<String>| Client {
            words: words.iter().map(filled).collect(),
            folder: folder.clone(),
            variables: variables.clone(),
        };
        self.command_lines.iter().map(client).collect()
    }
}

/// Puts the registry and the owners in the place of the words R, A, B and S.
fn fill(text: &str, registry: &str) -> String {
    let is_word = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut filled = String::new();
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_alone = !is_word(before) && !is_word(characters.peek().copied());
        match character {
            'R' if is_alone => filled.push_str(registry),
            'A' if is_alone => filled.push_str(OWNERS[0]),
            'B' if is_alone => filled.push_str(OWNERS[1]),
            'S' if is_alone => filled.push_str(STRANGER),
            other => filled.push(other),
        }
        before = Some(character);
    }
    filled
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(text).collect()
}

fn map(object: &Value) -> BTreeMap<String, String> {
    object.as_object().unwrap().iter().map(|(key, value)| (key.clone(), text(value))).collect()
}
