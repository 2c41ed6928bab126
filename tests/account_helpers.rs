//! `docker-credential-atcr-HANDLE` in a config file: `doctor`, `status` and `login` say whose it is, and what keeps it from
//! working.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::support::{AppView, EVAN, Home, MICHELLE, PROGRAM, Run, two_accounts};

/// Two accounts, this config.json, and the program under these names on PATH.
fn home(entries: impl Fn(&str) -> Value, names: &[&str]) -> (AppView, Home) {
    let (appview, home) = two_accounts();
    home.write(".docker/config.json", json!({"credHelpers": entries(&appview.host())}).to_string());
    fs::create_dir(home.path("bin")).unwrap();
    for name in ["atcr"].iter().chain(names) {
        symlink(*PROGRAM, home.path(&format!("bin/docker-credential-{name}"))).unwrap();
    }
    (appview, home)
}

fn run(home: &Home, arguments: &[&str]) -> Run {
    home.run(arguments).env("PATH", home.path("bin"))
}

/// What `doctor` finds about Docker and its helpers: check, state, message and command.
fn findings(home: &Home) -> Vec<(String, String, String, String)> {
    let (_, (_, stdout, _)) = run(home, &["doctor", "--json"]).timed();
    let findings: Vec<Value> = serde_json::from_str(&stdout).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for finding in findings.iter().filter(|finding| finding["check"] == "docker" || finding["check"] == "helper") {
        let field = |key| text(finding, key);
        found.push((field("check"), field("state"), field("message"), field("command")));
    }
    found
}

fn found(check: &str, state: &str, message: &str, command: &str) -> (String, String, String, String) {
    (check.to_owned(), state.to_owned(), message.to_owned(), command.to_owned())
}

#[test]
fn doctor_knows_a_registry_of_one_account() {
    let (appview, home) = home(|host| json!({host: format!("atcr-{EVAN}")}), &[&format!("atcr-{EVAN}")]);
    let config = home.path(".docker/config.json");
    let uses = format!("Docker uses docker-credential-atcr-{EVAN} for {} ({})", appview.host(), config.display());
    assert_eq!(findings(&home), [found("docker", "ok", &uses, "")]);
    run(&home, &["doctor"]).stdout_has(&["No problems found."]).check();
}

#[test]
fn doctor_knows_a_repository_of_one_account() {
    let (appview, home) = home(
        |host| json!({host: "atcr", format!("{host}/{EVAN}/app"): format!("atcr-{EVAN}")}),
        &[&format!("atcr-{EVAN}")],
    );
    let (host, config) = (appview.host(), home.path(".docker/config.json"));
    let config = config.display();
    assert_eq!(
        findings(&home),
        [
            found("docker", "ok", &format!("Docker uses docker-credential-atcr for {host} ({config})"), ""),
            found(
                "docker",
                "ok",
                &format!(
                    "crane (like cosign, kaniko and ko) uses docker-credential-atcr-{EVAN} for {host}/{EVAN}/app ({config})"
                ),
                ""
            ),
        ]
    );
}

#[test]
fn doctor_names_the_login_of_a_missing_account() {
    let (appview, home) =
        home(|host| json!({host: "atcr", format!("{host}/c.example/app"): "atcr-c.example"}), &["atcr-c.example"]);
    let host = appview.host();
    let message = format!(
        "docker-credential-atcr-c.example is for c.example alone, which is not logged in to {host} (logged in: {EVAN}, {MICHELLE})"
    );
    let problem =
        found("helper", "problem", &message, &format!("docker-credential-atcr login {host} --account c.example"));
    assert_eq!(findings(&home)[2..], [problem]);
    run(&home, &["doctor"]).status(1).any_stdout().stderr("error: one problem would make a push fail\n").check();
}

#[test]
fn doctor_names_an_entry_of_a_registry_without_accounts() {
    let (_appview, home) = home(|_| json!({"atcr.io/c.example/app": "atcr-c.example"}), &["atcr-c.example"]);
    let message = "docker-credential-atcr-c.example is for c.example alone, which is not logged in to atcr.io";
    let problem = found("helper", "problem", message, "docker-credential-atcr login atcr.io --account c.example");
    assert!(findings(&home).contains(&problem), "{:?}", findings(&home));
}

