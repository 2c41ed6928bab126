//! Whether Docker and podman use this program.

use super::finding::Finding;
use super::machine::Machine;
use crate::app::App;
use crate::commands::account_helper;
use crate::docker::config::{self, Client, ConfigEditor, ConfiguredHelper, CredentialHelpers, FormatError};
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::terminal::Mark;
use crate::text::display_path;

/// A message and what to do about it.
type Problem = (String, Hint);

type States = Result<Vec<config::State>, config::Error>;

/// What the config files of clients say about these registries, and about everything that they name a helper for one account
/// for.
#[derive(Debug)]
pub(super) struct ClientFiles {
    docker: States,
    /// What can't be edited, because a key is there twice, is what Docker asks this program by.
    is_duplicate_harmless: bool,
    podman: Vec<States>,
    /// What podman uses besides its files, or instead of them.
    helpers: Option<CredentialHelpers>,
    /// What keeps podman from reading Docker's file.
    dockers_for_podman: Option<Problem>,
    /// The same of its own.
    podmans: Vec<Problem>,
    registries_conf: Option<Problem>,
}

impl ClientFiles {
    pub(super) fn read(environment: &Environment, hosts: &[String]) -> Self {
        let (docker, podman) = (ConfigEditor::docker(environment), ConfigEditor::podman(environment));
        let dockers_for_podman = docker.as_ref().ok().and_then(ConfigEditor::podman_problem);
        let docker = states(docker, hosts);
        let is_duplicate = docker.as_ref().is_err_and(is_duplicate);
        Self {
            dockers_for_podman,
            podmans: podman.iter().flatten().filter_map(ConfigEditor::podman_problem).collect(),
            registries_conf: config::unreadable_registries_conf(environment),
            is_duplicate_harmless: is_duplicate && config::is_used_all_the_same(environment, hosts),
            docker,
            podman: podman.into_iter().map(|file| states(file, hosts)).collect(),
            helpers: config::credential_helpers(environment),
        }
    }
}

fn states(file: Result<ConfigEditor, config::Error>, hosts: &[String]) -> States {
    let file = file?;
    let of_one_account = file.one_account_hosts()?;
    let others = of_one_account.iter().filter(|host| !hosts.contains(host));
    hosts.iter().chain(others).map(|host| file.state(host)).collect()
}

pub(super) fn findings(files: &ClientFiles, machine: &Machine, hosts: &[String]) -> Vec<Finding> {
    let podman = if reads_files(files) { &*files.podman } else { &[] };
    let asks_for_all = files.helpers.as_ref().is_some_and(CredentialHelpers::has_ours);
    let podman_uses_atcr = |host: &str| {
        asks_for_all || podman.iter().flatten().flatten().any(|state| state.host == host && state.uses_atcr())
    };
    let mut findings = Vec::new();
    match &files.docker {
        // As in a container whose user has no entry in /etc/passwd. It does not matter without an account.
        Err(config::Error::NoHome) if hosts.is_empty() => {}
        Err(error) => {
            let mark = if files.is_duplicate_harmless { Mark::Warning } else { Mark::Bad };
            findings.push(unusable("docker", error, mark));
        }
        Ok(states) => {
            for state in states {
                // Where only podman is used, it does not matter which helper Docker would use.
                let is_unused = machine.docker.is_none() && podman_uses_atcr(&state.host) && !state.has_byte_order_mark;
                findings.extend(registry(state, if is_unused { Mark::Warning } else { Mark::Bad }));
            }
        }
    }
    if let Some((message, fix)) = &files.dockers_for_podman {
        findings.push(Finding::warning("podman", message.clone(), fix.clone()));
    }
    // Without podman its files do not matter.
    let mark = if machine.has_podman { Mark::Bad } else { Mark::Warning };
    findings.extend(files.helpers.iter().flat_map(|helpers| of_credential_helpers(helpers, mark)));
    let of_podman = files.podmans.iter().filter(|_| reads_files(files)).chain(&files.registries_conf);
    findings.extend(of_podman.map(|(message, fix)| Finding::new("podman", mark, message.clone(), fix.clone())));
    for file in podman {
        match file {
            Err(error) => findings.push(unusable("podman", error, mark)),
            Ok(states) => findings.extend(states.iter().flat_map(|state| registry(state, mark))),
        }
    }
    findings
}

