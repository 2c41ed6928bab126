//! An address as a QR code, for a phone's camera.

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};
use console::Term;
use qrcodegen::{QrCode, QrCodeEcc};

use super::symbols::has_symbols;

/// Light modules around it: four by the standard. Cameras do with two, and more would not fit 80 columns in ASCII.
const QUIET: i32 = 2;

/// Where there is no terminal to measure.
const COLUMNS: usize = 80;

/// In lines. None: it does not fit.
pub fn qr_code(text: &str) -> Option<String> {
    let columns = if io::stderr().is_terminal() { Term::stderr().size().1.into() } else { COLUMNS };
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let (lines, width) = if has_symbols() { (blocks(&code), 1) } else { (ascii(&code), 2) };
    let modules = usize::try_from(code.size() + 2 * QUIET).ok()?;
    (modules * width <= columns).then(|| lines.join("\n"))
}

/// Two rows of modules a line, white on black whatever the terminal's colours are; without colour, as a dark terminal needs
/// it.
fn blocks(code: &QrCode) -> Vec<String> {
    let style = Style::new().fg_color(Some(AnsiColor::BrightWhite.into())).bg_color(Some(AnsiColor::Black.into()));
    let rows = (-QUIET..code.size() + QUIET).step_by(2);
    let block = |x, y| match (is_light(code, x, y), is_light(code, x, y + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    rows.map(|y| format!("{style}{}{style:#}", columns(code).map(|x| block(x, y)).collect::<String>())).collect()
}

fn ascii(code: &QrCode) -> Vec<String> {
    let cell = |x, y| if is_light(code, x, y) { "##" } else { "  " };
    (-QUIET..code.size() + QUIET).map(|y| columns(code).map(|x| cell(x, y)).collect()).collect()
}

fn columns(code: &QrCode) -> impl Iterator<Item = i32> {
    -QUIET..code.size() + QUIET
}

/// Also all around it, and under its last row, of which there is an odd number.
fn is_light(code: &QrCode, x: i32, y: i32) -> bool {
    !code.get_module(x, y)
}