#[test]
fn doctor_names_the_link_of_a_missing_program() {
    let repository = |host: &str, name: &str| format!("{host}/{EVAN}/{name}");
    let name = format!("atcr-{EVAN}");
    let (appview, home) =
        home(|host| json!({host: "atcr", repository(host, "a"): name, repository(host, "b"): name}), &[]);
    let program = format!("docker-credential-{name}");
    let link = home.path("bin").join(&program);
    let fix = format!("ln -s {} {}", home.path("bin/docker-credential-atcr").display(), link.display());
    let message = format!("{program} is not on PATH, so Docker can't run it");
    // Once, though two repositories need it.
    assert_eq!(findings(&home)[3..], [found("helper", "problem", &message, &fix)]);
    let fixed = home.command("sh").args(["-c", &fix]).status().unwrap();
    assert!(fixed.success());
    assert_eq!(findings(&home).len(), 3);
    let mut get = home.command(link);
    get.arg("get");
    let answer = home.credential(&appview, EVAN, &appview.host());
    Run::new(get).stdin(appview.host()).stdout(answer).check();
}

#[test]
fn doctor_names_another_program_in_its_place() {
    let (_appview, home) = home(|host| json!({host: "atcr-c.example"}), &[]);
    let path = home.path("bin/docker-credential-atcr-c.example");
    symlink("/bin/true", &path).unwrap();
    let path = path.display();
    let message = format!("{path} is not docker-credential-atcr");
    assert!(findings(&home).contains(&found("helper", "problem", &message, &format!("mv -n {path} {path}.old"))));
}

#[test]
fn a_variable_answers_for_a_missing_account() {
    let (appview, home) = home(|host| json!({host: "atcr-c.example"}), &["atcr-c.example"]);
    run(&home, &["doctor"])
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", appview.device_secret(EVAN))
        .env("ATCR_REGISTRY", appview.host())
        .stdout_has(&["No problems found."])
        .check();
}

#[test]
fn status_says_which_account_docker_uses() {
    let name = format!("atcr-{EVAN}");
    let (appview, home) = home(|host| json!({host: name}), &[&name]);
    run(&home, &["status"])
        .stdout_has(&[&format!("  ✓ Docker uses docker-credential-{name} for {}\n", appview.host())])
        .check();
    let docker = |home: &Home| {
        let (_, (_, stdout, _)) = run(home, &["status", "--json"]).timed();
        serde_json::from_str::<Value>(&stdout).unwrap()["registries"][0]["docker"].clone()
    };
    assert_eq!(docker(&home), json!({"configured": true, "on_path": true}));
    fs::remove_file(home.path(&format!("bin/docker-credential-{name}"))).unwrap();
    let problem = format!("docker-credential-{name} is not on PATH, so Docker can't run it");
    assert_eq!(docker(&home), json!({"configured": true, "on_path": false, "problem": problem}));
    let fix = format!("      run: ln -s {}", home.path("bin/docker-credential-atcr").display());
    let seen =
        run(&home, &["status"]).stdout_has(&[&format!("  ! {}\n{fix}", problem.replace(" it", "\n    it"))]).check();
    assert!(!seen.stdout.contains("✓ Docker"), "{}", seen.stdout);
    home.write(".docker/config.json", json!({"credHelpers": {appview.host(): "atcr-c.example"}}).to_string());
    run(&home, &["status"])
        .stdout_has(&["  ! docker-credential-atcr-c.example is for c.example alone, which is"])
        .check();
}

#[test]
fn login_asks_nothing_where_docker_uses_one_account() {
    for (who, is_warned) in [(EVAN, false), (MICHELLE, true)] {
        let name = format!("atcr-{EVAN}");
        let (appview, home) = home(|host| json!({host: name}), &[&name]);
        let (host, config) = (appview.host(), fs::read(home.path(".docker/config.json")).unwrap());
        appview.approve_devices_as(who);
        let seen = run(&home, &["login", &host, "--no-browser"]).any_stderr().check();
        let warning = format!(
            "! docker-credential-{name}, which Docker is configured to use for {host}, is for {EVAN} alone.
  run: docker-credential-atcr configure-docker --remove {host}\n"
        );
        assert_eq!(seen.stderr.contains(&warning), is_warned, "{}", seen.stderr);
        assert!(!seen.stderr.contains("have Docker use it"), "{}", seen.stderr);
        assert_eq!(fs::read(home.path(".docker/config.json")).unwrap(), config);
    }
}
