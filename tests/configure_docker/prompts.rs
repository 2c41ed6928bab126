//! The prompts, on a real terminal.

use super::{BACKUP, CONFIG, before, home, read, text};
use crate::support::terminal::Terminal;
use crate::support::{Home, PROGRAM};

/// Runs the command on a terminal, and types `keys` at its prompt. Returns the exit code and what was shown.
fn prompted(home: &Home, what: &str, keys: &str) -> (i32, String) {
    let mut command = home.command(*PROGRAM);
    command.args(["configure-docker", what]);
    let mut terminal = Terminal::start(&command);
    terminal.shows("(y/n)").answers(keys);
    let (status, shown) = terminal.ends();
    // As in a terminal that is wide enough.
    (status, shown.replace("\n  ", " "))
}

#[test]
fn the_prompt_to_remove_a_password_defaults_to_yes() {
    for (keys, is_removed) in [("\r", true), ("y", true), ("n", false)] {
        let home = home(before("plain-password.json"));
        let (status, shown) = prompted(&home, "atcr.io", keys);
        assert!(shown.contains("contains a plain-text password for atcr.io that Docker may use instead"), "{shown}");
        let config = text(&home, CONFIG);
        assert_eq!((status, config.contains("\"atcr.io\": {}")), (0, is_removed), "{keys:?}: {shown}");
        assert!(config.contains("\"atcr.io\": \"atcr\""), "{keys:?}: {shown}");
        // It is not said again, nor how to do what was just declined.
        assert_eq!(shown.contains("The password for atcr.io stays in it."), !is_removed, "{shown}");
        let end = shown.rsplit("Remove it?").next().unwrap_or_default();
        assert!(!end.contains("plain-text") && !end.contains("--yes"), "{shown}");
    }
}

#[test]
fn the_prompt_to_replace_a_helper_defaults_to_no() {
    for (keys, helper) in [("\r", "pass"), ("n", "pass"), ("y", "atcr")] {
        let home = home(r#"{"credHelpers": {"atcr.io": "pass"}}"#);
        let (status, shown) = prompted(&home, "atcr.io", keys);
        let question = "Docker uses docker-credential-pass for atcr.io. Use docker-credential-atcr instead?";
        assert!(shown.contains(question), "{shown}");
        let expected = format!(r#"{{"credHelpers": {{"atcr.io": "{helper}"}}}}"#);
        assert_eq!((status, text(&home, CONFIG)), (0, expected), "{shown}");
    }
}

#[test]
fn a_cancelled_prompt_changes_nothing() {
    let home = home(before("plain-password.json"));
    let (status, shown) = prompted(&home, "atcr.io", "\u{1b}");
    assert_eq!(status, 130, "{shown}");
    assert_eq!(read(&home, CONFIG), before("plain-password.json"));
    assert!(!home.path(BACKUP).exists());
}

#[test]
fn the_prompt_to_turn_hooks_on_defaults_to_yes() {
    for (keys, hooks) in [("\r", "true"), ("n", "0")] {
        let home = home(r#"{"features": {"hooks": "0"}}"#);
        let (status, shown) = prompted(&home, "--plugin", keys);
        assert!(shown.contains("Turn hooks on, for all plugins?"), "{shown}");
        let expected = format!(
            r#"{{"features": {{"hooks": "{hooks}"}}, "plugins": {{"atcr": {{"hooks": "push,pull,image push,image pull"}}}}}}"#
        );
        assert_eq!((status, text(&home, CONFIG)), (0, expected), "{shown}");
    }
}