fn reads_files(files: &ClientFiles) -> bool {
    files.helpers.as_ref().is_none_or(CredentialHelpers::has_files)
}

/// Where podman does not ask as its auth.json says.
fn of_credential_helpers(helpers: &CredentialHelpers, mark: Mark) -> Vec<Finding> {
    let mut findings = Vec::new();
    if helpers.has_ours() {
        let file = display_path(&helpers.file);
        findings
            .push(Finding::ok("podman", format!("podman uses docker-credential-atcr (credential-helpers in {file})")));
    }
    findings.extend(helpers.problem().map(|(message, fix)| Finding::new("podman", mark, message, fix)));
    findings.extend(helpers.warning().map(|(message, fix)| Finding::warning("podman", message, fix)));
    findings
}

/// Other files and variables from which a client takes a password instead.
pub(super) fn rivals(environment: &Environment, hosts: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for host in hosts {
        for rival in config::rivals(environment, host) {
            findings.push(Finding::warning("rival", rival.warning(host), rival.fix(host)));
        }
    }
    findings
}

/// Helpers for one account that have none, or can't be run.
pub(super) fn account_helpers(files: &ClientFiles, machine: &Machine, app: &App) -> Vec<Finding> {
    let of_podman = if machine.has_podman { Mark::Bad } else { Mark::Warning };
    let marked = files.podman.iter().map(|file| (file, of_podman));
    let mut findings: Vec<Finding> = Vec::new();
    for (file, mark) in [(&files.docker, Mark::Bad)].into_iter().chain(marked) {
        for (message, hint) in file.iter().flatten().flat_map(|state| account_helper::problems(state, app)) {
            // One program may be named for several repositories.
            if findings.iter().all(|finding| finding.message != message) {
                findings.push(Finding::new("helper", mark, message, hint));
            }
        }
    }
    findings
}

/// Files that anybody can write to. Their content has to be looked at before they are closed, as that of device.json.
pub(super) fn exposures(environment: &Environment) -> Vec<Finding> {
    let exposures = config::exposures(environment).into_iter();
    exposures.map(|(client, message, hint)| Finding::warning(check(client), message, hint)).collect()
}

/// Registries of others, at which no push could log in.
pub(super) fn strangers(environment: &Environment) -> Vec<Finding> {
    let strangers = config::strangers(environment).into_iter();
    strangers.map(|(client, message, hint)| Finding::warning(check(client), message, hint)).collect()
}

fn check(client: Client) -> &'static str {
    match client {
        Client::Docker => "docker",
        Client::Podman => "podman",
    }
}

fn unusable(check: &'static str, error: &config::Error, mark: Mark) -> Finding {
    Finding::new(check, mark, error.to_string(), error.hint())
}

fn is_duplicate(error: &config::Error) -> bool {
    matches!(error, config::Error::Broken { error: FormatError::DuplicateKey { .. }, .. })
}

