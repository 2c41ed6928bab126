//! Whether Docker, podman and their kin ask this program.

use super::client_file::{ClientFile, ClientFiles, Content};
use super::finding::{Finding, State};
use super::machine::Machine;
use crate::domain::RegistryUrl;
use crate::platform::executable::NAME;
use crate::text::display_path;

pub(super) fn findings(files: &ClientFiles, machine: &Machine, registries: &[RegistryUrl]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(file) = &files.docker {
        findings.extend(unusable("docker", file));
        let for_each = registries.iter().flat_map(|registry| docker(file, &files.containers, machine, registry));
        findings.extend(for_each);
    } else if !registries.is_empty() {
        findings.push(homeless(&registries[0].host()));
    }
    for file in &files.containers {
        findings.extend(unusable("podman", file));
        findings.extend(registries.iter().flat_map(|registry| podman(file, registry)));
    }
    if !machine.has_podman {
        // Nobody pushes with podman here.
        for finding in findings.iter_mut().filter(|finding| finding.check == "podman") {
            finding.state = if finding.state == State::Problem { State::Warning } else { finding.state };
        }
    }
    findings
}

fn unusable(check: &'static str, file: &ClientFile) -> Option<Finding> {
    let path = display_path(&file.path);
    match &file.content {
        Content::Missing | Content::Object(_) => None,
        Content::Unreadable(reason) => {
            Some(Finding::problem(check, format!("{path} can't be read: {reason}"), format!("ls -l \"{path}\"")))
        }
        Content::Broken(place) => {
            let hint = "mend it there, or move it away and run: docker-credential-atcr configure-docker";
            Some(Finding::problem(check, format!("{path} is not valid JSON ({place})"), hint))
        }
    }
}

/// As in a container whose user has no entry in /etc/passwd, and no HOME.
fn homeless(host: &str) -> Finding {
    let hint = format!("export DOCKER_CONFIG=FOLDER, then run: {NAME} configure-docker {host}");
    Finding::problem("docker", "there is no home folder, so Docker reads no file that could name this program", hint)
}

/// What Docker's own file says of one registry.
fn docker(file: &ClientFile, containers: &[ClientFile], machine: &Machine, registry: &RegistryUrl) -> Vec<Finding> {
    if matches!(file.content, Content::Unreadable(_) | Content::Broken(_)) {
        return Vec::new();
    }
    let host = registry.host();
    let problem = match (file.helper(&host), file.store()) {
        (Some(helper), _) | (None, Some(helper)) if is_us(helper, machine) => None,
        (Some(helper), _) => Some(format!("Docker asks docker-credential-{helper} for {host}")),
        (None, Some(store)) => Some(format!("Docker asks docker-credential-{store} (credsStore) for {host}")),
        (None, None) => Some(format!("Docker does not ask this program for {host}")),
    };
    let path = display_path(&file.path);
    let mut findings = vec![match problem {
        None => Finding::ok("docker", format!("Docker asks this program for {host} ({path})")),
        Some(message) => {
            let podman_does = containers.iter().any(|file| file.helper(&host).is_some_and(|it| is_us(it, machine)));
            let hint = format!("{NAME} configure-docker {host}");
            let problem = Finding::problem("docker", message, hint);
            // Where only podman is used, what Docker would do is of no importance.
            let state = if podman_does && machine.docker.is_none() { State::Warning } else { State::Problem };
            Finding { state, ..problem }
        }
    }];
    findings.extend(file.passwords(registry).into_iter().map(|key| {
        let message = format!("{path} holds a password for {key:?}, which Docker uses when this program has no answer");
        Finding::warning("docker", message, format!("{NAME} configure-docker {host}"))
    }));
    findings
}

/// What an auth.json says of one registry. Where it says nothing, Docker's file is read.
fn podman(file: &ClientFile, registry: &RegistryUrl) -> Vec<Finding> {
    let (host, path) = (registry.host(), display_path(&file.path));
    let hint = format!("{NAME} configure-docker --podman {host}");
    let mut findings = Vec::new();
    match file.helper(&host) {
        Some("atcr") => findings.push(Finding::ok("podman", format!("podman asks this program for {host} ({path})"))),
        Some(helper) => {
            let message = format!("podman asks docker-credential-{helper} for {host} ({path})");
            findings.push(Finding::problem("podman", message, hint.clone()));
        }
        None => {}
    }
    findings.extend(file.passwords(registry).into_iter().map(|key| {
        let message = format!("{path} holds a password for {key:?}, which podman uses instead of this program");
        Finding::warning("podman", message, hint.clone())
    }));
    findings
}

