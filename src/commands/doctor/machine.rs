//! Installations in which Docker can't run this program, or this program can't find the accounts.

use std::path::{Path, PathBuf};

use super::engine;
use super::finding::{Finding, Fix};
use crate::commands::path_lookup::{self, DockersHelper};
use crate::commands::program_place::link_place;
use crate::docker::config::dangerous_to_docker;
use crate::error::Hint;
use crate::platform::environment::{Environment, sudo};
use crate::platform::executable::{NAME, PathLookup, find, look_up};
use crate::platform::fs::is_in_folder_of;
use crate::platform::wsl::is_wsl;
use crate::text::display_path;

#[derive(Debug, Clone, Default)]
pub(super) struct Machine {
    /// The docker that a shell would run.
    pub(super) docker: Option<PathBuf>,
    /// Whether one of podman, buildah and skopeo is there.
    pub(super) has_podman: bool,
    pub(super) is_wsl: bool,
    pub(super) sudo_user: Option<String>,
    pub(super) sudo_user_id: Option<u32>,
}

impl Machine {
    pub(super) fn of(environment: &Environment) -> Self {
        let find = |name| find(name, environment.search_path().as_deref());
        let is_wsl = is_wsl();
        Self {
            // WSL lists Windows' docker under its full name.
            docker: find("docker").or_else(|| if is_wsl { find("docker.exe") } else { None }),
            has_podman: ["podman", "buildah", "skopeo"].into_iter().any(|name| find(name).is_some()),
            is_wsl,
            sudo_user: environment.sudo_user(),
            sudo_user_id: sudo::user_id(),
        }
    }
}

/// Whether Docker finds this program.
pub(super) fn program(environment: &Environment) -> Finding {
    const CHECK: &str = "program";
    let lookup = look_up(environment.search_path().as_deref());
    let fix = || path_lookup::fix(&lookup, environment);
    match DockersHelper::of(&lookup) {
        DockersHelper::This(path) => Finding::ok(CHECK, format!("{NAME} is on PATH: {}", display_path(&path))),
        DockersHelper::Other(problem) => Finding::warning(CHECK, problem, fix()),
        DockersHelper::None(problem) => {
            Finding { fix: link(&lookup, environment), ..Finding::problem(CHECK, problem, fix()) }
        }
    }
}

/// Where `--fix` has this program found.
fn link(lookup: &PathLookup, environment: &Environment) -> Option<Fix> {
    match lookup {
        PathLookup::Current(_) => None,
        PathLookup::NotFound { .. } => link_place(NAME, environment).map(Fix::Link),
        PathLookup::Shadowed { found, .. } => Some(Fix::LinkInstead(found.clone())),
    }
}

/// Whether docker works, where there is one.
pub(super) fn docker(machine: &Machine, environment: &Environment) -> Option<Finding> {
    let docker = machine.docker.as_deref()?;
    Some(match dangerous_to_docker(environment) {
        Some(error) => engine::not_asked(docker, &error),
        None => engine::finding(docker, machine.has_podman),
    })
}

pub(super) fn findings(machine: &Machine, has_no_accounts: bool, folder: Option<&Path>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(docker) = &machine.docker {
        findings.extend(snap(docker));
        findings.extend(if machine.is_wsl { windows_docker(docker) } else { None });
    }
    findings.extend(sudo(machine, has_no_accounts, folder));
    findings
}

fn snap(docker: &Path) -> Option<Finding> {
    if !docker.starts_with("/snap") && !docker.starts_with("/var/lib/snapd") {
        return None;
    }
    let message = format!("{} is a snap, which is not allowed to run this program", display_path(docker));
    let hint = "install Docker from https://docs.docker.com/engine/install/; before that, run: sudo snap remove docker";
    Some(Finding::problem("snap", message, Hint::text(hint)))
}

/// `docker` in WSL that is the one of Windows, which runs helpers of Windows.
fn windows_docker(docker: &Path) -> Option<Finding> {
    if docker.extension()? != "exe" {
        return None;
    }
    let message = format!("{} is Docker for Windows, which can't run this program in WSL", display_path(docker));
    let hint = "install docker-credential-atcr.exe in Windows, or turn on WSL integration in Docker Desktop's settings";
    Some(Finding::problem("wsl", message, Hint::text(hint)))
}

fn sudo(machine: &Machine, has_no_accounts: bool, folder: Option<&Path>) -> Option<Finding> {
    let (user, folder) = (machine.sudo_user.as_ref().filter(|_| has_no_accounts)?, folder?);
    // Where sudo keeps HOME, as on macOS.
    if machine.sudo_user_id.is_some_and(|id| is_in_folder_of(id, folder)) {
        return None;
    }
    let message = format!("run with sudo: accounts are read from {}, not from {user}'s home", display_path(folder));
    let hint = format!("to let {user} run Docker without sudo, run: sudo usermod -aG docker {user}");
    Some(Finding::warning("sudo", message, Hint::text(hint)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(machine: &Machine, has_no_accounts: bool) -> Vec<&'static str> {
        let findings = findings(machine, has_no_accounts, Some(Path::new("/home/other/.atcr")));
        findings.into_iter().map(|finding| finding.check).collect()
    }

    #[test]
    fn a_docker_that_cannot_run_helpers_is_found_by_its_path() {
        for (docker, is_wsl, expected) in [
            ("/usr/bin/docker", false, &[][..]),
            ("/usr/bin/docker", true, &[]),
            ("/snap/bin/docker", false, &["snap"]),
            ("/var/lib/snapd/snap/bin/docker", false, &["snap"]),
            ("/snapshots/bin/docker", false, &[]),
            ("/mnt/c/Program Files/Docker/docker.exe", true, &["wsl"]),
            ("/mnt/wsl/docker-desktop/cli-tools/usr/bin/docker", true, &[]),
        ] {
            let machine = Machine { docker: Some(docker.into()), is_wsl, ..Machine::default() };
            assert_eq!(checks(&machine, true), expected, "{docker}");
        }
    }

    #[test]
    fn sudo_is_a_finding_only_without_accounts() {
        let machine = Machine { sudo_user: Some("evan".to_owned()), ..Machine::default() };
        assert_eq!(checks(&machine, true), ["sudo"]);
        assert!(checks(&machine, false).is_empty());
        assert!(checks(&Machine::default(), true).is_empty());
    }
}
