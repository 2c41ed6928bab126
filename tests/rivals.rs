//! Passwords in plain text that another client prefers: `doctor` and `status` name each, and what removes it.

use serde_json::Value;

use crate::support::{EVAN, Home, Run, appview};

/// helm's config.json, in each system's folder for settings.
const HELM: &str = if cfg!(windows) {
    "AppData/Roaming/helm/registry/config.json"
} else if cfg!(target_os = "macos") {
    "Library/Preferences/helm/registry/config.json"
} else {
    ".config/helm/registry/config.json"
};

const AUTHS: &str = r#"{"auths": {"HOST": {"auth": "aGlkZGVu"}}}"#;

/// What `doctor` says about a file or variable for which `set` makes a run.
fn warnings(host: &str, run: Run) -> Vec<(String, String)> {
    let (_, (_, stdout, stderr)) = run.timed();
    assert!(!format!("{stdout}{stderr}").contains("aGlkZGVu") && !stdout.contains("hidden"), "{stdout}");
    let findings: Vec<Value> = serde_json::from_str(&stdout).unwrap();
    let is_warning = |finding: &&Value| {
        let message = finding["message"].as_str().unwrap();
        message.contains("password") && finding["state"] == "warning"
    };
    let text = |value: &Value| value.as_str().unwrap().replace(host, "HOST");
    findings.iter().filter(is_warning).map(|one| (text(&one["message"]), text(&one["command"]))).collect()
}

fn doctor(home: &Home) -> Run {
    home.run(&["doctor", "--json"])
}

#[test]
fn each_file_that_wins_is_a_warning_with_its_command() {
    let appview = appview();
    let host = appview.host();
    for (file, content, words, command) in [
        (HELM, AUTHS, "that helm uses instead", "helm registry logout HOST"),
        (
            HELM,
            r#"{"auths": {"http://HOST/v2/": {"identitytoken": "hidden"}}}"#,
            "that helm uses instead",
            "helm registry logout HOST",
        ),
        (
            ".regctl/config.json",
            r#"{"hosts": {"HOST": {"tls": "disabled", "user": "evan", "pass": "hidden"}}}"#,
            "that regctl uses instead",
            "regctl registry logout HOST",
        ),
    ] {
        let home = Home::new();
        home.log_in(&appview, &[EVAN]);
        home.configure_docker(&host);
        home.write(file, content.replace("HOST", &host));
        let [(message, fix)] = &warnings(&host, doctor(&home))[..] else { panic!("{file}") };
        assert!(message.contains(words) && message.contains("HOST"), "{message}");
        assert_eq!(fix, command);
        let status = home.run(&["status"]).any_stdout().check().stdout.replace(&host, "HOST");
        assert!(status.contains(words) && status.contains(&format!("      run: {command}\n")), "{status}");
    }
}

#[test]
fn the_variables_of_helm_and_docker_count() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    home.log_in(&appview, &[EVAN]);
    home.configure_docker(&host);
    home.write("elsewhere.json", AUTHS.replace("HOST", &host));
    let run = doctor(&home).env("HELM_REGISTRY_CONFIG", home.path("elsewhere.json"));
    assert_eq!(warnings(&host, run)[0].1, "helm registry logout HOST");
    let run = doctor(&home).env("DOCKER_AUTH_CONFIG", AUTHS.replace("HOST", &host));
    let expected = "DOCKER_AUTH_CONFIG contains a password for HOST that Docker (from 28.3 on) uses instead";
    assert_eq!(warnings(&host, run), [(expected.to_owned(), "unset DOCKER_AUTH_CONFIG".to_owned())]);
}

#[test]
fn what_is_for_others_or_broken_is_no_warning() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    home.log_in(&appview, &[EVAN]);
    home.configure_docker(&host);
    for content in ["", "{", "[]", "\u{0}", r#"{"auths": {"ghcr.io": {"auth": "x"}}}"#, r#"{"auths": {"HOST": {}}}"#] {
        let content = content.replace("HOST", &host);
        home.write(HELM, &content);
        home.write(".regctl/config.json", &content);
        assert!(warnings(&host, doctor(&home)).is_empty(), "{content}");
    }
    for content in ["{", "[]", "x", r#"{"auths": {"ghcr.io": {"auth": "x"}}}"#] {
        assert!(warnings(&host, doctor(&home).env("DOCKER_AUTH_CONFIG", content)).is_empty(), "{content}");
    }
}

#[test]
fn a_login_of_nerdctl_is_removed_by_nerdctl() {
    for key in ["atcr.io:443", "https://atcr.io:443", "http://atcr.io:443/"] {
        let home = Home::new();
        home.write_device_json(
            r#"{"version": 2, "registries": {"https://atcr.io": {"accounts": {"a.example": {"device_secret": "s"}}}}}"#,
        );
        let auths = AUTHS.replace("HOST", key);
        home.write(".docker/config.json", auths.replacen('{', r#"{"credHelpers": {"atcr.io": "atcr"}, "#, 1));
        let status = home.run(&["status", "--offline"]).any_stdout().check().stdout;
        assert!(status.contains("that nerdctl uses instead"), "{key}: {status}");
        assert!(status.contains("      run: nerdctl logout atcr.io\n"), "{key}: {status}");
    }
}