/// `atcr.exe` is this program of Windows, run from within WSL.
fn is_us(helper: &str, machine: &Machine) -> bool {
    helper == "atcr" || helper == "atcr.exe" && machine.is_wsl
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = r#"{"credHelpers": {"atcr.io": "atcr"}}"#;

    fn judge(docker: &str, containers: &[&str], machine: &Machine) -> Vec<(State, String)> {
        let files = ClientFiles {
            docker: Some(ClientFile::of("config.json", docker)),
            containers: containers.iter().map(|content| ClientFile::of("auth.json", content)).collect(),
        };
        let findings = findings(&files, machine, &["https://atcr.io".parse().unwrap()]);
        findings.into_iter().map(|finding| (finding.state, finding.message)).collect()
    }

    #[test]
    fn whom_docker_asks_decides() {
        let machine = Machine { docker: Some("/usr/bin/docker".into()), ..Machine::default() };
        for (content, state, message) in [
            (OURS, State::Ok, "Docker asks this program for atcr.io (config.json)"),
            (r#"{"credsStore": "atcr"}"#, State::Ok, "Docker asks this program for atcr.io (config.json)"),
            (
                r#"{"credsStore": "desktop", "credHelpers": {"atcr.io": "atcr"}}"#,
                State::Ok,
                "Docker asks this program for atcr.io (config.json)",
            ),
            ("{}", State::Problem, "Docker does not ask this program for atcr.io"),
            ("", State::Problem, "Docker does not ask this program for atcr.io"),
            (
                r#"{"credHelpers": {"atcr.io": "atcr"}} what follows"#,
                State::Ok,
                "Docker asks this program for atcr.io (config.json)",
            ),
            ("\u{feff}{}", State::Problem, "config.json is not valid JSON (it begins with a byte-order mark)"),
            (r#"{"credsStore": ""}"#, State::Problem, "Docker does not ask this program for atcr.io"),
            (
                r#"{"credsStore": "desktop"}"#,
                State::Problem,
                "Docker asks docker-credential-desktop (credsStore) for atcr.io",
            ),
            (
                r#"{"credsStore": "atcr", "credHelpers": {"atcr.io": "pass"}}"#,
                State::Problem,
                "Docker asks docker-credential-pass for atcr.io",
            ),
            (
                r#"{"credHelpers": {"atcr.io": "atcr.exe"}}"#,
                State::Problem,
                "Docker asks docker-credential-atcr.exe for atcr.io",
            ),
            ("[]", State::Problem, "config.json is not valid JSON (it is not an object)"),
            ("{\n  // mine\n}", State::Problem, "config.json is not valid JSON (line 2, column 3)"),
        ] {
            assert_eq!(judge(content, &[], &machine), [(state, message.to_owned())], "{content}");
        }
    }

    #[test]
    fn a_password_in_clear_is_seen_under_every_form_of_the_host_and_an_empty_entry_is_none() {
        for (key, entry, expected) in [
            ("atcr.io", r#"{"auth": "YTpi"}"#, 1),
            ("https://atcr.io", r#"{"auth": "YTpi"}"#, 1),
            ("https://atcr.io/v1/", r#"{"identitytoken": "t"}"#, 1),
            ("atcr.io/evan.jarrett.net", r#"{"auth": "YTpi"}"#, 1),
            ("atcr.io", "{}", 0),
            ("atcr.io", r#"{"auth": ""}"#, 0),
            ("x.atcr.io", r#"{"auth": "YTpi"}"#, 0),
            ("ghcr.io", r#"{"auth": "YTpi"}"#, 0),
        ] {
            let auths = format!("{{\"auths\": {{\"{key}\": {entry}}}}}");
            let found = judge(OURS, &[&auths], &Machine::default());
            let warnings = found.iter().filter(|(state, _)| *state == State::Warning).count();
            assert_eq!(warnings, expected, "{key}: {entry}");
            assert!(!format!("{found:?}").contains("YTpi"));
        }
    }

    #[test]
    fn what_docker_would_do_is_no_problem_where_only_podman_is_there() {
        let with_docker = Machine { docker: Some("/usr/bin/docker".into()), has_podman: true, ..Machine::default() };
        let without = Machine { has_podman: true, ..Machine::default() };
        assert_eq!(judge("{}", &[OURS], &with_docker)[0].0, State::Problem);
        assert_eq!(judge("{}", &[OURS], &without)[0].0, State::Warning);
    }

    #[test]
    fn another_helper_in_podmans_file_is_a_problem_only_where_podman_is() {
        let other = r#"{"credHelpers": {"atcr.io": "pass"}}"#;
        let with_podman = Machine { has_podman: true, ..Machine::default() };
        assert_eq!(judge(OURS, &[other], &with_podman)[1].0, State::Problem);
        assert_eq!(judge(OURS, &[other], &Machine::default())[1].0, State::Warning);
    }
}
