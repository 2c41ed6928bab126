//! Files with thousands of entries.

use std::time::{Duration, Instant};

use super::{CONFIG, configure, home, text};
use crate::support::SLACK;

/// Proportional to the entries it is a second or two, also where the program is not optimised; were it proportional to their
/// square, minutes.
const LIMIT: Duration = Duration::from_secs(30);

/// This many passwords for one registry, as podman keeps one for each repository.
fn passwords(count: usize, members: &str) -> String {
    let entries: Vec<String> = (0..count).map(|at| format!("\n\t\t\"https://atcr.io/{at}\": {{{members}}}")).collect();
    format!("{{\n\t\"auths\": {{{}\n\t}}\n}}\n", entries.join(","))
}

#[test]
fn thousands_of_passwords_are_no_work() {
    let before = passwords(4000, r#""auth": "YTpi", "email": "e", "identitytoken": "t""#);
    let home = home(&before);
    let started = Instant::now();
    configure(&home, &["atcr.io", "--yes"]);
    assert!(!text(&home, CONFIG).contains("YTpi"));
    configure(&home, &["atcr.io", "--remove"]);
    assert_eq!(text(&home, CONFIG), before);
    configure(&home, &["atcr.io", "--yes"]);
    home.write(CONFIG, text(&home, CONFIG).replacen('{', "{\n\t\"x\": 1,", 1));
    configure(&home, &["atcr.io", "--remove"]);
    let restored = text(&home, CONFIG);
    assert_eq!((restored.matches("YTpi").count(), restored.matches("identitytoken").count()), (4000, 4000));
    assert!(started.elapsed() < LIMIT + *SLACK, "{:?}", started.elapsed());
}

#[test]
fn a_dry_run_of_thousands_of_changes_is_no_work() {
    for members in [r#""auth": "YTpi""#, "\n\t\t\t\"auth\": \"YTpi\",\n\t\t\t\"email\": \"e\"\n\t\t"] {
        let home = home(passwords(16_000, members));
        let started = Instant::now();
        let run = home.run(&["configure-docker", "atcr.io", "--yes", "--dry-run"]).any_end().check();
        assert_eq!((run.stdout.matches("\n-").count(), run.stdout.contains("YTpi")), (16_000, false));
        assert!(!run.stdout.contains("email"), "what stays is not shown");
        assert!(started.elapsed() < LIMIT + *SLACK, "{:?}", started.elapsed());
    }
}

#[test]
fn thousands_of_secrets_in_one_entry_are_no_work() {
    let home = home(format!("{{\"auths\": {{\"atcr.io\": {{{}\"x\": 1}}}}}}", r#""auth": "YTpi", "#.repeat(8000)));
    let started = Instant::now();
    configure(&home, &["atcr.io", "--yes"]);
    home.write(CONFIG, text(&home, CONFIG).replacen('{', "{\"x\": 1, ", 1));
    configure(&home, &["atcr.io", "--remove"]);
    assert_eq!(text(&home, CONFIG), r#"{"x": 1, "auths": {"atcr.io": {"x": 1, "auth": "YTpi"}}}"#);
    assert!(started.elapsed() < LIMIT + *SLACK, "{:?}", started.elapsed());
}
