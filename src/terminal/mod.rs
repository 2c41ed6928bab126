//! What a person sees: lines on stderr, coloured marks, progress and prompts.

mod escapes;
mod interrupt;
mod person;
mod progress;
mod prompt;
mod qr_code;
#[cfg(unix)]
mod raw_mode;
mod signals;
mod symbols;
mod wait_for_enter;
mod waiting;

use std::io::{self, IsTerminal};

pub use escapes::{bold, copy};
pub use interrupt::{HeldInterrupts, end_well_on_interrupt, hold_interrupts};
pub use person::{as_started, coloured_for_stdout, for_stdout, is_plugin, print_status, speak_as_plugin, width};
pub use progress::Progress;
pub use prompt::{confirm, discard_typed, secret, select, text};
pub use qr_code::qr_code;
pub use symbols::{Mark, ellipsis, is_accessible};
pub use wait_for_enter::{CANCELLABLE, enter_pressed};
pub use waiting::waiting;

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
