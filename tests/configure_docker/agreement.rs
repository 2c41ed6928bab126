//! `status`, `doctor`, `configure-docker` and `login` say the same about a file, and the fix that `doctor` names works.

use serde_json::Value;

use super::{CONFIG, files, read};
use crate::support::{AppView, EVAN, Home, appview};

/// Beside the files of tests/configs: other helpers, and secrets under every key that Docker reads.
const MORE: [&str; 16] = [
    r#"{"credHelpers": {"atcr.io": "atcr-evan.jarrett.net"}}"#,
    r#"{"credsStore": "atcr-michelle.jarrett.net"}"#,
    r#"{"credHelpers": {"atcr.io": "atcr"}} // Docker does not read this"#,
    r#"{"credHelpers": {"atcr.io": "atcr.exe"}}"#,
    r#"{"credHelpers": {"atcr.io": "pass"}}"#,
    r#"{"credHelpers": {"atcr.io": ""}}"#,
    r#"{"credsStore": "atcr"}"#,
    r#"{"credsStore": "atcr", "credHelpers": {"atcr.io": "pass"}}"#,
    r#"{"CREDHELPERS": {"atcr.io": "atcr"}, "CredsStore": "desktop"}"#,
    r#"{"credhelpers": {"ATCR.IO": "atcr"}}"#,
    r#"{"credHelpers": {"atcr.io": "atcr"}, "CredHelpers": {"atcr.io": "pass"}}"#,
    r#"{"auths": {"atcr.io": {"registrytoken": "t", "password": "p"}}, "credHelpers": {"atcr.io": "atcr"}}"#,
    r#"{"auths": {"https://atcr.io/v1/": {"identitytoken": "t"}}}"#,
    r#"{"AUTHS": {"atcr.io": {"Auth": "YTpi", "auth": "YTpi"}}} {}"#,
    r#"{"auths": {"atcr.io:443": {"auth": "YTpi"}, "atcr.io": {"auth": ""}}}"#,
    r#"{"auths": {"atcr.io": "text"}}"#,
];

/// What a command says about the file.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    is_unusable: bool,
    uses_atcr: bool,
    has_password: bool,
}

/// A home with Evan logged in and this config.json, in which the host is that of `appview`.
fn home(appview: &AppView, content: &[u8]) -> Home {
    let home = Home::new();
    home.log_in(appview, &[EVAN]);
    let content = match str::from_utf8(content) {
        Ok(text) => text.replace("atcr.io", &appview.host()).into_bytes(),
        Err(_) => content.to_owned(),
    };
    home.write(CONFIG, content);
    home
}

/// Exit code, stdout and stderr.
fn run(home: &Home, arguments: &[&str]) -> (i32, String, String) {
    home.run(arguments).timed().1
}

fn is_unusable(message: &str) -> bool {
    ["byte order mark", "JSON", "UTF-", "duplicate"].iter().any(|reason| message.contains(reason))
}

fn status(home: &Home) -> Answer {
    let (_, stdout, _) = run(home, &["status", "--json"]);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let docker = &report["registries"][0]["docker"];
    let problem = docker["problem"].as_str().unwrap_or_default();
    Answer {
        is_unusable: is_unusable(problem),
        uses_atcr: docker["configured"].as_bool().unwrap(),
        has_password: problem.contains("password"),
    }
}

/// The findings about Docker's file.
fn findings(home: &Home) -> Vec<Value> {
    let (_, stdout, _) = run(home, &["doctor", "--json"]);
    let findings: Vec<Value> = serde_json::from_str(&stdout).unwrap();
    findings.into_iter().filter(|finding| finding["check"] == "docker").collect()
}

fn doctor(home: &Home) -> Answer {
    let findings = findings(home);
    let messages: Vec<&str> = findings.iter().map(|finding| finding["message"].as_str().unwrap()).collect();
    Answer {
        is_unusable: messages.iter().any(|message| is_unusable(message)),
        uses_atcr: findings.iter().any(|finding| finding["state"] == "ok"),
        has_password: messages.iter().any(|message| message.contains("password")),
    }
}

fn configure_docker(home: &Home, host: &str) -> Answer {
    let (code, diff, stderr) = run(home, &["configure-docker", host, "--dry-run"]);
    let is_unusable = is_unusable(&stderr);
    Answer {
        is_unusable,
        uses_atcr: code == 0 && diff.is_empty() && !is_unusable && !stderr.contains("still"),
        has_password: stderr.contains("password"),
    }
}

/// Logging in changes nothing where Docker uses the program already.
fn login(home: &Home, appview: &AppView) -> Answer {
    let before = read(home, CONFIG);
    appview.approve_devices_as(EVAN);
    let (code, _, stderr) = run(home, &["login", &appview.host(), "--configure-docker=yes", "--no-browser"]);
    let is_unusable = is_unusable(&stderr);
    Answer {
        is_unusable,
        uses_atcr: code == 0 && read(home, CONFIG) == before && !is_unusable && !stderr.contains("Docker uses"),
        has_password: stderr.contains("password"),
    }
}

fn agree(contents: impl IntoIterator<Item = (String, Vec<u8>)>) {
    let appview = appview();
    for (name, content) in contents {
        let home = home(&appview, &content);
        let expected = doctor(&home);
        assert_eq!(status(&home), expected, "status and doctor: {name}");
        assert_eq!(configure_docker(&home, &appview.host()), expected, "configure-docker and doctor: {name}");
        fixes(&home, &name);
        let home = self::home(&appview, &content);
        assert_eq!(login(&home, &appview), expected, "login and doctor: {name}");
    }
}

fn command(finding: &Value) -> &str {
    finding["command"].as_str().unwrap_or_default()
}

/// Runs what `doctor` names, if it is `configure-docker`: then it has nothing more to say.
fn fixes(home: &Home, name: &str) {
    for finding in findings(home) {
        let Some(command) = finding["command"].as_str() else { continue };
        let Some(arguments) = command.strip_prefix("docker-credential-atcr configure-docker") else { continue };
        let arguments: Vec<&str> = ["configure-docker"].into_iter().chain(arguments.split_whitespace()).collect();
        let (code, _, stderr) = run(home, &arguments);
        assert_eq!(code, 0, "{name}: {command}: {stderr}");
    }
    for finding in findings(home) {
        assert!(
            finding["state"] == "ok" || !command(&finding).starts_with("docker-credential-atcr"),
            "{name}: {finding}"
        );
    }
}

#[test]
fn all_commands_agree_about_files_to_edit() {
    agree(files("before"));
}

#[test]
fn all_commands_agree_about_edited_files() {
    agree(files("after"));
}

#[test]
fn all_commands_agree_about_refused_files() {
    agree(files("refused"));
}

#[test]
fn all_commands_agree_about_helpers_and_secrets() {
    agree(MORE.iter().map(|content| ((*content).to_owned(), content.as_bytes().to_owned())));
}
