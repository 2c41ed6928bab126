//! `docker buildx bake`: its files, and what the targets that are built write and read.

mod compose_file;
mod config;
mod definition;
mod document;
mod expression;
mod fields;
mod functions;
mod images;
mod overrides;
mod scope;
mod target;
mod template;
mod types;
mod used_names;
mod value;
mod weight;

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::Command;

use super::client::Client;
use super::compose::is_true;
use super::files::Files;
use super::image::{Image, drop_doubtful};
use super::paths::{is_elsewhere, is_remote};
use super::within_time::within_time;
use super::work::out_of_time;
use config::Config;
use definition::Definition;
use document::Document;
use overrides::Overrides;
use scope::{Budget, STEPS};
use target::Target;

/// Looked for in this order, and all merged.
const DEFAULT_FILES: [&str; 8] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
];

pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    if let Some(remote) = command.positionals.first().filter(|word| is_remote(word)) {
        return files.pass_over(remote);
    }
    let mut names = file_names(client, command, files);
    if names == ["-"] {
        return None;
    }
    names.retain(|name| !is_elsewhere(name) || files.pass_over::<()>(name).is_some());
    let input = Input::read(&names, client, command, files)?;
    let targets = evaluate(input, files)?;
    let mut images: Vec<Image> = targets.iter().flat_map(|target| images::of(target, &client.folder, files)).collect();
    drop_doubtful(&mut images, files);
    let name = Path::new(names.last()?).file_name()?.to_str()?;
    Some(images.into_iter().map(|image| image.in_file(name)).collect())
}

/// In a thread, because nothing else stops the parser.
fn evaluate(input: Input, files: &Files) -> Option<Vec<Target>> {
    for (_, text) in &input.files {
        files.spend(weight::steps(text, files.steps_left()))?;
    }
    let budget = Budget::new(files.steps_left() / STEPS);
    let evaluated = within_time(files.time_left()?, move || {
        let targets = input.targets(&budget);
        (targets, budget.spent(), budget.exceeded())
    });
    let Some((targets, spent, exceeded)) = evaluated else { return files.give_up(out_of_time()) };
    if let Some(bound) = exceeded {
        return files.give_up(bound);
    }
    files.spend(spent * STEPS)?;
    targets
}

/// Those of the words, or else of the environment, or else those of the default ones that are there.
fn file_names<'a>(client: &'a Client, command: &Command<'a>, files: &Files) -> Vec<&'a str> {
    let mut names: Vec<&str> = command.values(&["-f", "--file"]).map(local).collect();
    if names.is_empty() {
        names = names_of_environment(&client.variables);
    }
    if names.is_empty() {
        names.extend(DEFAULT_FILES.into_iter().filter(|name| files.exists(&client.folder.join(name))));
    }
    names
}

fn names_of_environment(variables: &BTreeMap<String, String>) -> Vec<&str> {
    let get = |name| variables.get(name).map(String::as_str).filter(|value: &&str| !value.is_empty());
    let separator = get("BUILDX_BAKE_PATH_SEPARATOR").unwrap_or(if cfg!(windows) { ";" } else { ":" });
    let list = get("BUILDX_BAKE_FILE").unwrap_or_default();
    list.split(separator).map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// `cwd://` says that a path is the working folder's, where there is a remote definition.
fn local(path: &str) -> &str {
    path.strip_prefix("cwd://").unwrap_or(path)
}

/// What the targets follow from.
struct Input {
    /// With the targets of compose files.
    config: Config,
    /// Names and texts of the others.
    files: Vec<(String, String)>,
    variables: BTreeMap<String, String>,
    overrides: Vec<String>,
    words: Vec<String>,
}

impl Input {
    fn read(names: &[&str], client: &Client, command: &Command<'_>, files: &Files) -> Option<Self> {
        let is_compose = |name: &&str| compose_file::is_compose(name, client, files);
        let (compose, own): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| is_compose(name));
        let compose = compose.into_iter().map(|name| client.folder.join(name)).collect();
        let mut texts = Vec::new();
        for name in own {
            match files.read_needed(&client.folder.join(name)) {
                Some(text) => texts.push((name.to_owned(), text.to_string())),
                None if files.is_in_doubt() => {}
                None => return None,
            }
        }
        let config = match compose_file::read(compose, client, files) {
            None if files.is_in_doubt() => Config::default(),
            config => config?,
        };
        Some(Self {
            config,
            files: texts,
            variables: variables(client, command),
            overrides: overrides(command),
            words: words(command),
        })
    }

    /// None if bake refuses a file, or a word.
    fn targets(mut self, budget: &Budget) -> Option<Vec<Target>> {
        let documents = self.files.iter().map(|(name, text)| Document::parse(name, text));
        let documents: Vec<Document> = documents.collect::<Option<_>>()?;
        self.config.add(&Definition::new(&documents, &self.variables, budget)?)?;
        let overrides = Overrides::parse(self.overrides.iter().map(String::as_str), &self.variables)?;
        self.config.select(&self.words, &overrides, budget)
    }
}

/// The environment's, and those of `--var`.
fn variables(client: &Client, command: &Command<'_>) -> BTreeMap<String, String> {
    let is_looked_up = !is_true(client.variables.get("BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP"));
    let mut variables = if is_looked_up { client.variables.clone() } else { BTreeMap::new() };
    let given = command.values(&["--var"]).filter_map(|pair| pair.split_once('='));
    variables.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
    variables
}

