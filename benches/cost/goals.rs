//! Whether the goals are met, and whether the counts stayed where they were.

use serde_json::{Map, Value};

use super::format::{grouped, milliseconds};
use super::measure::Measurement;
use super::row::Goal;

/// How much a count may exceed the recorded one.
const MARGIN: f64 = 1.1;

/// The goals of one row in words, each with its result.
pub(crate) fn describe(measurement: &Measurement<'_>, results: &[Measurement<'_>]) -> String {
    let mut goals = Vec::new();
    for goal in &measurement.row.goals {
        let result = match is_met(*goal, measurement, results) {
            Some(true) => ": met",
            Some(false) => ": MISSED",
            None => "",
        };
        goals.push(name(*goal) + result);
    }
    goals.join(", ")
}

fn name(goal: Goal) -> String {
    match goal {
        Goal::TimesMedian(most, row) => format!("{most} times {row}"),
        Goal::Added(most, row) => format!("{} ms more than {row}", most.as_millis()),
        Goal::Median(most) => format!("{} ms", most.as_millis()),
        Goal::Instructions(most) => format!("{} instructions", grouped(most)),
        Goal::Peak(most) => format!("{most} KiB"),
    }
}

/// None where it was not measured.
fn is_met(goal: Goal, measurement: &Measurement<'_>, results: &[Measurement<'_>]) -> Option<bool> {
    match goal {
        Goal::TimesMedian(most, row) => times_median(measurement, row, results).map(|times| times <= most),
        Goal::Added(most, row) => Some(measurement.median? <= find(row, results).median? + most),
        Goal::Median(most) => measurement.median.map(|median| median <= most),
        Goal::Instructions(most) => measurement.instructions.map(|instructions| instructions <= most),
        Goal::Peak(most) => measurement.peak.map(|peak| peak <= most),
    }
}

pub(crate) fn times_median(measurement: &Measurement<'_>, of: &str, results: &[Measurement<'_>]) -> Option<f64> {
    Some(milliseconds(measurement.median?) / milliseconds(find(of, results).median?))
}

fn find<'a>(name: &str, results: &'a [Measurement<'a>]) -> &'a Measurement<'a> {
    results.iter().find(|other| other.row.name == name).expect("the row that a goal names")
}

/// Missed goals, counts that rose, and counts that could not be made.
pub(crate) fn complaints(results: &[Measurement<'_>], recorded: &Map<String, Value>) -> Vec<String> {
    let mut complaints = Vec::new();
    for measurement in results {
        let row = measurement.row;
        if row.goals.iter().any(|goal| is_met(*goal, measurement, results) == Some(false)) {
            complaints.push(format!("missed: {}: {}", row.name, describe(measurement, results)));
        }
        let recorded = recorded.get(&row.name).and_then(Value::as_u64);
        match (measurement.instructions, recorded) {
            (Some(now), Some(before)) if exceeds(now, before) => complaints.push(format!(
                "risen: {}: {} instructions, {} are recorded",
                row.name,
                grouped(now),
                grouped(before)
            )),
            (None, _) if row.is_counted => {
                complaints.push(format!("not counted: {} (is valgrind installed?)", row.name));
            }
            _ => {}
        }
    }
    complaints
}

#[expect(clippy::cast_precision_loss, reason = "the margin is a tenth")]
fn exceeds(now: u64, before: u64) -> bool {
    now as f64 > before as f64 * MARGIN
}