/// What a file says about one registry. `mark` is that of a file or helper that can't be used.
fn registry(state: &config::State, mark: Mark) -> Vec<Finding> {
    let check = check(state.client);
    let mut findings = Vec::new();
    // Where an auth.json names no helper, podman reads Docker's file.
    let has_helper = state.client == Client::Docker || state.helper != ConfiguredHelper::None;
    if has_helper && !state.has_byte_order_mark {
        let message = format!("{} ({})", state.usage(), display_path(&state.file));
        findings.push(if state.uses_atcr() {
            Finding::ok(check, message)
        } else {
            Finding::new(check, mark, message, Hint::run(state.configure_command()))
        });
    }
    if let Some(message) = state.warning() {
        let mark = if state.has_byte_order_mark { mark } else { Mark::Warning };
        findings.push(Finding::new(check, mark, message, state.fix()));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = r#"{"credHelpers": {"atcr.io": "atcr"}}"#;

    fn findings_of(docker: &str, podman: &[&str], machine: &Machine) -> Vec<(Mark, String)> {
        let hosts = ["atcr.io".to_owned()];
        let of = |client, path, content| states(ConfigEditor::of(client, path, content), &hosts);
        let podman = podman.iter().map(|content| of(Client::Podman, "auth.json", content));
        let files = ClientFiles {
            docker: of(Client::Docker, "config.json", docker),
            podman: podman.collect(),
            helpers: None,
            dockers_for_podman: None,
            podmans: Vec::new(),
            registries_conf: None,
            is_duplicate_harmless: false,
        };
        let findings = findings(&files, machine, &hosts);
        findings.into_iter().map(|finding| (finding.mark, finding.message)).collect()
    }

    #[test]
    fn the_helper_that_docker_uses_decides() {
        let machine = Machine { docker: Some("/usr/bin/docker".into()), ..Machine::default() };
        let ours = "Docker uses docker-credential-atcr for atcr.io (config.json)";
        let none = "Docker does not use docker-credential-atcr for atcr.io (config.json)";
        for (content, mark, message) in [
            (OURS, Mark::Good, ours),
            (r#"{"credsStore": "atcr"}"#, Mark::Good, ours),
            (r#"{"credsStore": "desktop", "credHelpers": {"atcr.io": "atcr"}}"#, Mark::Good, ours),
            ("{}", Mark::Bad, none),
            ("", Mark::Bad, none),
            (r#"{"credHelpers": {"atcr.io": "atcr"}} what follows"#, Mark::Good, ours),
            ("\u{feff}{}", Mark::Bad, "config.json starts with a UTF-8 byte order mark, which Docker can't parse"),
            (r#"{"credsStore": ""}"#, Mark::Bad, none),
            (
                r#"{"credsStore": "desktop"}"#,
                Mark::Bad,
                "Docker uses docker-credential-desktop (credsStore) for atcr.io (config.json)",
            ),
            (
                r#"{"credsStore": "atcr", "credHelpers": {"atcr.io": "pass"}}"#,
                Mark::Bad,
                "Docker uses docker-credential-pass for atcr.io (config.json)",
            ),
            (r#"{"credHelpers": {"atcr.io": ""}}"#, Mark::Bad, "Docker uses no helper for atcr.io (config.json)"),
            ("[]", Mark::Bad, "config.json: the file is not a JSON object (line 1)"),
            ("{\n  // mine\n}", Mark::Bad, "config.json: invalid JSON: key must be a string at line 2 column 3"),
        ] {
            assert_eq!(findings_of(content, &[], &machine), [(mark, message.to_owned())], "{content}");
        }
    }

    #[test]
    fn a_password_in_either_file_is_a_warning_that_does_not_show_it() {
        let auths = r#"{"auths": {"atcr.io": {"auth": "YTpi"}, "https://atcr.io/v1/": {"password": "YTpi"}}}"#;
        let expected = |file: &str, client: &str| {
            let keys = r#"(auths: "atcr.io", "https://atcr.io/v1/")"#;
            format!("{file} contains a plain-text password for atcr.io that {client} may use instead {keys}")
        };
        let of_podman = findings_of(OURS, &[auths], &Machine::default());
        assert_eq!(of_podman[1..], [(Mark::Warning, expected("auth.json", "podman"))]);
        let of_docker = findings_of(auths, &[], &Machine::default());
        assert_eq!(of_docker[1..], [(Mark::Warning, expected("config.json", "Docker"))]);
    }

    #[test]
    fn a_helper_of_a_client_that_is_not_there_is_a_warning() {
        let with_docker = Machine { docker: Some("/usr/bin/docker".into()), has_podman: true, ..Machine::default() };
        let only_podman = Machine { has_podman: true, ..Machine::default() };
        assert_eq!(findings_of("{}", &[OURS], &with_docker)[0].0, Mark::Bad);
        assert_eq!(findings_of("{}", &[OURS], &only_podman)[0].0, Mark::Warning);
        let other = r#"{"credHelpers": {"atcr.io": "pass"}}"#;
        assert_eq!(findings_of(OURS, &[other], &only_podman)[1].0, Mark::Bad);
        assert_eq!(findings_of(OURS, &[other], &Machine::default())[1].0, Mark::Warning);
    }
}
