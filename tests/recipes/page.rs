//! The recipes of .github/CI.md, as a person would copy them.

use std::fs;
use std::path::Path;

/// One fenced block.
struct Block {
    language: String,
    text: String,
}

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/CI.md")).unwrap()
}

/// The headings of the recipes.
pub fn recipes() -> Vec<String> {
    page().lines().filter_map(|line| Some(line.strip_prefix("## ")?.to_owned())).collect()
}

/// The scripts of a recipe, in order: blocks of shell, and what a pipeline's file has for a shell.
pub fn scripts(recipe: &str) -> Vec<String> {
    let of_block = |block: Block| match &*block.language {
        "sh" => vec![block.text],
        "yaml" => literals(&block.text),
        _ => Vec::new(),
    };
    blocks(recipe).into_iter().flat_map(of_block).collect()
}

/// The blocks of a recipe in this language, in order.
pub fn texts(recipe: &str, language: &str) -> Vec<String> {
    blocks(recipe).into_iter().filter(|block| block.language == language).map(|block| block.text).collect()
}

/// The commands of a Dockerfile's `RUN`s, without their flags.
pub fn runs(recipe: &str) -> Vec<String> {
    let dockerfiles = blocks(recipe).into_iter().filter(|block| block.language == "dockerfile");
    let lines: String = dockerfiles.map(|block| block.text.replace("\\\n", "")).collect();
    let command = |line: &str| {
        let words = line.strip_prefix("RUN ")?.split_whitespace().skip_while(|word| word.starts_with("--"));
        Some(words.collect::<Vec<_>>().join(" "))
    };
    lines.lines().filter_map(command).collect()
}

fn blocks(recipe: &str) -> Vec<Block> {
    let page = page();
    let (_, after) = page.split_once(&format!("## {recipe}\n")).unwrap_or_else(|| panic!("no recipe {recipe:?}"));
    let recipe = after.split("\n## ").next().unwrap();
    // Every second piece is inside of a fence.
    let fenced = recipe.split("\n```").skip(1).step_by(2);
    let block = |text: &str| {
        let (language, text) = text.split_once('\n').unwrap();
        Block { language: language.to_owned(), text: format!("{text}\n") }
    };
    fenced.map(block).collect()
}

/// The literal texts (`|`) of a YAML file: each ends where a line is indented no more than the one that began it.
fn literals(yaml: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut literals: Vec<String> = Vec::new();
    let mut began: Option<usize> = None;
    for line in yaml.lines() {
        match began {
            Some(outer) if line.is_empty() || indent(line) > outer => {
                let text = literals.last_mut().unwrap();
                *text += line.trim_start();
                *text += "\n";
            }
            _ => {
                began = line.ends_with('|').then(|| indent(line));
                literals.extend(began.map(|_| String::new()));
            }
        }
    }
    literals
}
