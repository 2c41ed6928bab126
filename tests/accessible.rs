//! For who has the screen read aloud, for terminals whose cursor can't be moved, and for those that show ASCII alone.

use crate::support::terminal::Terminal;
use crate::support::{AppView, EVAN, Home, MICHELLE, PROGRAM, appview, two_accounts, two_accounts_in_docker};

fn three_accounts() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    appview.person("c.example", "did:plc:c");
    home.log_in(&appview, &[EVAN, "c.example", MICHELLE]);
    (appview, home)
}

/// Both ways to ask for it, without colour.
const WAYS: [(&str, &str); 2] = [("ATCR_ACCESSIBLE", "1"), ("TERM", "dumb")];

fn start(home: &Home, arguments: &[&str], (name, value): (&str, &str)) -> Terminal {
    let mut command = home.command(*PROGRAM);
    command.args(arguments).env("NO_COLOR", "1").env(name, value);
    Terminal::start(&command)
}

#[track_caller]
fn has_no_escape(terminal: &Terminal) {
    let printed = terminal.printed();
    // What the test's own program adds.
    let printed = printed.split("\x1b[24;1H[ended with").next().unwrap();
    assert!(!printed.contains(['\u{1b}', '\u{8}']), "{printed:?}");
}

const LIST: &str = "\
Which account should be active for HOST?
  1. evan.jarrett.net
  2. c.example
  3. michelle.jarrett.net (active)
Number or name [3]:";

#[test]
fn a_list_is_answered_by_a_number_or_a_name() {
    for way in WAYS {
        let (appview, home) = three_accounts();
        for (answer, handle) in [("1", EVAN), ("c.example", "c.example"), ("@evan.jarrett.net", EVAN), ("", EVAN)] {
            let mut terminal = start(&home, &["switch"], way);
            terminal.shows("]:");
            if handle == "c.example" {
                terminal.shows("Number or name [1]:");
            }
            terminal.types(&format!("{answer}\n"));
            terminal.shows("active account for");
            has_no_escape(&terminal);
            let (status, screen) = terminal.ends();
            let expected = format!("ok: {handle} is now the active account for {}.", appview.host());
            assert!(status == 0 && screen.ends_with(&expected), "{screen}");
        }
    }
}

#[test]
fn the_whole_numbered_list() {
    let (appview, home) = three_accounts();
    let mut terminal = start(&home, &["switch"], WAYS[0]);
    assert_eq!(terminal.shows("[3]:").text().trim_end(), LIST.replace("HOST", &appview.host()));
    terminal.types("4\n").shows("There is no number 4; the last is 3.\nNumber or name [3]:");
    terminal.types("nobody\n").shows("\"nobody\" is not one of these.\nNumber or name [3]:");
    terminal.types("2\n");
    assert_eq!(terminal.ends().0, 0);
}

#[test]
fn yes_and_no_are_typed_and_enter_takes_the_default() {
    for (answer, status) in [("maybe\nyes", 0), ("y", 0), ("no", 130), ("", 130)] {
        let (_appview, home) = three_accounts();
        let mut terminal = start(&home, &["logout", "--all"], WAYS[1]);
        terminal.shows("Log out of these 3 accounts? Type yes or no [no]:").types(&format!("{answer}\n"));
        let (ended, screen) = terminal.ends();
        assert_eq!((ended, screen.contains("ok: Logged out")), (status, status == 0), "{screen}");
    }
}

#[test]
fn the_end_of_input_and_control_c_cancel() {
    for key in ["\x04", "\x03"] {
        let (_appview, home) = three_accounts();
        let before = home.device_json();
        let mut terminal = start(&home, &["switch"], WAYS[0]);
        terminal.shows("[3]:").types(key);
        let (status, screen) = terminal.ends();
        assert_eq!((status, home.device_json()), (130, before), "{screen}");
    }
}

/// The account is stored by then.
#[test]
fn control_c_at_a_logins_question_leaves_out_the_rest() {
    for way in WAYS {
        let (appview, home) = (appview(), Home::new());
        appview.approve_devices_as(EVAN);
        let host = appview.host();
        let mut terminal = start(&home, &["login", &host, "--no-browser"], way);
        terminal.shows("no [yes]:").types("\x03");
        let (status, screen) = terminal.ends();
        let line = format!("run: docker-credential-atcr configure-docker {host}");
        assert!(status == 0 && screen.replace('\n', " ").contains(&line), "{status} {screen}");
        assert!(!home.secret(&appview, EVAN).is_empty() && !home.path(".docker").exists());
    }
}

