//! Output of the demo. It never panics, as the print macros do on a closed pipe: a panic could leave files behind.

use std::io::{self, Write};

pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// The heading of a step.
pub(crate) fn step(number: u8, heading: &str) {
    say(&format!("\n{number}. {heading}"));
}

/// A command, as somebody would type it.
pub(crate) fn command(words: &str) {
    say(&format!("   $ {words}"));
}

/// What a program printed.
pub(crate) fn output(text: &str) {
    for line in text.lines() {
        say(&format!("     {line}"));
    }
}

/// Why the demo, or its client, stops.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
