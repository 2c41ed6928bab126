//! What the tests stand on: a stand-in AppView, a home of their own, the real program, and what stands above it.

use std::time::Duration;

pub mod appview;
#[allow(dead_code, reason = "not every platform has the tests that need it")]
mod chance;
pub mod executable;
mod home;
mod run;
#[cfg(unix)]
pub mod terminal;

pub use appview::{Answer, AppView};
#[allow(unused_imports, reason = "not every platform has the tests that need it")]
pub use chance::{Chance, rounds, tried};
pub use home::{Home, PROGRAM, example};
pub use run::{Run, start};

/// What an emulated machine may take longer than the program waits: where Windows and arm64 are tested, wine and qemu
/// take seconds to start a process while others run. What the program does is seen there, its pace elsewhere.
pub const SLACK: Duration =
    Duration::from_secs(if cfg!(any(windows, all(target_arch = "aarch64", target_env = "musl"))) { 40 } else { 0 });

/// The two people of the rewrite plan.
pub const EVAN: &str = "evan.jarrett.net";
pub const MICHELLE: &str = "michelle.jarrett.net";

/// An AppView that knows both people.
pub fn appview() -> AppView {
    let appview = AppView::start();
    introduce(&appview);
    appview
}

/// The same over https.
pub fn https_appview() -> AppView {
    let appview = AppView::start_https();
    introduce(&appview);
    appview
}

fn introduce(appview: &AppView) {
    appview.person(EVAN, "did:plc:evan");
    appview.person(MICHELLE, "did:plc:michelle");
}

/// An AppView and a home in which both people are logged in to it, Michelle being the active one.
pub fn two_accounts() -> (AppView, Home) {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN, MICHELLE]);
    (appview, home)
}

/// The same, with nobody active.
pub fn two_accounts_none_active() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    let content = home.device_json();
    home.write_device_json(content.replace(&format!("\"active\": \"{MICHELLE}\""), "\"active\": \"\""));
    (appview, home)
}

/// Whether strace can follow a program here. Where it can't, that is said.
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "not every platform has the tests that need it")]
pub fn can_trace() -> bool {
    let traced = Home::new().command("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    let can = traced.is_ok_and(|output| output.status.success());
    if !can {
        skip("what needs every call of the system: no strace, or it may not trace");
    }
    can
}

/// Says on the real stderr, past the test harness, that a test could not do its work here. In CI that is a failure.
#[cfg(unix)]
pub fn skip(reason: &str) {
    use std::io::Write;
    assert!(std::env::var_os("ATCR_TESTS_SKIP_NOTHING").is_none(), "{reason}");
    drop(writeln!(std::io::stderr(), "skipped: {reason}"));
}
