//! What the variables say about the terminal, and about who reads it.

use std::ffi::OsString;

use super::variable;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(crate) struct TerminalSettings {
    /// `ATCR_ACCESSIBLE`, or `TERM=dumb`: for a screen reader, or a terminal whose cursor can't be moved.
    pub(crate) is_accessible: bool,
    /// `TERM=dumb`
    pub(crate) is_dumb: bool,
    /// Whether it shows more than ASCII.
    pub(crate) has_symbols: bool,
    /// Whether it is known to understand OSC 8; others may print the address twice.
    pub(crate) has_links: bool,
}

/// Values of `TERM` and `TERM_PROGRAM`. tmux and screen set both to their own.
const WITH_LINKS: [&str; 12] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "Hyper",
    "iTerm.app",
    "rio",
    "Tabby",
    "vscode",
    "WezTerm",
    "xterm-ghostty",
    "xterm-kitty",
];

/// The first VTE whose links don't crash it, as it writes its version.
const FIRST_VTE: u32 = 5000;

impl TerminalSettings {
    pub(crate) fn read() -> Self {
        Self::of(variable)
    }

    fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
        let term = text("TERM");
        let is_dumb = term == "dumb";
        let accessible = text("ATCR_ACCESSIBLE");
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().map(text).find(|value| !value.is_empty());
        Self {
            is_accessible: is_dumb || !["", "0"].contains(&&*accessible),
            is_dumb,
            // The font of Linux' console has hardly any. As in systemd, no locale at all is no wish for ASCII.
            has_symbols: !is_dumb && term != "linux" && locale.is_none_or(|locale| is_utf8(&locale)),
            has_links: has_links(&term, text),
        }
    }
}

/// `de_DE.UTF-8@euro`; on macOS also `UTF-8` alone.
fn is_utf8(locale: &str) -> bool {
    let codeset = locale.split('@').next().unwrap_or_default().to_ascii_lowercase();
    codeset.ends_with("utf-8") || codeset.ends_with("utf8")
}

fn has_links(term: &str, text: impl Fn(&str) -> String) -> bool {
    let is_multiplexed = term.starts_with("tmux") || term.starts_with("screen");
    let by_version = || text("VTE_VERSION").parse().is_ok_and(|version: u32| version >= FIRST_VTE);
    let by_name = || ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"].iter().any(|name| !text(name).is_empty());
    // As supports-hyperlinks reads it, which cargo uses.
    let forced = text("FORCE_HYPERLINK");
    if !forced.is_empty() {
        return forced != "0" && term != "dumb";
    }
    let is_listed = || WITH_LINKS.contains(&term) || WITH_LINKS.contains(&&*text("TERM_PROGRAM"));
    !is_multiplexed && !["dumb", "linux"].contains(&term) && (is_listed() || by_version() || by_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> TerminalSettings {
        TerminalSettings::of(|name| {
            let value = variables.iter().find(|(known, _)| *known == name)?.1;
            (!value.is_empty()).then(|| value.into())
        })
    }

    #[test]
    fn accessible_is_what_the_variable_or_the_terminal_says() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM", "dumb")], true),
            (&[("ATCR_ACCESSIBLE", "1")], true),
            (&[("ATCR_ACCESSIBLE", "yes")], true),
            (&[("ATCR_ACCESSIBLE", "0")], false),
            (&[("ATCR_ACCESSIBLE", "")], false),
            (&[("ATCR_ACCESSIBLE", "0"), ("TERM", "dumb")], true),
        ] {
            assert_eq!(settings(variables).is_accessible, expected, "{variables:?}");
        }
    }

    #[test]
    fn symbols_are_for_utf8_locales() {
        for (variables, expected) in [
            (&[][..], true),
            (&[("LANG", "C")], false),
            (&[("LANG", "POSIX")], false),
            (&[("LANG", "en_US")], false),
            (&[("LANG", "de_DE.ISO-8859-1")], false),
            (&[("LANG", "C.UTF-8")], true),
            (&[("LANG", "en_US.utf8")], true),
            (&[("LANG", "de_DE.UTF-8@euro")], true),
            (&[("LC_CTYPE", "UTF-8")], true),
            (&[("LANG", "C"), ("LC_CTYPE", "C.UTF-8")], true),
            (&[("LANG", "C.UTF-8"), ("LC_CTYPE", "C")], false),
            (&[("LC_CTYPE", "C"), ("LC_ALL", "C.UTF-8")], true),
            (&[("LC_CTYPE", "C.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LC_ALL", ""), ("LANG", "C.UTF-8")], true),
            (&[("TERM", "linux"), ("LANG", "C.UTF-8")], false),
            (&[("TERM", "dumb"), ("LANG", "C.UTF-8")], false),
        ] {
            assert_eq!(settings(variables).has_symbols, expected, "{variables:?}");
        }
    }

    #[test]
    fn links_are_for_terminals_that_are_known_to_have_them() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], true),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], false),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7603")], true),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "4602")], false),
            (&[("TERM", "tmux-256color"), ("VTE_VERSION", "7603")], false),
            (&[("TERM", "screen"), ("WT_SESSION", "x")], false),
            (&[("WT_SESSION", "x")], true),
            (&[("TERM", "dumb"), ("TERM_PROGRAM", "vscode")], false),
            (&[("FORCE_HYPERLINK", "1")], true),
            (&[("FORCE_HYPERLINK", "1"), ("TERM", "tmux-256color")], true),
            (&[("FORCE_HYPERLINK", "1"), ("TERM", "dumb")], false),
            (&[("FORCE_HYPERLINK", "0"), ("WT_SESSION", "x")], false),
        ] {
            assert_eq!(settings(variables).has_links, expected, "{variables:?}");
        }
    }
}
