//! `update` on a terminal.

use std::time::Duration;

use super::{DOWNLOAD, Installed, NEWEST, file, newest, tar_gz};
use crate::support::Answer;
use crate::support::terminal::Terminal;

#[test]
fn a_terminal_asks_for_confirmation_and_shows_the_progress() {
    let installed = Installed::new();
    let archive = tar_gz(&[(&file(), &newest())]);
    installed.offer("a.tar.gz", &archive);
    let update = installed.command(&["update"]);
    for (keys, status) in [("n", 130), ("\x03", 130), ("\x1b", 130)] {
        let mut terminal = Terminal::start(&update);
        terminal.shows(&format!("Update to {NEWEST}? (y/n)")).answers(keys);
        assert_eq!(terminal.ends().0, status);
        assert!(installed.is_as_it_was() && installed.folder() == [file()]);
    }
    let late = Answer::body(200, "application/gzip", archive).after(Duration::from_millis(200));
    installed.appview.next(DOWNLOAD, [late]);
    let mut terminal = Terminal::start(&update);
    terminal.shows("(y/n)").answers("\r").shows(&format!("Downloading {NEWEST}"));
    let (status, screen) = terminal.ends();
    assert!(status == 0 && screen.contains("✓ Updated ") && !screen.contains("Downloading"), "{screen}");
    assert_eq!(installed.version(), NEWEST);
}

#[test]
fn control_c_during_the_download_keeps_the_old_version() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", b"");
    installed.appview.next(DOWNLOAD, [Answer::never()]);
    let mut terminal = Terminal::start(&installed.command(&["update", "--yes"]));
    terminal.shows(&format!("Downloading {NEWEST}")).types("\x03");
    assert_eq!(terminal.ends().0, 130);
    assert!(installed.is_as_it_was());
    installed.version();
    assert_eq!(installed.folder(), [file()]);
}
