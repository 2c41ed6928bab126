//! What a terminal does with text besides showing it.

use std::io::{self, IsTerminal, Write};

use anstyle::Style;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::symbols::{can_link, is_dumb};

pub fn bold(text: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}

/// An address that can be clicked although it is broken over several rows (OSC 8).
pub fn link(url: &str) -> String {
    if can_link() { format!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\") } else { url.to_owned() }
}

/// Has the terminal copy the text, also over ssh (OSC 52). It does not say whether it did. False: this is none that could.
pub fn copy(text: &str) -> bool {
    let mut terminal = io::stderr().lock();
    if !terminal.is_terminal() || is_dumb() {
        return false;
    }
    let text = BASE64_STANDARD.encode(text);
    write!(terminal, "\x1b]52;c;{text}\x07").and_then(|()| terminal.flush()).is_ok()
}
