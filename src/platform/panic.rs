//! What a bug in this program looks like to whoever started it.

use std::io::{self, Write};
use std::panic;
use std::process;

/// A panic prints one line and exits with 1: the default would abort, and Docker would report a signal without a word.
///
/// Not the panic's own words, which may quote what was being read, a secret for one. `is_verb`: Docker shows stdout.
#[expect(clippy::disallowed_methods, reason = "a panic returns nowhere")]
pub(crate) fn end_in_an_error(is_verb: bool) {
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
        let line = format!("error: docker-credential-atcr has a bug{place}; please report it: {ISSUES}\n");
        let _ = io::stderr().write_all(line.as_bytes());
        if is_verb {
            let _ = io::stdout().write_all(line.as_bytes());
        }
        process::exit(1);
    }));
}

const ISSUES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/issues");
