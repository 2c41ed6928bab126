//! Registries of others that Docker's files name the program for.

use serde_json::Value;

#[cfg(unix)]
use crate::support::Home;
use crate::support::two_accounts_in_docker;

const CONFIG: &str = ".docker/config.json";
const AUTH: &str = "run/containers/auth.json";

#[test]
fn doctor_and_status_name_what_removes_them() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    home.write(CONFIG, format!(r#"{{"credHelpers": {{"{host}": "atcr", "ghcr.io": "atcr", "quay.io": "pass"}}}}"#));
    let message = "uses docker-credential-atcr for ghcr.io, which is not an ATCR registry (";
    let fix = "    run: docker-credential-atcr configure-docker --remove ghcr.io";
    for command in ["doctor", "status"] {
        let seen = home.run(&[command]).any_end().check().stdout;
        assert!(seen.contains(&format!("! Docker {message}")) && seen.contains(&format!("{fix}\n")), "{seen}");
        assert!(!seen.contains("quay.io"), "{seen}");
    }
    let report: Value = serde_json::from_str(&home.run(&["status", "--json"]).any_end().check().stdout).unwrap();
    assert!(report["warnings"][0]["message"].as_str().unwrap().contains(message), "{report}");
    home.run(&["configure-docker", "--remove", "ghcr.io"]).any_stderr().check();
    let seen = home.run(&["doctor"]).any_end().check().stdout;
    assert!(!seen.contains("ghcr.io"), "{seen}");
    home.write(AUTH, r#"{"credHelpers": {"ghcr.io": "atcr"}}"#);
    let seen = home.run(&["doctor"]).any_end().check().stdout;
    assert!(seen.contains(&format!("! podman {message}")) && seen.contains(&format!("{fix} --podman\n")), "{seen}");
}

#[test]
#[cfg(unix)]
fn on_a_terminal_it_is_asked_first_and_no_is_the_default() {
    use crate::support::PROGRAM;
    use crate::support::terminal::Terminal;

    for (answer, expected) in [("\r", 130), ("n", 130), ("y", 0)] {
        let home = Home::new();
        let mut command = home.command(*PROGRAM);
        command.args(["configure-docker", "quay.io"]);
        let mut terminal = Terminal::start(&command);
        terminal.shows("(y/n)").answers(answer);
        let (status, screen) = terminal.ends();
        assert!(status == expected, "{answer:?} {status} {screen}");
        assert_eq!(home.path(CONFIG).exists(), expected == 0, "{answer:?} {screen}");
    }
    let home = Home::new();
    let mut command = home.command(*PROGRAM);
    command.args(["configure-docker", "quay.io", "--yes"]);
    let (status, screen) = Terminal::start(&command).ends();
    assert!(status == 0 && home.path(CONFIG).exists() && !screen.contains("(y/n)"), "{screen}");
}
