//! Whether Docker and podman use this program.

use super::finding::{Finding, State};
use super::machine::Machine;
use crate::docker::config::{self, Client, ConfigEditor, ConfiguredHelper};
use crate::error::Hint;

/// The config files of clients, as they could be read.
#[derive(Debug)]
pub(super) struct ClientFiles {
    pub(super) docker: Result<ConfigEditor, config::Error>,
    pub(super) podman: Vec<Result<ConfigEditor, config::Error>>,
}

pub(super) fn findings(files: ClientFiles, machine: &Machine, hosts: &[String]) -> Vec<Finding> {
    let podman: Vec<_> = files.podman.into_iter().map(|file| states(file, hosts)).collect();
    let mut findings = match states(files.docker, hosts) {
        // As in a container whose user has no entry in /etc/passwd. It matters to nobody without an account.
        Err(config::Error::NoHome) if hosts.is_empty() => Vec::new(),
        Err(error) => vec![unusable("docker", &error)],
        Ok(states) => states.iter().flat_map(|state| docker(state, &podman, machine)).collect(),
    };
    for file in &podman {
        findings.extend(match file {
            Err(error) => vec![unusable("podman", error)],
            Ok(states) => states.iter().flat_map(self::podman).collect(),
        });
    }
    if !machine.has_podman {
        // Nobody pushes with podman here.
        for finding in &mut findings {
            if finding.check == "podman" && finding.state == State::Problem {
                finding.state = State::Warning;
            }
        }
    }
    findings
}

fn states(file: Result<ConfigEditor, config::Error>, hosts: &[String]) -> Result<Vec<config::State>, config::Error> {
    let file = file?;
    hosts.iter().map(|host| file.state(host)).collect()
}

fn unusable(check: &'static str, error: &config::Error) -> Finding {
    Finding::problem(check, error.to_string(), error.hint())
}

/// What Docker's file says about one registry.
fn docker(
    state: &config::State,
    podman: &[Result<Vec<config::State>, config::Error>],
    machine: &Machine,
) -> Vec<Finding> {
    if state.has_byte_order_mark {
        return warning(State::Problem, state).into_iter().collect();
    }
    let mut findings = vec![usage(state)];
    let podman_does = podman.iter().flatten().flatten().any(|of| of.host == state.host && of.uses_atcr());
    // Where only podman is used, it does not matter what Docker would do.
    if podman_does && machine.docker.is_none() && findings[0].state == State::Problem {
        findings[0].state = State::Warning;
    }
    findings.extend(warning(State::Warning, state));
    findings
}

/// What an auth.json says about one registry. Where it says nothing, podman reads Docker's file.
fn podman(state: &config::State) -> Vec<Finding> {
    if state.has_byte_order_mark {
        return warning(State::Problem, state).into_iter().collect();
    }
    let usage = (state.helper != ConfiguredHelper::None).then(|| usage(state));
    usage.into_iter().chain(warning(State::Warning, state)).collect()
}

fn usage(state: &config::State) -> Finding {
    let message = format!("{} ({})", state.usage(), crate::text::display_path(&state.file));
    if state.uses_atcr() {
        return Finding::ok(check(state), message);
    }
    Finding::problem(check(state), message, Hint::run(state.configure_command()))
}

fn warning(severity: State, state: &config::State) -> Option<Finding> {
    Some(Finding { state: severity, ..Finding::problem(check(state), state.warning()?, state.fix()) })
}

fn check(state: &config::State) -> &'static str {
    match state.client {
        Client::Docker => "docker",
        Client::Podman => "podman",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = r#"{"credHelpers": {"atcr.io": "atcr"}}"#;

    fn judge(docker: &str, podman: &[&str], machine: &Machine) -> Vec<(State, String)> {
        let podman = podman.iter().map(|content| ConfigEditor::of(Client::Podman, "auth.json", content));
        let files =
            ClientFiles { docker: ConfigEditor::of(Client::Docker, "config.json", docker), podman: podman.collect() };
        let findings = findings(files, machine, &["atcr.io".to_owned()]);
        findings.into_iter().map(|finding| (finding.state, finding.message)).collect()
    }

    #[test]
    fn the_helper_that_docker_uses_decides() {
        let machine = Machine { docker: Some("/usr/bin/docker".into()), ..Machine::default() };
        let ours = "Docker uses docker-credential-atcr for atcr.io (config.json)";
        let none = "Docker does not use docker-credential-atcr for atcr.io (config.json)";
        for (content, state, message) in [
            (OURS, State::Ok, ours),
            (r#"{"credsStore": "atcr"}"#, State::Ok, ours),
            (r#"{"credsStore": "desktop", "credHelpers": {"atcr.io": "atcr"}}"#, State::Ok, ours),
            ("{}", State::Problem, none),
            ("", State::Problem, none),
            (r#"{"credHelpers": {"atcr.io": "atcr"}} what follows"#, State::Ok, ours),
            ("\u{feff}{}", State::Problem, "config.json starts with a UTF-8 byte order mark, which Docker can't parse"),
            (r#"{"credsStore": ""}"#, State::Problem, none),
            (
                r#"{"credsStore": "desktop"}"#,
                State::Problem,
                "Docker uses docker-credential-desktop (credsStore) for atcr.io (config.json)",
            ),
            (
                r#"{"credsStore": "atcr", "credHelpers": {"atcr.io": "pass"}}"#,
                State::Problem,
                "Docker uses docker-credential-pass for atcr.io (config.json)",
            ),
            (r#"{"credHelpers": {"atcr.io": ""}}"#, State::Problem, "Docker uses no helper for atcr.io (config.json)"),
            ("[]", State::Problem, "config.json: the file is not a JSON object (line 1)"),
            ("{\n  // mine\n}", State::Problem, "config.json: invalid JSON: key must be a string at line 2 column 3"),
        ] {
            assert_eq!(judge(content, &[], &machine), [(state, message.to_owned())], "{content}");
        }
    }

    #[test]
    fn a_password_in_either_file_is_a_warning_that_does_not_show_it() {
        let auths = r#"{"auths": {"atcr.io": {"auth": "YTpi"}, "https://atcr.io/v1/": {"password": "YTpi"}}}"#;
        let expected = |file: &str, client: &str| {
            let keys = r#"(auths: "atcr.io", "https://atcr.io/v1/")"#;
            format!("{file} contains a plain-text password for atcr.io that {client} may use instead {keys}")
        };
        let of_podman = judge(OURS, &[auths], &Machine::default());
        assert_eq!(of_podman[1..], [(State::Warning, expected("auth.json", "podman"))]);
        let of_docker = judge(auths, &[], &Machine::default());
        assert_eq!(of_docker[1..], [(State::Warning, expected("config.json", "Docker"))]);
    }

    #[test]
    fn what_docker_uses_is_no_problem_where_only_podman_is_there() {
        let with_docker = Machine { docker: Some("/usr/bin/docker".into()), has_podman: true, ..Machine::default() };
        let without = Machine { has_podman: true, ..Machine::default() };
        assert_eq!(judge("{}", &[OURS], &with_docker)[0].0, State::Problem);
        assert_eq!(judge("{}", &[OURS], &without)[0].0, State::Warning);
    }

    #[test]
    fn another_helper_of_podman_is_a_problem_only_where_podman_is() {
        let other = r#"{"credHelpers": {"atcr.io": "pass"}}"#;
        let with_podman = Machine { has_podman: true, ..Machine::default() };
        assert_eq!(judge(OURS, &[other], &with_podman)[1].0, State::Problem);
        assert_eq!(judge(OURS, &[other], &Machine::default())[1].0, State::Warning);
    }
}
