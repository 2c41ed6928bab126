//! The URL that the browser gets: one argument, read by no shell.

use serde_json::json;

use crate::support::answers::DEVICE_CODE;
use crate::support::terminal::Terminal;
use crate::support::{Answer, Answers, Home, PROGRAM, executable};

/// A home with a program of this name first on PATH, which records its arguments and their lengths.
fn home_with(browser: &str) -> (Home, String) {
    let home = Home::new();
    let script = "for word; do printf '%s %s\\n' \"${#word}\" \"$word\"; done > \"$HOME/part\" && mv \"$HOME/part\" \"$HOME/opened\"";
    executable::script(home.path(&format!("bin/{browser}")), script);
    let path = format!("{}:/usr/bin:/bin", home.path("bin").display());
    (home, path)
}

/// A registry whose device code is to be approved at this address.
fn registry(url: &str) -> Answers {
    let answers = Answers::start();
    let code = json!({"device_code": "d", "user_code": "A-B", "verification_uri_complete": url, "interval": 1});
    answers.always(DEVICE_CODE, Answer::json(200, code));
    answers
}

#[test]
fn a_url_is_one_argument_and_no_shell_reads_it() {
    for (given, expected) in [
        ("http://h.example/?a=1&b=2", "http://h.example/?a=1&b=2"),
        ("http://h.example/$(touch pwned)", "http://h.example/$(touch%20pwned)"),
        ("http://h.example/`touch pwned`", "http://h.example/%60touch%20pwned%60"),
        ("http://h.example/;touch pwned;", "http://h.example/;touch%20pwned;"),
        ("http://h.example/?'\"|touch pwned", "http://h.example/?%27%22|touch%20pwned"),
        ("http://h.example/%s%d", "http://h.example/%s%d"),
        ("http://h.example/#$HOME", "http://h.example/#$HOME"),
        ("HTTP://H.example/\n\t--flag", "http://h.example/--flag"),
    ] {
        for (variables, browser) in [(&[("DISPLAY", ":0")][..], "xdg-open"), (&[("BROWSER", "surfer --new")], "surfer")]
        {
            let (registry, (home, path)) = (registry(given), home_with(browser));
            let mut command = home.command(*PROGRAM);
            command.args(["login", &registry.host(), "--configure-docker=no"]).envs(variables.iter().copied());
            let mut terminal = Terminal::start(command.env("PATH", path));
            terminal.shows("Press Enter to open your browser").answers("\r");
            let flag = if browser == "surfer" { "5 --new\n" } else { "" };
            assert_eq!(home.wait_for("opened"), format!("{flag}{} {expected}\n", expected.len()), "{given}");
            assert!(!home.path("pwned").exists(), "{given}");
        }
    }
}

#[test]
fn what_is_no_web_url_is_neither_shown_nor_opened() {
    for url in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://h.example/",
        "vscode://h.example/",
        "-h",
        "/usr/bin/xcalc",
        "\\\\h.example\\share",
        "data:text/html,x",
        "http:",
        "http://",
        "xdg-open http://h.example/",
    ] {
        let (registry, (home, path)) = (registry(url), home_with("xdg-open"));
        let mut command = home.command(*PROGRAM);
        command.args(["login", &registry.host()]).env("PATH", path).env("DISPLAY", ":0");
        let (status, screen) = Terminal::start(&command).ends();
        assert!(status == 1 && screen.contains("it returned no web page to approve the device"), "{url}: {screen}");
        assert!(!home.path("opened").exists(), "{url}");
    }
}
