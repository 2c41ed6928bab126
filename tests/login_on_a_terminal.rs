//! `login`, `logout` and `switch` on a terminal, with keys.

use std::fs;

use crate::support::terminal::Terminal;
use crate::support::{AppView, EVAN, Home, MICHELLE, PROGRAM, appview, two_accounts, two_accounts_none_active};

const ARROW_DOWN: &str = "\x1b[B";
const ESCAPE: &str = "\x1b";
const CONTROL_C: &str = "\x03";
const CONTROL_D: &str = "\x04";

fn on_a_terminal(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
    let mut command = home.command(*PROGRAM);
    command.args(arguments).envs(variables.iter().copied());
    if arguments[0] == "login" {
        // Tested in `docker_is_configured_on_enter_and_not_on_no`.
        command.arg("--configure-docker=no");
    }
    Terminal::start(&command)
}

/// A browser that records its arguments.
fn browser(home: &Home) -> String {
    home.write("browser", "printf '%s\\n' \"$#\" \"$@\" > opened.part && mv opened.part opened\n");
    "sh browser %s".to_owned()
}

fn opened(home: &Home) -> String {
    let path = home.path("opened");
    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while !path.exists() {
        assert!(std::time::Instant::now() < end, "no browser was opened");
        std::thread::yield_now();
    }
    fs::read_to_string(path).unwrap()
}

/// The code that the screen shows.
fn code(terminal: &mut Terminal) -> String {
    let screen = terminal.shows("for your approval").text();
    screen.split_once("shows this code: ").unwrap().1.lines().next().unwrap().to_owned()
}

#[test]
fn enter_opens_the_browser_for_the_approval() {
    let (appview, home) = (appview(), Home::new());
    let browser = browser(&home);
    let mut terminal = on_a_terminal(&home, &["login", &appview.host()], &[("BROWSER", &browser)]);
    let code = code(&mut terminal);
    terminal.shows("Press Enter to open your browser; waiting for your approval (9:5");
    assert!(!home.path("opened").exists());
    terminal.answers("\r").shows("Waiting for your approval in the browser (9:5");
    let url = format!("{}/device?user_code={code}", appview.url());
    assert_eq!(opened(&home), format!("1\n{url}\n"));
    assert!(appview.approve(&code, EVAN));
    let (status, screen) = terminal.ends();
    let host = appview.host();
    let expected = format!(
        "Approve the login at:                {url}\n\
         Or type the code at:                 {}/device\n\
         Check that the page shows this code: {code}\n\
         ✓ Logged in to {host} as {EVAN}.\n",
        appview.url()
    );
    assert!(status == 0 && screen.starts_with(&expected), "{screen}");
}

#[test]
fn docker_is_configured_on_enter_and_not_on_no() {
    let appview = appview();
    let host = appview.host();
    appview.approve_devices_as(EVAN);
    for (keys, line, is_set_up) in [
        ("\r", format!("✓ Docker now uses docker-credential-atcr for {host}"), true),
        ("n", format!("  docker-credential-atcr configure-docker {host}"), false),
    ] {
        let home = Home::new();
        let mut command = home.command(*PROGRAM);
        command.args(["login", &host, "--no-browser"]);
        let mut terminal = Terminal::start(&command);
        terminal
            .shows(&format!("Use docker-credential-atcr for {host} in Docker (and podman, buildah, skopeo)? (y/n)"))
            .answers(keys);
        let (status, screen) = terminal.ends();
        assert!(status == 0 && screen.contains(&line), "{screen}");
        let config = fs::read_to_string(home.path(".docker/config.json")).unwrap_or_default();
        assert_eq!(config.contains(&format!("\"{host}\": \"atcr\"")), is_set_up, "{config}");
    }
}

#[test]
fn an_approval_elsewhere_needs_no_enter_and_no_browser() {
    let (appview, home) = (appview(), Home::new());
    let browser = browser(&home);
    let mut terminal = on_a_terminal(&home, &["login", &appview.host()], &[("BROWSER", &browser)]);
    let code = code(terminal.shows("Press Enter").answers("typed in vain"));
    appview.approve(&code, EVAN);
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("✓ Logged in") && !screen.contains("vain"), "{screen}");
    assert!(!home.path("opened").exists());
}

