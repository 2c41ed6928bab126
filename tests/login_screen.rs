//! What a login shows and has a terminal do.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::answers::{DEVICE_CODE, POLL};
use crate::support::terminal::Terminal;
use crate::support::{Answer, Answers, AppView, EVAN, Home, PROGRAM, Registry, appview};

fn start(home: &Home, registry: &impl Registry, arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
    let mut command = home.command(*PROGRAM);
    command.args(["login", &registry.host(), "--no-browser", "--configure-docker=no"]).args(arguments);
    Terminal::start(command.envs(variables.iter().copied()))
}

/// Waits for the code, and returns it with the address that holds it.
fn code(terminal: &mut Terminal, appview: &AppView) -> (String, String) {
    let screen = terminal.shows("Waiting for your approval").text();
    let code = screen.split_once("shows this code: ").unwrap().1.lines().next().unwrap().to_owned();
    let url = format!("{}/device?user_code={code}", appview.url());
    (code, url)
}

fn ends_well(mut terminal: Terminal, appview: &AppView, code: &str) {
    appview.approve(code, EVAN);
    terminal.shows("✓ Logged in");
    assert_eq!(terminal.ends().0, 0);
}

#[test]
fn the_code_is_bold_and_both_addresses_are_there() {
    let (appview, home) = (appview(), Home::new());
    let mut terminal = start(&home, &appview, &[], &[]);
    let (code, url) = code(&mut terminal, &appview);
    let lines = [
        format!("Approve the login at:                {url}"),
        format!("Or type the code at:                 {}/device", appview.url()),
        format!("Check that the page shows this code: {code}"),
    ];
    assert!(terminal.text().starts_with(&lines.join("\n")), "{}", terminal.text());
    let bold = |column| terminal.screen().cell(2, column).unwrap().bold();
    assert!(bold(37) && !bold(0));
    assert!(!terminal.printed().contains("\x1b]"), "{:?}", terminal.printed());
    ends_well(terminal, &appview, &code);
}

#[test]
fn addresses_are_links_where_the_terminal_has_them() {
    for (variables, has_links) in [
        (&[("TERM_PROGRAM", "WezTerm")][..], true),
        (&[("TERM", "xterm-kitty")], true),
        (&[("VTE_VERSION", "7600")], true),
        (&[("VTE_VERSION", "7600"), ("TERM", "tmux-256color")], false),
        (&[("TERM_PROGRAM", "WezTerm"), ("ATCR_ACCESSIBLE", "1")], false),
    ] {
        let (appview, home) = (appview(), Home::new());
        let mut terminal = start(&home, &appview, &[], variables);
        let (code, url) = code(&mut terminal, &appview);
        for url in [&url, &format!("{}/device", appview.url())] {
            let link = format!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\");
            assert_eq!(terminal.printed().contains(&link), has_links, "{variables:?}");
        }
        appview.approve(&code, EVAN);
        assert_eq!(terminal.shows("Logged in").text().matches("\u{fffd}").count(), 0);
    }
}

#[test]
fn the_clipboard_gets_the_address_that_holds_the_code() {
    for variables in [&[][..], &[("NO_COLOR", "1")], &[("SSH_CONNECTION", "1")]] {
        let (appview, home) = (appview(), Home::new());
        let mut terminal = start(&home, &appview, &["--clipboard"], variables);
        let (code, url) = code(&mut terminal, &appview);
        let copied = format!("\x1b]52;c;{}\x07", BASE64_STANDARD.encode(&url));
        assert!(terminal.printed().contains(&copied), "{:?}", terminal.printed());
        terminal.shows("The address is on your clipboard, if this terminal lets programs write to it.");
        ends_well(terminal, &appview, &code);
    }
    let (appview, home) = (appview(), Home::new());
    let mut terminal = start(&home, &appview, &["--clipboard"], &[("TERM", "dumb")]);
    terminal.shows("warning: The address was not copied: this terminal can't copy to the clipboard.");
    assert!(!terminal.printed().contains('\u{1b}'), "{:?}", terminal.printed());
}

#[test]
fn a_qr_code_is_white_and_black_or_not_there() {
    let (appview, home) = (appview(), Home::new());
    let mut terminal = start(&home, &appview, &["--qr"], &[]);
    terminal.shows("██ ▄▄▄▄▄ █");
    assert!(terminal.printed().contains("\x1b[97m\x1b[40m"), "{:?}", terminal.printed());
    let (code, _) = code(&mut terminal, &appview);
    ends_well(terminal, &appview, &code);
    let mut command = home.command(*PROGRAM);
    command.args(["login", &appview.host(), "--no-browser", "--qr"]);
    let mut terminal = Terminal::start_of(&command, 24, 25);
    terminal.waits_for("a warning", |text| {
        text.split_whitespace().collect::<Vec<_>>().join(" ").contains("too narrow for a QR code")
    });
}

#[test]
fn a_registry_that_stops_to_answer_is_named_once() {
    let (registry, home) = (Answers::with_device_code(), Home::new());
    let silent = [Answer::status(500), Answer::dropped(), Answer::status(429)];
    registry.next(POLL, silent.into_iter().chain([Answer::approved(EVAN)]));
    let mut terminal = start(&home, &registry, &[], &[]);
    let warning = format!("! {} does not answer as it should; still trying until the code expires.\n", registry.host());
    let screen = terminal.shows("✓ Logged in").text();
    assert_eq!(screen.matches(&warning).count(), 1, "{screen}");
}

#[test]
fn a_long_silent_wait_says_what_it_waits_for() {
    let (registry, home) = (Answers::start(), Home::new());
    registry.always(DEVICE_CODE, Answer::never());
    let mut terminal = start(&home, &registry, &[], &[]);
    terminal.shows(&format!("Asking {} for a code", registry.host())).types("\x03");
    let (status, screen) = terminal.ends();
    assert_eq!((status, screen), (130, String::new()));
}
