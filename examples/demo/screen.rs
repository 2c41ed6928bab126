//! What the demo shows. Never panics, unlike the print macros where nobody reads on: a panic could leave files behind.

use std::io::{self, Write};

/// A line.
pub(crate) fn say(line: &str) {
    drop(writeln!(io::stdout().lock(), "{line}"));
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

/// Why the demo, or the little client, stops.
pub(crate) fn complain(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}
