//! Text on its way to a person: with the commands as the program was started, in lines that fit, coloured and linked as far as
//! the terminal wants it. A file or pipe gets the same lines on every machine.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use console::Term;

use super::escapes::linked;
use super::symbols::can_link;
use crate::text::{as_plugin, reflow};

static IS_PLUGIN: AtomicBool = AtomicBool::new(false);

/// Where there is no terminal, and no wider on one: longer lines are hard to read.
const WIDTH: usize = 80;

/// What is narrower has no lines of words.
const NARROWEST: usize = 20;

/// From here on commands are `docker atcr ...`.
pub fn speak_as_plugin() {
    IS_PLUGIN.store(true, Ordering::Relaxed);
}

pub fn is_plugin() -> bool {
    IS_PLUGIN.load(Ordering::Relaxed)
}

/// With the commands in it as the program was started.
pub fn as_started(text: &str) -> String {
    if is_plugin() { as_plugin(text) } else { text.to_owned() }
}

/// In columns: of what is laid out for stdout.
pub fn width() -> usize {
    columns(&Term::stdout()).map_or(WIDTH, |columns| columns.clamp(NARROWEST, WIDTH))
}

/// Prints a line for a person on stderr: stdout is for data. Colour is removed where it is not wanted (`NO_COLOR`,
/// `CLICOLOR`) or would not be seen.
pub fn print_status(line: impl AsRef<str>) {
    let stderr = io::stderr().lock();
    let choice = AutoStream::choice(&stderr);
    let text = dressed(line.as_ref(), columns(&Term::stderr()), choice, stderr.is_terminal());
    // A closed stderr is no error.
    let _ = AutoStream::always(stderr).write_all(format!("{text}\n").as_bytes());
}

/// The same for text that is written to stdout, as the help is.
#[expect(clippy::disallowed_methods, reason = "inspects stdout, writes nothing")]
pub fn for_stdout(text: &str) -> String {
    let stdout = io::stdout();
    dressed(text, columns(&Term::stdout()), AutoStream::choice(&stdout), stdout.is_terminal())
}

/// Without its colours where stdout does not want them.
#[expect(clippy::disallowed_methods, reason = "inspects stdout, writes nothing")]
pub fn coloured_for_stdout(text: &str) -> String {
    coloured(text, AutoStream::choice(&io::stdout()))
}

fn columns(terminal: &Term) -> Option<usize> {
    let (_, columns) = terminal.size_checked()?;
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}

fn dressed(text: &str, columns: Option<usize>, choice: ColorChoice, is_terminal: bool) -> String {
    let text = as_started(text);
    let text = columns.map_or_else(|| text.clone(), |columns| reflow(&text, columns.max(NARROWEST)));
    let text = coloured(&labelled(&text), choice);
    if is_terminal && can_link() { linked(&text) } else { text }
}

fn coloured(text: &str, choice: ColorChoice) -> String {
    if choice == ColorChoice::Never { strip_str(text).to_string() } else { text.to_owned() }
}

/// With the colours of clap's `error:` and `tip:`.
fn labelled(text: &str) -> String {
    let labels = [
        ("error:", AnsiColor::Red.on_default().bold()),
        ("warning:", AnsiColor::Yellow.on_default()),
        ("run:", AnsiColor::Green.on_default()),
    ];
    let label = |line: &str| {
        let words = line.trim_start_matches(' ');
        let (name, style): (&str, Style) = *labels.iter().find(|(name, _)| words.starts_with(name))?;
        let indent = line.len() - words.len();
        Some(format!("{:indent$}{style}{name}{style:#}{}", "", &words[name.len()..]))
    };
    let lines: Vec<String> = text.split('\n').map(|line| label(line).unwrap_or_else(|| line.to_owned())).collect();
    lines.join("\n")
}
