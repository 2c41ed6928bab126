//! The medians as a bar chart.

use std::fmt::Write as _;
use std::fs;

use super::measure::Measurement;
use super::table::milliseconds;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.github/cost.svg");

const WIDTH: f64 = 760.0;
const NAMES: f64 = 290.0;
const LINE: f64 = 24.0;

/// Bars beyond this time, in milliseconds, are cut off: beside them the others could not be seen.
const LONGEST: f64 = 4.0;

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
pub(crate) fn write(results: &[Measurement<'_>]) {
    let rows = results.iter().filter_map(|seen| Some((&seen.row.name, milliseconds(seen.median?))));
    // What waits for a server has its own limit, and is no matter of starting a program.
    let rows: Vec<_> = rows.filter(|(name, _)| !name.starts_with("status")).collect();
    let height = LINE * rows.len() as f64 + 16.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"ui-sans-serif, system-ui, sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#ffffff\"/>\n"
    );
    for (number, (name, time)) in rows.iter().enumerate() {
        let top = 8.0 + LINE * number as f64;
        let bar = (time.min(LONGEST) / LONGEST * (WIDTH - NAMES - 80.0)).max(1.0);
        let colour = if is_peer(name) { "#9aa4b2" } else { "#2f6fdb" };
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

fn is_peer(name: &str) -> bool {
    name.starts_with('/') || name.starts_with("docker-credential-") || name.starts_with("gh ")
}
