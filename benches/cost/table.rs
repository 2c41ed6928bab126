//! The table that is printed, and its cells for REFERENCE.md.

use super::format::{grouped, milliseconds};
use super::goals;
use super::measure::{Measurement, machine};
use super::row::BASELINE;

pub(crate) const HEAD: [&str; 6] = ["", "median", "times true", "instructions", "peak memory", "goal"];

pub(crate) fn print(results: &[Measurement<'_>]) {
    println!("{}\n", machine());
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(results.iter().map(|measurement| cells(measurement, results)));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    for row in &rows {
        let numbers = (1..5).map(|column| format!("  {:>1$}", row[column], width(column)));
        println!("{:<3$}{}  {}", row[0], numbers.collect::<String>(), row[5], width(0));
    }
}

/// The cells of one row, in the order of [`HEAD`].
pub(crate) fn cells(measurement: &Measurement<'_>, results: &[Measurement<'_>]) -> [String; 6] {
    let times = goals::times_median(measurement, BASELINE, results);
    [
        measurement.row.name.clone(),
        measurement.median.map(|median| format!("{:.2} ms", milliseconds(median))).unwrap_or_default(),
        times.map(|times| format!("{times:.2}")).unwrap_or_default(),
        measurement.instructions.map(grouped).unwrap_or_default(),
        measurement.peak.map(|peak| format!("{peak} KiB")).unwrap_or_default(),
        goals::describe(measurement, results),
    ]
}
