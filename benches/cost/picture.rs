//! The medians as a bar chart, for light and for dark pages. The axis is logarithmic: the slowest takes a hundred times as
//! long as the quickest.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::format::milliseconds;
use super::measure::Measurement;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.github");

const WIDTH: f64 = 760.0;
const NAMES: f64 = 290.0;
const LINE: f64 = 24.0;
/// Room for the axis above the bars.
const AXIS: f64 = 34.0;
/// Room for the time beside the longest bar.
const TIMES: f64 = 80.0;

/// The ends of the axis, in milliseconds.
const SHORTEST: f64 = 0.1;
const LONGEST: f64 = 100.0;
const MARKS: [f64; 4] = [0.1, 1.0, 10.0, 100.0];

struct Colours {
    file: &'static str,
    text: &'static str,
    grid: &'static str,
    ours: &'static str,
    others: &'static str,
}

const LIGHT: Colours =
    Colours { file: "cost.svg", text: "#1f2430", grid: "#d5dae2", ours: "#2f6fdb", others: "#8a94a3" };
const DARK: Colours =
    Colours { file: "cost-dark.svg", text: "#e3e6eb", grid: "#3a414d", ours: "#6ea3ff", others: "#7c8696" };

pub(crate) fn write(results: &[Measurement<'_>]) {
    let mut rows = Vec::new();
    for measurement in results {
        // `status` waits for a server: it has a limit of its own.
        if let Some(median) = measurement.median
            && !measurement.row.name.starts_with("status")
        {
            rows.push((measurement.row.name.as_str(), milliseconds(median)));
        }
    }
    for colours in [LIGHT, DARK] {
        fs::write(Path::new(FOLDER).join(colours.file), draw(&rows, &colours)).expect("write the picture");
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn draw(rows: &[(&str, f64)], colours: &Colours) -> String {
    let bottom = AXIS + LINE * rows.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{}\" viewBox=\"0 0 {WIDTH} {0}\" \
         font-family=\"ui-sans-serif, system-ui, sans-serif\" font-size=\"13\" fill=\"{}\">\n\
         <title>What each operation costs beside other programs: median time in milliseconds</title>\n",
        bottom + 8.0,
        colours.text,
    );
    // Writing to a String can't fail.
    for mark in MARKS {
        let _ = writeln!(
            svg,
            "<line x1=\"{0:.0}\" x2=\"{0:.0}\" y1=\"{1:.0}\" y2=\"{bottom:.0}\" stroke=\"{2}\"/>\
             <text x=\"{0:.0}\" y=\"18\" text-anchor=\"middle\">{mark} ms</text>",
            position(mark),
            AXIS - 8.0,
            colours.grid,
        );
    }
    for (number, &(name, time)) in rows.iter().enumerate() {
        let top = AXIS + LINE * number as f64;
        let end = position(time);
        let colour = if is_competitor(name) { colours.others } else { colours.ours };
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"{NAMES}\" y=\"{:.0}\" width=\"{:.0}\" height=\"14\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"{1:.0}\">{time:.2} ms</text>",
            NAMES - 8.0,
            top + 15.0,
            top + 4.0,
            end - NAMES,
            end + 6.0,
        );
    }
    svg + "</svg>\n"
}

/// Where on the axis a time is.
fn position(time: f64) -> f64 {
    let part = (time.clamp(SHORTEST, LONGEST) / SHORTEST).log10() / (LONGEST / SHORTEST).log10();
    NAMES + part * (WIDTH - NAMES - TIMES)
}

fn is_competitor(name: &str) -> bool {
    name.starts_with('/') || name.starts_with("docker-credential-") || name.starts_with("gh ")
}