#[test]
fn a_login_spins_nothing_and_moves_no_cursor() {
    for way in WAYS {
        let (appview, home) = (appview(), Home::new());
        let mut terminal = start(&home, &["login", &appview.host(), "--no-browser"], way);
        let screen = terminal.shows("Waiting for your approval in the browser (10:00 left)...").text();
        let code = screen.split_once("shows this code: ").unwrap().1.lines().next().unwrap().to_owned();
        appview.approve(&code, EVAN);
        terminal.shows("no [yes]:").types("\n").shows("ok: Docker now uses");
        has_no_escape(&terminal);
        assert_eq!(terminal.ends().0, 0);
    }
}

#[test]
fn a_secret_is_asked_for_without_a_symbol() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    let arguments = ["login", &host, "--with-token", "--handle", EVAN, "--configure-docker=no"];
    let mut terminal = start(&home, &arguments, WAYS[0]);
    terminal.shows("Device secret:").answers(&format!("{secret}\r"));
    terminal.shows("ok: Logged in");
    has_no_escape(&terminal);
    let (status, screen) = terminal.ends();
    assert!(status == 0 && !screen.contains(&secret), "{screen}");
}

#[test]
fn words_stand_for_symbols() {
    let (appview, home) = two_accounts_in_docker();
    appview.revoke(&home.secret(&appview, EVAN));
    for (name, value) in WAYS {
        let seen = home.run(&["status"]).env(name, value).status(1).any_stdout().any_stderr().check();
        assert!(seen.stdout.contains("\n  problem: evan.jarrett.net"), "{}", seen.stdout);
        assert!(seen.stdout.contains("\n  ok:      michelle.jarrett.net"), "{}", seen.stdout);
        assert!(seen.stdout.is_ascii(), "{}", seen.stdout);
    }
}

#[test]
fn where_the_locale_is_not_utf8_everything_is_ascii() {
    let (appview, home) = two_accounts_in_docker();
    appview.revoke(&home.secret(&appview, EVAN));
    for (name, value) in [("LANG", "C"), ("LC_ALL", "POSIX"), ("LC_CTYPE", "de_DE.ISO-8859-1"), ("TERM", "linux")] {
        let seen = home.run(&["status"]).env(name, value).status(1).any_stdout().any_stderr().check();
        assert!(seen.stdout.contains("  x evan") && seen.stdout.contains("  + michelle"), "{}", seen.stdout);
        assert!(seen.stdout.is_ascii() && seen.stderr.is_ascii(), "{}", seen.stdout);
    }
    let utf8 = home.run(&["status"]).env("LC_ALL", "C.UTF-8").status(1).any_stdout().any_stderr().check();
    assert!(utf8.stdout.contains("✗ evan"), "{}", utf8.stdout);
}

#[test]
fn a_list_in_ascii_has_no_other_character() {
    let (appview, home) = three_accounts();
    let mut command = home.command(*PROGRAM);
    command.args(["switch"]).env("LANG", "C").env("NO_COLOR", "1");
    let mut terminal = Terminal::start(&command);
    let list = format!(
        "? Which account should be active for {}? > type to filter\n  {EVAN}\n  c.example\n> {MICHELLE} (active)",
        appview.host()
    );
    assert_eq!(terminal.shows("> michelle").text(), list);
    terminal.answers("\x1b[A").shows("> c.example").answers("\r").shows("+ c.example is now");
    assert!(terminal.printed().is_ascii(), "{:?}", terminal.printed());
    let (status, screen) = terminal.ends();
    let expected = "\
+ Which account should be active for HOST? - c.example
+ c.example is now the active account for HOST.";
    assert_eq!((status, screen), (0, expected.replace("HOST", &appview.host())));
}

#[test]
fn the_spinner_has_four_frames_a_second_at_most() {
    let (appview, home) = (appview(), Home::new());
    let mut command = home.command(*PROGRAM);
    command.args(["login", &appview.host(), "--no-browser", "--configure-docker=no"]);
    let mut terminal = Terminal::start(&command);
    terminal.shows("(9:56 left)");
    let frames = terminal.printed().matches("Waiting for your approval").count();
    // Four seconds, and what is drawn at its start.
    assert!(frames <= 4 * 4 + 4, "{frames} frames");
}
