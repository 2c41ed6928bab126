//! The medians as a bar chart.

use std::fmt::Write as _;
use std::fs;

use super::format::milliseconds;
use super::measure::Measurement;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.github/cost.svg");

const WIDTH: f64 = 760.0;
const NAMES: f64 = 290.0;
const LINE: f64 = 24.0;

/// In milliseconds. Longer bars are cut off: beside them the others could not be seen.
const LONGEST: f64 = 4.0;

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
pub(crate) fn write(results: &[Measurement<'_>]) {
    let mut rows = Vec::new();
    for measurement in results {
        // `status` waits for a server: it has a limit of its own.
        if let Some(median) = measurement.median
            && !measurement.row.name.starts_with("status")
        {
            rows.push((&measurement.row.name, milliseconds(median)));
        }
    }
    let height = LINE * rows.len() as f64 + 16.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"ui-sans-serif, system-ui, sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#ffffff\"/>\n"
    );
    for (number, (name, time)) in rows.iter().enumerate() {
        let top = 8.0 + LINE * number as f64;
        let bar = (time.min(LONGEST) / LONGEST * (WIDTH - NAMES - 80.0)).max(1.0);
        let colour = if is_competitor(name) { "#9aa4b2" } else { "#2f6fdb" };
        let cut = if *time > LONGEST { " →" } else { "" };
        // Writing to a String can't fail.
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"#1f2430\">{name}</text>\
             <rect x=\"{NAMES}\" y=\"{:.0}\" width=\"{bar:.0}\" height=\"14\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" fill=\"#1f2430\">{time:.2} ms{cut}</text>",
            NAMES - 8.0,
            top + 15.0,
            top + 4.0,
            NAMES + bar + 6.0,
            top + 15.0,
        );
    }
    fs::write(PATH, svg + "</svg>\n").expect("write the picture");
}

fn is_competitor(name: &str) -> bool {
    name.starts_with('/') || name.starts_with("docker-credential-") || name.starts_with("gh ")
}
