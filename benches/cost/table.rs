//! The table, and what in it is not as it should be.

use std::time::Duration;

use super::measure::{Measurement, machine};
use super::report;
use super::rows::{BASELINE, Goal};

/// How much a count may rise over the one that is kept.
const RISE: f64 = 1.1;

pub(crate) const HEAD: [&str; 6] = ["", "median", "times true", "instructions", "peak memory", "goal"];

pub(crate) fn print(results: &[Measurement<'_>]) {
    println!("{}\n", machine());
    let rows: Vec<[String; 6]> =
        std::iter::once(HEAD.map(str::to_owned)).chain(results.iter().map(|seen| cells(seen, results))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    for row in &rows {
        let numbers = (1..5).map(|column| format!("  {:>1$}", row[column], width(column)));
        println!("{:<3$}{}  {}", row[0], numbers.collect::<String>(), row[5], width(0));
    }
}

/// What is said of one row, in the order of [`HEAD`].
pub(crate) fn cells(seen: &Measurement<'_>, results: &[Measurement<'_>]) -> [String; 6] {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        seen.row.name.clone(),
        text(seen.median.map(|median| format!("{:.2} ms", milliseconds(median)))),
        text(times(seen, BASELINE, results).map(|times| format!("{times:.2}"))),
        text(seen.instructions.map(grouped)),
        text(seen.peak.map(|peak| format!("{peak} KiB"))),
        goals(seen, results),
    ]
}

fn goals(seen: &Measurement<'_>, results: &[Measurement<'_>]) -> String {
    let goals = seen.row.goals.iter().map(|goal| {
        let verdict = match holds(*goal, seen, results) {
            Some(true) => ": holds",
            Some(false) => ": MISSED",
            None => "",
        };
        let goal = match *goal {
            Goal::Times(most, row) => format!("{most} times {row}"),
            Goal::AtMost(most) => format!("{} ms", most.as_millis()),
            Goal::Instructions(most) => format!("{} instructions", grouped(most)),
            Goal::Peak(most) => format!("{most} KiB"),
        };
        goal + verdict
    });
    goals.collect::<Vec<_>>().join(", ")
}

/// None where it was not measured.
fn holds(goal: Goal, seen: &Measurement<'_>, results: &[Measurement<'_>]) -> Option<bool> {
    match goal {
        Goal::Times(most, row) => times(seen, row, results).map(|times| times <= most),
        Goal::AtMost(most) => seen.median.map(|median| median <= most),
        Goal::Instructions(most) => seen.instructions.map(|instructions| instructions <= most),
        Goal::Peak(most) => seen.peak.map(|peak| peak <= most),
    }
}

fn times(seen: &Measurement<'_>, of: &str, results: &[Measurement<'_>]) -> Option<f64> {
    let other = results.iter().find(|other| other.row.name == of)?;
    Some(milliseconds(seen.median?) / milliseconds(other.median?))
}

/// The goals that were missed, and the counts that rose.
pub(crate) fn complaints(results: &[Measurement<'_>]) -> Vec<String> {
    let missed =
        results.iter().filter(|seen| seen.row.goals.iter().any(|goal| holds(*goal, seen, results) == Some(false)));
    let missed = missed.map(|seen| format!("missed: {}: {}", seen.row.name, goals(seen, results)));
    let kept = report::instructions();
    let risen = results.iter().filter_map(|seen| {
        let (now, before) = (seen.instructions?, kept.get(&seen.row.name)?.as_u64()?);
        #[expect(clippy::cast_precision_loss, reason = "a tenth more or less is all that is asked")]
        let has_risen = now as f64 > before as f64 * RISE;
        has_risen
            .then(|| format!("risen: {}: {} instructions, {} are kept", seen.row.name, grouped(now), grouped(before)))
    });
    let uncounted = results.iter().filter(|seen| seen.row.is_counted && seen.instructions.is_none());
    let uncounted = uncounted.map(|seen| format!("not counted: {} (is valgrind installed?)", seen.row.name));
    missed.chain(risen).chain(uncounted).collect()
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}
