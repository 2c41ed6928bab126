//! Keys that mean the same in every prompt.

use console::Key;

/// The end of input, where a terminal reads lines.
const CONTROL_D: char = '\u{4}';
pub(super) const CONTROL_U: char = '\u{15}';

pub(super) fn cancels(key: &Key) -> bool {
    interrupts(key) || *key == Key::Escape
}

/// What cancels where Esc is a part of what is pasted.
pub(super) fn interrupts(key: &Key) -> bool {
    matches!(key, Key::CtrlC | Key::Char(CONTROL_D))
}