fn overrides(command: &Command<'_>) -> Vec<String> {
    let mut overrides: Vec<String> = command.values(&["--set"]).map(str::to_owned).collect();
    if command.is_set(&["--push"]) {
        overrides.push("*.push=true".to_owned());
    }
    overrides
}

fn words(command: &Command<'_>) -> Vec<String> {
    let named = if command.positionals.is_empty() { &["default"][..] } else { &command.positionals };
    named.iter().map(|&word| compose_file::target_name(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the target default, without the limit of time. A panic of the evaluation fails the test.
    fn targets(name: &str, text: String) -> Option<Vec<Target>> {
        let input = Input {
            config: Config::default(),
            files: vec![(name.to_owned(), text)],
            variables: BTreeMap::new(),
            overrides: Vec::new(),
            words: vec!["default".to_owned()],
        };
        let thread =
            std::thread::Builder::new().stack_size(8 << 20).spawn(move || input.targets(&Budget::new(1 << 18)));
        thread.unwrap().join().unwrap()
    }

    fn repeat(count: usize, part: impl Fn(usize) -> String) -> String {
        (0..count).map(part).collect()
    }

    #[test]
    fn hostile_definitions_are_refused() {
        let end = "target \"default\" {\n  tags = [V, \"atcr.io/alice.test/x\"]\n}\n";
        let chain = |value: &str| {
            let link = |at: usize| format!("V{} = {}\n", at + 1, value.replace('@', &format!("V{at}")));
            format!("V0 = \"x\"\n{}V = V40\n{end}", repeat(40, link))
        };
        let long = "x".repeat(60_000);
        let text = |value: &str| format!("L = \"{long}\"\nV = {value}\n{end}");
        for (name, hcl) in [
            ("brackets", "[".repeat(1 << 20)),
            ("an open list", format!("V = {}", "[".repeat(1 << 20))),
            ("open templates", format!("V = {}", "\"${".repeat(300_000))),
            ("negations", format!("V = {}true\n{end}", "!".repeat(100_000))),
            ("blocks", "a {\n".repeat(200_000)),
            ("conditions", format!("V = {}1\n{end}", "1 == 1 ? 2 : ".repeat(1000))),
            ("zeros", "\0".repeat(1 << 20)),
            ("doubled text", chain("\"${@}${@}\"")),
            ("doubled lists", chain("concat([@], [@], try(@, []), [@, @])")),
            ("nested lists", chain("[[@], [@]]")),
            ("joined text", chain("join(@, [@, @, @])")),
            ("formatted text", chain("format(\"%s%s\", @, @)")),
            ("replaced text", text("replace(L, \"x\", L)")),
            ("a replaced pattern", text("regex_replace(L, \"x\", L)")),
            ("a slow pattern", text("regex(\"(x+x+)+y\", L)")),
            ("a large pattern", text("regex(\"((x{99}){99}){99}\", \"x\")")),
            ("a wide format", text("format(\"%99999999999s\", \"x\")")),
            ("an indent", text("indent(1e9, \"\\n\")")),
            ("a range", text("join(\"\", range(1e12))")),
            ("loops", text("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]")),
            ("a circle", "V = W\nW = V\n".to_owned() + end),
            ("a long chain", format!("{}V = \"\"\n{end}", repeat(20_000, |at| format!("A{at} = A{}\n", at + 1)))),
            (
                "functions",
                format!(
                    "{}function \"f2000\" {{\n  params = [x]\n  result = x\n}}\nV = f0(1)\n{end}",
                    repeat(2000, |at| {
                        format!("function \"f{at}\" {{\n  params = [x]\n  result = f{}(x)\n}}\n", at + 1)
                    })
                ),
            ),
            (
                "parents",
                format!(
                    "{}target \"t0\" {{}}\ntarget \"default\" {{\n  inherits = [\"t5000\"]\n}}\n",
                    repeat(5000, |at| format!("target \"t{}\" {{\n  inherits = [\"t{at}\"]\n}}\n", at + 1))
                ),
            ),
            (
                "groups",
                format!(
                    "{}target \"t0\" {{}}\ngroup \"default\" {{\n  targets = [\"t5000\"]\n}}\n",
                    repeat(5000, |at| format!("group \"t{}\" {{\n  targets = [\"t{at}\"]\n}}\n", at + 1))
                ),
            ),
            (
                "a matrix",
                format!(
                    "target \"default\" {{\n  name = \"x\"\n  matrix = {{\n{}  }}\n}}\n",
                    repeat(20, |at| format!("    m{at} = [1, 2, 3, 4]\n"))
                ),
            ),
        ] {
            assert_eq!(targets("docker-bake.hcl", hcl), None, "{name}");
        }
        for json in ["[".repeat(1 << 20), "{\"a\":".repeat(200_000), "{\"target\":".to_owned() + &"[".repeat(120)] {
            assert_eq!(targets("docker-bake.json", json), None);
        }
    }

    #[test]
    fn a_large_definition_is_still_read() {
        let padding = "# what this is for\n".repeat(2000);
        let target = |at: usize| format!("target \"t{at}\" {{\n  tags = [\"x/{at}:${{V}}\"]\n}}\n");
        let text =
            format!("{padding}variable \"V\" {{ default = \"1\" }}\n{}target \"default\" {{}}\n", repeat(300, target));
        assert_eq!(targets("docker-bake.hcl", text).map(|targets| targets.len()), Some(1));
    }
}
