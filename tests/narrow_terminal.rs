//! Prompts on terminals of all widths: no row of one stays behind.

use crate::support::terminal::Terminal;
use crate::support::{AppView, EVAN, Home, PROGRAM, appview, two_accounts};

const WIDTHS: [u16; 4] = [20, 40, 80, 200];

fn start(home: &Home, arguments: &[&str], columns: u16) -> Terminal {
    let mut command = home.command(*PROGRAM);
    command.args(arguments).env("NO_COLOR", "1");
    // How the program ended is told in line 24, and in the next where that is narrow.
    Terminal::start_of(&command, 30, columns)
}

fn accounts(count: usize) -> (AppView, Home) {
    let (appview, home) = two_accounts();
    let handles: Vec<String> = (1..=count).map(|number| format!("person-{number:02}.example")).collect();
    let mut all: Vec<&str> = handles.iter().map(String::as_str).collect();
    all.push("a-name-that-is-longer-than-forty-columns.example");
    for handle in &all {
        appview.person(handle, &format!("did:plc:{}", handle.split('.').next().unwrap()));
    }
    home.log_in(&appview, &all);
    (appview, home)
}

/// Without the line breaks that the terminal's width makes.
fn unbroken(screen: &str) -> String {
    screen.replace('\n', "")
}

/// Also without the blanks in whose place lines are broken.
fn joined(screen: &str) -> String {
    screen.split_whitespace().collect()
}

#[test]
fn a_list_leaves_only_its_answer() {
    let (appview, home) = accounts(5);
    for columns in WIDTHS {
        let mut terminal = start(&home, &["switch"], columns);
        terminal.shows("❯ a-name").answers("\x1b[A").shows("❯ person-05").answers("\x1b[A").shows("❯ person-04");
        terminal.answers("\r");
        let (status, screen) = terminal.ends();
        let answer = format!("✔ Which account should be active for {}? · person-04.example", appview.host());
        let result = format!("✓ person-04.example is now the active account for {}.", appview.host());
        assert_eq!((status, joined(&screen)), (0, joined(&format!("{answer}{result}"))), "{columns} columns");
        home.run(&["switch", "a-name-that-is-longer-than-forty-columns.example"]).any_stderr().check();
    }
}

#[test]
fn a_question_leaves_only_its_answer() {
    let (_appview, home) = accounts(1);
    for columns in WIDTHS {
        home.write(".docker/config.json", r#"{"credHelpers": {"buoy.cr": "ecr-login"}}"#);
        let mut terminal = start(&home, &["configure-docker", "buoy.cr"], columns);
        terminal.shows("no").answers("x").answers("n");
        let (_, screen) = terminal.ends();
        assert_eq!(unbroken(&screen).matches("ecr-login").count(), 2, "{columns} columns:\n{screen}");
        assert!(!screen.contains("(y/n)") && !screen.contains('›'), "{screen}");
    }
}

#[test]
fn a_cancelled_prompt_leaves_nothing() {
    let (_appview, home) = accounts(5);
    for (columns, key) in WIDTHS.into_iter().flat_map(|columns| ["\x1b", "\x04"].map(|key| (columns, key))) {
        let mut terminal = start(&home, &["switch"], columns);
        terminal.shows("❯ a-name").answers(key);
        assert_eq!(terminal.ends(), (130, String::new()), "{columns} columns, {key:?}");
    }
}

#[test]
fn every_row_of_a_prompt_fits() {
    let (appview, home) = accounts(5);
    let mut terminal = start(&home, &["switch"], 40);
    let expected = "\
? Which account should be active for
  HOST? › type to filter
  person-01.example
  person-02.example
  person-03.example
  person-04.example
  person-05.example
❯ a-name-that-is-longer-th…ple (active)";
    assert_eq!(terminal.shows("❯ a-name").text(), expected.replace("HOST", &appview.host()));
}

#[test]
fn what_is_typed_filters_a_long_list() {
    let (appview, home) = accounts(40);
    let mut terminal = start(&home, &["switch"], 80);
    let question = format!("? Which account should be active for {}? ›", appview.host());
    let screen = terminal.shows("❯ a-name").text();
    assert!(screen.starts_with(&format!("{question} type to filter\n")), "{screen}");
    assert!(screen.lines().count() < 30, "{screen}");
    terminal
        .answers("3")
        .shows("? › 3")
        .answers("7")
        .waits_for("one item", |text| text == format!("{question} 37\n❯ person-37.example"));
    terminal.answers("x").shows("(none contains this)").answers("\r").answers("\x7f").shows("❯ person-37");
    terminal.answers("\r");
    let (status, screen) = terminal.ends();
    let expected = format!("✓ person-37.example is now the active account for {}.", appview.host());
    assert!(status == 0 && screen.ends_with(&expected), "{screen}");
}

#[test]
fn the_name_of_a_registry_is_typed_in_any_width() {
    let (known, other) = (appview(), appview());
    let home = Home::new();
    home.log_in(&known, &[EVAN]);
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "b.example", "Secret": "atcr_device_1"}"#).check();
    for columns in WIDTHS {
        let mut terminal = start(&home, &["login", "--no-browser", "--configure-docker=no"], columns);
        terminal.shows("❯ ").answers("another").shows("❯ another").answers("\r").shows("Its name");
        terminal.answers(&format!("wrong\x15{}", other.host())).answers("\r");
        let answer = format!("✔ Its name, such as atcr.io · {}", other.host());
        terminal.waits_for(&answer, |screen| joined(screen).contains(&joined(&answer)));
        assert!(!terminal.text().contains("wrong"), "{columns} columns:\n{}", terminal.text());
    }
}

#[test]
fn a_countdown_is_drawn_over_itself() {
    for columns in WIDTHS {
        let (appview, home) = (appview(), Home::new());
        let mut command = home.command(*PROGRAM);
        command.args(["login", &appview.host()]).env("BROWSER", "true").env("NO_COLOR", "1");
        let mut terminal = Terminal::start_of(&command, 30, columns);
        terminal.waits_for("a few frames", |screen| unbroken(screen).contains("(9:57 left)"));
        let screen = unbroken(&terminal.text());
        assert_eq!(screen.matches("Press Enter to open").count(), 1, "{columns} columns:\n{}", terminal.text());
    }
}

#[test]
fn below_a_qr_code_the_code_is_shown_again() {
    let (appview, home) = (appview(), Home::new());
    let mut command = home.command(*PROGRAM);
    command.args(["login", &appview.host(), "--qr", "--no-browser", "--configure-docker=no"]).env("NO_COLOR", "1");
    let mut terminal = Terminal::start_of(&command, 24, 40);
    let screen = terminal.shows("Waiting for your approval").text();
    let code = screen.rsplit_once("shows this code:").unwrap().1.trim_start().lines().next().unwrap().to_owned();
    appview.approve(&code, EVAN);
    let (status, screen) = terminal.ends();
    assert!(status == 0, "{screen}");
}

/// A list of two too.
#[test]
fn a_list_says_that_it_can_be_filtered() {
    let (_appview, home) = crate::support::two_accounts();
    start(&home, &["logout"], 80).shows("type to filter").answers("\x1b");
}
