//! A terminal's screen as an SVG picture.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// One character's width in tenths of a pixel and its height in pixels, in the fonts that browsers take for `monospace`.
const WIDTH_IN_TENTHS: usize = 84;
const HEIGHT: usize = 20;

/// Room around the text, and for the window's bar above it.
const MARGIN: usize = 20;
const BAR: usize = 40;

/// The colours of a terminal.
pub struct Theme {
    background: &'static str,
    text: &'static str,
    /// Of terminals' colours 1, 2, 3, 4, 6 and 8.
    red: &'static str,
    green: &'static str,
    yellow: &'static str,
    blue: &'static str,
    cyan: &'static str,
    grey: &'static str,
}

pub const LIGHT: Theme = Theme {
    background: "#f6f8fa",
    text: "#1f2430",
    red: "#c0322f",
    green: "#1a7f37",
    yellow: "#8a6100",
    blue: "#0b60c4",
    cyan: "#0b7285",
    grey: "#5f6875",
};

pub const DARK: Theme = Theme {
    background: "#1b1f27",
    text: "#d7dae0",
    red: "#ff6b68",
    green: "#5fd38d",
    yellow: "#f2c55c",
    blue: "#6cb6ff",
    cyan: "#56d4dd",
    grey: "#8b919d",
};

/// A line of the screen that is not there any more.
pub struct Frame {
    row: u16,
    screen: Screen,
}

impl Frame {
    /// The line that has this text.
    pub fn of_line_with(screen: &Screen, text: &str) -> Self {
        let row = screen.rows(0, screen.size().1).position(|row| row.contains(text)).unwrap();
        Self { row: row.try_into().unwrap(), screen: screen.clone() }
    }
}

/// The picture of what the screen shows, up to its last line that is not empty, with what stood in the place of one of them
/// `before`. `shown` changes each line's text before it is drawn; `title` is for those who can't see it.
pub fn draw(screen: &Screen, before: &Frame, theme: &Theme, title: &str, shown: impl Fn(&str) -> String) -> String {
    let (_, columns) = screen.size();
    let mut texts: Vec<String> = screen.rows(0, columns).collect();
    texts.insert(before.row.into(), before.screen.rows(0, columns).nth(before.row.into()).unwrap());
    let lengths: Vec<usize> = texts.iter().map(|row| shown(row.trim_end()).chars().count()).collect();
    let used = lengths.iter().rposition(|length| *length > 0).map_or(0, |last| last + 1);
    let longest = lengths.iter().max().copied().unwrap_or_default();
    let width = 2 * MARGIN + longest * WIDTH_IN_TENTHS / 10;
    let height = BAR + used * HEIGHT + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <title>{title}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"10\" fill=\"{}\"/>\n\
         <circle cx=\"20\" cy=\"18\" r=\"6\" fill=\"#ff5f57\"/><circle cx=\"40\" cy=\"18\" r=\"6\" fill=\"#febc2e\"/>\
         <circle cx=\"60\" cy=\"18\" r=\"6\" fill=\"#28c840\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"14\" fill=\"{}\" \
         xml:space=\"preserve\">\n",
        theme.background, theme.text
    );
    let from = |row: usize| (u16::try_from(row).unwrap(), screen);
    let mut lines: Vec<(u16, &Screen)> = (0..used).map(from).collect();
    lines.insert(before.row.into(), (before.row, &before.screen));
    for ((row, screen), y) in lines.into_iter().zip((BAR + 14..).step_by(HEIGHT)).take(used) {
        let line = line(screen, row, columns, theme, &shown);
        writeln!(svg, "<text x=\"{MARGIN}\" y=\"{y}\">{line}</text>").unwrap();
    }
    svg + "</g>\n</svg>\n"
}

/// A row as spans of one look each.
fn line(screen: &Screen, row: u16, columns: u16, theme: &Theme, shown: &impl Fn(&str) -> String) -> String {
    let mut spans: Vec<(String, String)> = Vec::new();
    for cell in (0..columns).filter_map(|column| screen.cell(row, column)) {
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let look = look(cell, theme);
        match spans.last_mut() {
            Some((known, span)) if *known == look => span.push_str(text),
            _ => spans.push((look, text.to_owned())),
        }
    }
    let drawn = spans.iter().map(|(look, text)| (look, escape(&shown(text))));
    let line: String =
        drawn.map(|(look, text)| if look.is_empty() { text } else { format!("<tspan{look}>{text}</tspan>") }).collect();
    line.trim_end().to_owned()
}

fn look(cell: &Cell, theme: &Theme) -> String {
    let colour = match cell.fgcolor() {
        Color::Idx(1 | 9) => theme.red,
        Color::Idx(2 | 10) => theme.green,
        Color::Idx(3 | 11) => theme.yellow,
        Color::Idx(4 | 12) => theme.blue,
        Color::Idx(6 | 14) => theme.cyan,
        Color::Idx(8) => theme.grey,
        _ => "",
    };
    let colour = if colour.is_empty() { String::new() } else { format!(" fill=\"{colour}\"") };
    if cell.bold() { format!("{colour} font-weight=\"bold\"") } else { colour }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