#[test]
fn a_browser_that_does_not_start_is_only_a_warning() {
    let (appview, home) = (appview(), Home::new());
    let mut terminal = on_a_terminal(&home, &["login", &appview.host()], &[("BROWSER", "no-such-browser")]);
    let code = code(&mut terminal);
    terminal.answers("\r").shows("! Could not open a browser (").shows("address yourself.");
    appview.approve(&code, EVAN);
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("✓ Logged in"), "{screen}");
}

#[test]
fn over_ssh_or_without_a_browser_only_the_url_is_shown() {
    let (appview, home) = (appview(), Home::new());
    let browser = browser(&home);
    let (host, over_ssh) = (appview.host(), [("SSH_CONNECTION", "1"), ("DISPLAY", ":0")]);
    let cases = [(&["login", &host][..], &over_ssh[..]), (&["login", &host, "--no-browser"], &[("BROWSER", &browser)])];
    for (arguments, variables) in cases {
        let mut terminal = on_a_terminal(&home, arguments, variables);
        let code = code(terminal.shows("Waiting for your approval in the browser (9:5"));
        assert!(!terminal.text().contains("Enter"));
        appview.approve(&code, EVAN);
        assert_eq!(terminal.ends().0, 0);
    }
    assert!(!home.path("opened").exists());
}

#[test]
fn control_c_while_waiting_exits_with_130_and_leaves_nothing() {
    for browser in ["BROWSER", "UNUSED"] {
        let (appview, home) = (appview(), Home::new());
        let mut terminal = on_a_terminal(&home, &["login", &appview.host()], &[(browser, "sh browser")]);
        terminal.shows("aiting for your approval").types(CONTROL_C);
        let (status, screen) = terminal.ends();
        assert_eq!(status, 130, "{screen}");
        assert!(!screen.contains("waiting"), "{screen}");
        assert!(!home.path(".atcr").exists() && !home.path("opened").exists());
    }
}

/// On a machine that is slow to change terminal modes and slower to exit.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn control_c_during_setup_leaves_the_terminal_as_it_was() {
    let (appview, home) = three_accounts();
    if !crate::support::can_trace() {
        return;
    }
    let slowly = ["-e", "inject=ioctl:delay_enter=5ms", "-e", "inject=exit_group:delay_enter=60ms"];
    let host = appview.host();
    for (shown, arguments) in [
        ("aiting for your approval", &["login", &*host][..]),
        ("Device secret", &["login", &host, "--with-token", "--handle", EVAN]),
        ("Which account", &["switch"]),
        ("Log out", &["logout", "--all"]),
    ] {
        let mut command = home.command("strace");
        command
            .args(["-f", "-qq", "-o", "/dev/null"])
            .args(slowly)
            .arg(home.command(*PROGRAM).get_program())
            .args(arguments)
            .env("BROWSER", "false");
        let mut terminal = Terminal::start(&command);
        terminal.shows(shown).types(CONTROL_C);
        let (status, screen) = terminal.ends();
        assert_eq!(status, 130, "{arguments:?}, {screen}");
    }
}

/// The system stops a background process that changes the terminal.
#[test]
fn a_login_in_the_background_of_a_shell_completes() {
    let (appview, home) = (appview(), Home::new());
    let mut shell = home.command("sh");
    shell.args([
        "-c",
        "set -m; \"$0\" login --no-browser --configure-docker=no \"$1\" & wait $!",
        *PROGRAM,
        &appview.host(),
    ]);
    let mut terminal = Terminal::start(&shell);
    let code = code(&mut terminal);
    terminal.shows("Waiting for your approval");
    appview.approve(&code, EVAN);
    terminal.shows("✓ Logged in");
    let (status, screen) = terminal.ends();
    assert_eq!(status, 0, "{screen}");
}

