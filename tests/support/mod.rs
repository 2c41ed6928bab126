//! What the tests need: a stand-in AppView, answers written by hand, a home folder, and runs of the real program.

use std::sync::LazyLock;
use std::time::Duration;

#[allow(dead_code, reason = "not every platform has the tests that need it")]
pub mod answers;
pub mod appview;
#[allow(dead_code, reason = "not every platform has the tests that need it")]
mod chance;
#[cfg(unix)]
#[allow(dead_code, reason = "not every platform has the tests that need it")]
pub mod evans_home;
pub mod executable;
mod home;
pub mod minisign;
mod run;
#[cfg(unix)]
pub mod terminal;

pub use answers::{Answer, Answers};
pub use appview::AppView;
#[allow(unused_imports, reason = "not every platform has the tests that need it")]
pub use chance::{Chance, rounds, tried};
pub use home::{Home, PROGRAM, Registry, example, program};
#[allow(unused_imports, reason = "not every platform has the tests that need it")]
pub use home::{IS_RELEASED, store_does};
pub use run::{Run, start};

/// Added to time limits.
pub static SLACK: LazyLock<Duration> = LazyLock::new(|| Duration::from_secs(if *home::IS_EMULATED { 40 } else { 0 }));

/// The two people of the tests.
pub const EVAN: &str = "evan.jarrett.net";
pub const MICHELLE: &str = "michelle.jarrett.net";

/// An AppView that knows both people.
pub fn appview() -> AppView {
    with_both(AppView::start())
}

/// The same over https.
pub fn https_appview() -> AppView {
    with_both(AppView::start_https())
}

fn with_both(appview: AppView) -> AppView {
    appview.person(EVAN, "did:plc:evan");
    appview.person(MICHELLE, "did:plc:michelle");
    appview
}

impl Registry for AppView {
    fn url(&self) -> String {
        self.url()
    }

    fn device_secret(&self, handle: &str) -> String {
        self.device_secret(handle)
    }
}

/// A home in which Evan is logged in to this registry.
pub fn home_of_evan(registry: &impl Registry) -> Home {
    let home = Home::new();
    home.log_in(registry, &[EVAN]);
    home
}

/// What `get` prints for this account when it is asked for `server`.
pub fn credential(server: &str, handle: &str, secret: &str) -> String {
    format!("{{\"ServerURL\":\"{server}\",\"Username\":\"{handle}\",\"Secret\":\"{secret}\"}}\n")
}

/// An AppView and a home in which Evan is logged in to it.
pub fn one_account() -> (AppView, Home) {
    let appview = appview();
    let home = home_of_evan(&appview);
    (appview, home)
}

/// The same with a registry that gives this answer to every credential check.
pub fn one_account_and(answer: Answer) -> (Answers, Home) {
    let registry = Answers::to_checks(answer);
    let home = home_of_evan(&registry);
    (registry, home)
}

/// An AppView and a home in which both people are logged in to it, Michelle being the active one.
pub fn two_accounts() -> (AppView, Home) {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN, MICHELLE]);
    (appview, home)
}

/// The same, with Docker configured.
pub fn two_accounts_in_docker() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    home.configure_docker(&appview.host());
    (appview, home)
}

/// Both people logged in, with no active account.
pub fn two_accounts_none_active() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    let content = home.device_json();
    home.write_device_json(content.replace(&format!("\"active\": \"{MICHELLE}\""), "\"active\": \"\""));
    (appview, home)
}

/// Whether strace can follow a program here; says so if not.
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

/// Reports on the real stderr, past the test harness, that a test was skipped. In CI that is a failure.
#[cfg(unix)]
pub fn skip(reason: &str) {
    use std::io::Write;
    assert!(std::env::var_os("ATCR_TESTS_SKIP_NOTHING").is_none(), "{reason}");
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}
