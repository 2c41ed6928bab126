//! The picture at the top of the README: a real session on a terminal, with docker and its engine.
//!
//! `ATCR_DRAW=1 cargo test --test cli picture` draws it anew. The stand-in's address is shown as atcr.io.

use std::env;
use std::fs;
use std::path::Path;

use super::client::EMPTY_TAR;
use super::{engine, svg};
use crate::support::terminal::Terminal;
use crate::support::{EVAN, Home, MICHELLE, Run, appview};

/// Wide enough for the path of the test's home, which is longer than what is shown for it.
const ROWS: u16 = 50;
const COLUMNS: u16 = 110;

/// As long as real ones.
const DIDS: [(&str, &str); 2] =
    [(EVAN, "did:plc:7iza6de2dwap2sbkpav7c6c6"), (MICHELLE, "did:plc:ewvi7nxzyoun6zhxrhs64oiz")];

const TITLE: &str = "Two people log in, each push an image, and check the status of their accounts";

#[test]
fn the_session_in_the_readme_works_as_shown() {
    let Some((_, engine)) = engine::with_each_docker().into_iter().next() else { return };
    let (appview, home) = (appview(), Home::new());
    for (handle, did) in DIDS {
        appview.person(handle, did);
    }
    let images = [EVAN, MICHELLE].map(|owner| format!("{}/{owner}/app:1", appview.host()));
    for image in &images {
        let mut import = home.command("docker");
        import.args(["import", "-", image]).env("DOCKER_HOST", engine.host());
        Run::new(import).stdin(EMPTY_TAR).stdout_has(&["sha256:"]).check();
    }
    let mut shell = home.command("sh");
    shell.arg("-i").env("PS1", "$ ").env("DOCKER_HOST", engine.host()).env("ATCR_REGISTRY", appview.host());
    // As on a desktop.
    shell.env("BROWSER", "true").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus");
    let mut terminal = Terminal::start_of(&shell, ROWS, COLUMNS);
    prompts(&mut terminal, 1).types("docker-credential-atcr login\r").shows("Press Enter to open");
    // It goes with the approval, and a picture has no time.
    let waiting = svg::Frame::of_line_with(terminal.screen(), "Press Enter to open");
    appview.approve_devices_as(EVAN);
    terminal.answers("\r").shows("(y/n)").answers("\r").shows("now uses");
    appview.approve_devices_as(MICHELLE);
    prompts(&mut terminal, 2).types("docker-credential-atcr login --no-browser\r");
    terminal.shows("is now the active account");
    prompts(&mut terminal, 3).types(&format!("docker push {}\r", images[0])).shows("digest: ");
    prompts(&mut terminal, 4).types(&format!("docker push {}\r", images[1]));
    prompts(&mut terminal, 5).types("docker-credential-atcr status\r").shows("Docker uses docker-credential-atcr for ");
    prompts(&mut terminal, 6);
    for (owner, repository) in [(EVAN, "evan.jarrett.net/app"), (MICHELLE, "michelle.jarrett.net/app")] {
        assert_eq!(appview.pushed(repository, "1").unwrap().by, owner);
    }
    let host = appview.host();
    let home = home.path("").to_string_lossy().trim_end_matches('/').to_owned();
    let shown = |text: &str| {
        let text = text.replace(&format!("http://{host}"), "https://atcr.io").replace(&host, "atcr.io");
        text.replace(&home, "/home/evan")
    };
    for (theme, file) in [(svg::LIGHT, "session.svg"), (svg::DARK, "session-dark.svg")] {
        let picture = svg::draw(terminal.screen(), &waiting, &theme, TITLE, shown);
        assert!(!picture.contains("127.0.0.1"), "{picture}");
        if env::var_os("ATCR_DRAW").is_some() {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github").join(file), picture).unwrap();
        }
    }
}

/// Waits until the shell has prompted so many times: what runs before has ended.
fn prompts(terminal: &mut Terminal, times: usize) -> &mut Terminal {
    let is_ready =
        |text: &str| text.lines().filter(|line| line.starts_with('$')).count() == times && text.ends_with('$');
    terminal.waits_for("the prompt", is_ready)
}
