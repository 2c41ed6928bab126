//! What is kept of a run: all of it for programs to read, its counts for the next run, its table for the README.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::measure::{Measurement, machine};
use super::table::{HEAD, cells, milliseconds};

/// Counts of the static build for x86-64.
const INSTRUCTIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.json");
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const FROM: &str = "<!-- what it costs: from cargo bench -->\n";
const TO: &str = "<!-- end of what it costs -->\n";

pub(crate) fn write(path: &Path, results: &[Measurement<'_>]) {
    let rows = results.iter().map(|seen| {
        json!({
            "name": seen.row.name,
            "median_ms": seen.median.map(milliseconds),
            "instructions": seen.instructions,
            "peak_kib": seen.peak,
        })
    });
    let all = json!({"machine": machine(), "rows": rows.collect::<Vec<_>>()});
    fs::write(path, format!("{all:#}\n")).expect("write cost.json");
    println!("\nwritten to {}", path.display());
}

pub(crate) fn instructions() -> Map<String, Value> {
    let content = fs::read_to_string(INSTRUCTIONS).unwrap_or_default();
    serde_json::from_str(&content).unwrap_or_default()
}

pub(crate) fn record(results: &[Measurement<'_>]) {
    let counted = results.iter().filter_map(|seen| Some((seen.row.name.clone(), seen.instructions?.into())));
    let counted: Map<String, Value> = counted.collect();
    fs::write(INSTRUCTIONS, format!("{:#}\n", Value::Object(counted))).expect("write instructions.json");
    let readme = fs::read_to_string(README).expect("read README.md");
    let (before, rest) = readme.split_once(FROM).expect("README.md says where the table begins");
    let (_, after) = rest.split_once(TO).expect("README.md says where the table ends");
    fs::write(README, [before, FROM, &markdown(results), TO, after].concat()).expect("write README.md");
}

fn markdown(results: &[Measurement<'_>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = line(&HEAD[..5].iter().map(ToString::to_string).collect::<Vec<_>>());
    let rows = results.iter().map(|seen| line(&cells(seen, results)[..5]));
    format!("{head}|---|---:|---:|---:|---:|\n{}\n{}\n", rows.collect::<String>(), machine())
}
