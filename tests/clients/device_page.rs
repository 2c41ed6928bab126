//! A login that a person approves on the page of the device, in a real browser.

use super::chromium::{self, Chromium};
use crate::support::terminal::Terminal;
use crate::support::{AppView, EVAN, Home, PROGRAM, appview};

const APPROVE: &str = "button[value=approve]";
const DENY: &str = "button[value=deny]";

/// A login on a terminal, at the question whether to open the browser, and the code that it shows.
fn login(appview: &AppView, home: &Home) -> Option<(Terminal, String)> {
    let browser = chromium::launcher(home, &chromium::installed()?);
    let mut command = home.command(*PROGRAM);
    command.args(["login", &appview.host(), "--configure-docker=no"]).env("BROWSER", browser);
    let mut terminal = Terminal::start(&command);
    let screen = terminal.shows("Press Enter to open your browser").text();
    let code = screen.split_once("shows this code: ").unwrap().1.lines().next().unwrap().to_owned();
    Some((terminal, code))
}

#[test]
fn a_person_approves_a_login_in_a_real_browser() {
    let (appview, home) = (appview(), Home::new());
    appview.sign_in(EVAN);
    let Some((mut terminal, code)) = login(&appview, &home) else { return };
    terminal.answers("\r");
    let (mut browser, url) = Chromium::opened(&home);
    assert_eq!(url, format!("{}/device?user_code={code}", appview.url()));
    browser.shows(&format!("Signed in as {EVAN}.")).shows(&code).presses(APPROVE).shows("The device is approved.");
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains(&format!("✓ Logged in to {} as {EVAN}.", appview.host())), "{screen}");
    home.verb("get", appview.host()).stdout(home.credential(&appview, EVAN, &appview.host())).check();
}

#[test]
fn a_person_types_the_code_and_denies_the_login() {
    let (appview, home) = (appview(), Home::new());
    appview.sign_in(EVAN);
    let Some((mut terminal, code)) = login(&appview, &home) else { return };
    terminal.answers("\r");
    let (mut browser, _) = Chromium::opened(&home);
    browser.shows(&code).goes_to(&format!("{}/device", appview.url())).shows("Continue");
    browser.presses("input").types(&code).presses("button").shows(&code).presses(DENY).shows("The device is denied.");
    let (status, screen) = terminal.ends();
    assert!(status == 1 && screen.contains("error: the login was denied in the browser"), "{screen}");
    assert!(!home.path(".atcr/device.json").exists());
}