fn two_registries(appview: &AppView) -> Home {
    let home = Home::new();
    home.log_in(appview, &[EVAN]);
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "b.example", "Secret": "atcr_device_1"}"#).check();
    home
}

#[test]
fn with_several_registries_login_prompts_for_one() {
    let appview = appview();
    let (home, host) = (two_registries(&appview), appview.host());
    appview.approve_devices_as(MICHELLE);
    let mut terminal = on_a_terminal(&home, &["login", "--no-browser"], &[("NO_COLOR", "1")]);
    let question = terminal.shows("another registry").text();
    assert_eq!(
        question,
        format!(
            "? Which registry do you want to log in to? › type to filter\n❯ {host}\n  buoy.cr\n  atcr.io\n  another registry"
        )
    );
    terminal.answers("\r");
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains(&format!("✓ Logged in to {host} as {MICHELLE}.")), "{screen}");
}

#[test]
fn login_prompts_for_the_name_of_another_registry() {
    let (known, other) = (appview(), appview());
    let home = two_registries(&known);
    other.approve_devices_as(EVAN);
    let mut terminal = on_a_terminal(&home, &["login", "--no-browser"], &[]);
    terminal
        .shows("another registry")
        .answers(ARROW_DOWN)
        .shows("❯ buoy.cr")
        .answers(ARROW_DOWN)
        .shows("❯ atcr.io")
        .answers(ARROW_DOWN)
        .shows("❯ another")
        .answers("\r")
        .shows("Its name");
    terminal.answers(&other.host()).shows(&other.host()).answers("\r");
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains(&format!("✓ Logged in to {} as {EVAN}.", other.host())), "{screen}");
}

#[test]
fn the_prompt_for_a_device_secret_does_not_echo() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    let arguments = ["login", &host, "--with-token", "--handle", EVAN];
    let mut terminal = on_a_terminal(&home, &arguments, &[]);
    // Enter on an empty line, a line deleted (Ctrl-U), a key deleted.
    terminal.shows("Device secret").answers("\rwrong\x15").types(&format!("{secret}x\x7f")).types("\r");
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("✓ Logged in") && !screen.contains(&secret), "{screen}");
    assert_eq!(home.secret(&appview, EVAN), secret);
    for key in [CONTROL_C, CONTROL_D] {
        let mut terminal = on_a_terminal(&home, &arguments, &[]);
        terminal.shows("Device secret").answers(key);
        assert_eq!(terminal.ends().0, 130);
    }
}

#[test]
fn switch_lists_three_accounts_and_marks_the_active_one() {
    let (appview, home) = three_accounts();
    let host = appview.host();
    let mut terminal = on_a_terminal(&home, &["switch"], &[("NO_COLOR", "1")]);
    let question = terminal.shows(MICHELLE).text();
    let expected = format!(
        "? Which account should be active for {host}? › type to filter\n  {EVAN}\n  c.example\n❯ {MICHELLE} (active)"
    );
    assert_eq!(question, expected);
    terminal.answers(ARROW_DOWN).shows("❯ evan").answers(ARROW_DOWN).shows("❯ c.example").answers("\r");
    let (status, screen) = terminal.ends();
    let expected = format!(
        "✔ Which account should be active for {host}? · c.example\n✓ c.example is now the active account for {host}."
    );
    assert_eq!((status, screen), (0, expected));
    home.verb("get", &*host).stdout(home.credential(&appview, "c.example", &host)).check();
}

#[test]
fn a_cancelled_prompt_exits_with_130_and_changes_nothing() {
    let (_appview, home) = three_accounts();
    let before = home.device_json();
    for arguments in [&["switch"][..], &["logout"], &["logout", "--all"]] {
        for key in [ESCAPE, CONTROL_C, CONTROL_D] {
            for colour in ["NO_COLOR", "COLORTERM"] {
                let mut terminal = on_a_terminal(&home, arguments, &[(colour, "1")]);
                terminal.shows("?").answers(key);
                let (status, screen) = terminal.ends();
                assert_eq!(status, 130, "{arguments:?} {key:?} {screen}");
                assert_eq!(home.device_json(), before);
            }
        }
    }
}

