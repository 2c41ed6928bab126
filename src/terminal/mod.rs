//! What a person sees: lines on stderr, coloured marks, progress and prompts.

mod escapes;
mod interrupt;
mod progress;
mod prompt;
mod qr_code;
#[cfg(unix)]
mod raw_mode;
mod signals;
mod symbols;
mod wait_for_enter;
mod waiting;

use std::io::{self, IsTerminal, Write};

pub use escapes::{bold, copy, link};
pub use interrupt::{HeldInterrupts, hold_interrupts};
pub use progress::Progress;
pub use prompt::{confirm, discard_typed, secret, select, text};
pub use qr_code::qr_code;
pub use symbols::{Mark, ellipsis};
pub use wait_for_enter::{CANCELLABLE, enter_pressed};
pub use waiting::waiting;

/// Prints a line for a person on stderr: stdout is for data. Colour is removed where it is not wanted (`NO_COLOR`,
/// `CLICOLOR`) or would not be seen.
pub fn print_status(line: impl AsRef<str>) {
    let mut text = line.as_ref().to_owned();
    text.push('\n');
    // A closed stderr is no error.
    let _ = anstream::AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes());
}

/// Whether prompts are possible.
pub fn is_interactive() -> bool {
    is_stdin_terminal() && io::stderr().is_terminal()
}

/// Whether all output, data too, goes to a terminal.
#[expect(clippy::disallowed_methods, reason = "inspects stdout, writes nothing")]
pub fn is_terminal_session() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}

#[expect(clippy::disallowed_methods, reason = "inspects stdin, reads nothing")]
pub fn is_stdin_terminal() -> bool {
    io::stdin().is_terminal()
}
