//! What is written of a run: all of it as JSON, its counts for the next run to compare with, its table for REFERENCE.md.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::format::milliseconds;
use super::measure::{Measurement, machine};
use super::table::{HEAD, cells};

/// Counts of the static build for x86-64.
const INSTRUCTIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.json");
const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.github/REFERENCE.md");
const TABLE_START: &str = "<!-- what it costs: from cargo bench -->\n";
const TABLE_END: &str = "<!-- end of what it costs -->\n";

pub(crate) fn write(path: &Path, results: &[Measurement<'_>]) {
    let rows = results.iter().map(|measurement| {
        json!({
            "name": measurement.row.name,
            "median_ms": measurement.median.map(milliseconds),
            "instructions": measurement.instructions,
            "peak_kib": measurement.peak,
        })
    });
    let all = json!({"machine": machine(), "rows": rows.collect::<Vec<_>>()});
    fs::write(path, format!("{all:#}\n")).expect("write cost.json");
    println!("\nwritten to {}", path.display());
}

pub(crate) fn recorded_instructions() -> Map<String, Value> {
    let content = fs::read_to_string(INSTRUCTIONS).expect("read instructions.json");
    serde_json::from_str(&content).expect("instructions.json is a JSON object")
}

pub(crate) fn record(results: &[Measurement<'_>]) {
    let mut counts = Map::new();
    for measurement in results {
        if let Some(instructions) = measurement.instructions {
            counts.insert(measurement.row.name.clone(), instructions.into());
        }
    }
    fs::write(INSTRUCTIONS, format!("{:#}\n", Value::Object(counts))).expect("write instructions.json");
    let reference = fs::read_to_string(REFERENCE).expect("read REFERENCE.md");
    let (before, rest) = reference.split_once(TABLE_START).expect("REFERENCE.md has the start of the table");
    let (_, after) = rest.split_once(TABLE_END).expect("REFERENCE.md has the end of the table");
    fs::write(REFERENCE, [before, TABLE_START, &markdown(results), TABLE_END, after].concat())
        .expect("write REFERENCE.md");
}

fn markdown(results: &[Measurement<'_>]) -> String {
    let mut table = line(&HEAD.map(str::to_owned)) + "|---|---:|---:|---:|---:|\n";
    for measurement in results {
        table += &line(&cells(measurement, results));
    }
    format!("{table}\n{}\n", machine())
}

/// Without the goal.
fn line(cells: &[String; 6]) -> String {
    format!("| {} |\n", cells[..5].join(" | "))
}