fn three_accounts() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    appview.person("c.example", "did:plc:c");
    home.log_in(&appview, &[EVAN, "c.example", MICHELLE]);
    (appview, home)
}

#[test]
fn switch_lists_two_accounts_if_none_is_active() {
    let (appview, home) = two_accounts_none_active();
    let mut terminal = on_a_terminal(&home, &["switch"], &[]);
    terminal.shows(EVAN).shows(MICHELLE).answers(ARROW_DOWN).shows(&format!("❯ {MICHELLE}")).answers("\r");
    let (status, screen) = terminal.ends();
    let expected = format!("✓ {MICHELLE} is now the active account for {}.", appview.host());
    assert!(status == 0 && screen.contains(&expected), "{screen}");
}

#[test]
fn logout_lists_the_accounts_of_every_registry() {
    let appview = appview();
    let (home, host) = (two_registries(&appview), appview.host());
    let mut terminal = on_a_terminal(&home, &["logout"], &[("NO_COLOR", "1")]);
    let question = terminal.shows("b.example").text();
    let expected = format!(
        "? Which account do you want to log out of? › type to filter\n❯ {EVAN} at {host} (active)\n  b.example at buoy.cr (active)"
    );
    assert_eq!(question, expected);
    terminal.answers(ARROW_DOWN).shows("❯ b.example").answers("\r");
    let (status, screen) = terminal.ends();
    assert!(
        status == 0
            && screen.ends_with(
                "✓ Logged out of buoy.cr as b.example.\nhttps://buoy.cr still lists this device; you can revoke it there."
            ),
        "{screen}"
    );
}

#[test]
fn logout_all_prompts_for_confirmation() {
    let appview = appview();
    let (home, host) = (two_registries(&appview), appview.host());
    let before = home.device_json();
    let mut terminal = on_a_terminal(&home, &["logout", "--all"], &[("NO_COLOR", "1")]);
    let question = terminal.shows("(y/n)").text();
    assert_eq!(question, format!("{EVAN} at {host}\nb.example at buoy.cr\n? Log out of these 2 accounts? (y/n) › no"));
    terminal.answers("\r");
    assert_eq!((terminal.ends().0, home.device_json()), (130, before));
    let mut terminal = on_a_terminal(&home, &["logout", "--all"], &[]);
    terminal.shows("2 accounts?").answers("y");
    let (status, screen) = terminal.ends();
    assert!(
        status == 0 && screen.ends_with("\nhttps://buoy.cr still lists this device; you can revoke it there."),
        "{screen}"
    );
}

/// The prompt's read returns at once, and must not end the process before what watches the signals does.
#[test]
#[cfg(target_os = "linux")]
fn a_signal_at_a_prompt_ends_with_its_own_exit_code() {
    use rustix::process::Signal;
    let (_appview, home) = crate::support::two_accounts();
    let before = home.device_json();
    for round in 0..30 {
        let (signal, code) =
            [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)][round % 4];
        let mut terminal = on_a_terminal(&home, &["logout", "--all"], &[]);
        terminal.shows("Log out of these 2 accounts? (y/n)");
        terminal.signal(signal);
        assert_eq!(terminal.ends().0, code);
    }
    assert_eq!(home.device_json(), before);
}

/// The prompt's read fails or ends before the signal comes, which a shell passes on.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_is_closed_at_a_prompt_ends_with_129() {
    let (_appview, home) = crate::support::two_accounts();
    let before = home.device_json();
    let prompts = [(&["logout"][..], "Which account"), (&["logout", "--all"], "2 accounts?")];
    for round in 0..30 {
        let (arguments, question) = prompts[round / 2 % 2];
        let kind = ["xterm", "dumb"][round % 2];
        let mut terminal = on_a_terminal(&home, arguments, &[("TERM", kind)]);
        terminal.shows(question);
        assert_eq!(terminal.closes(), Some(129), "{arguments:?} on {kind}, round {round}");
    }
    assert_eq!(home.device_json(), before);
}
