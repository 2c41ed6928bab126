//! The docker CLI, every version of it on this machine, with an engine started for it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::builds::Builder;
use super::client::{Client, EMPTY_TAR};
use super::engine::{self, Engine};
use super::scenarios::configured;
use super::{every_scenario, installed, plugins, scenarios_of};
use crate::support::{Home, MICHELLE, Run, two_accounts};

pub struct Docker {
    program: PathBuf,
    engine: Arc<Engine>,
    /// `DOCKER_BUILDKIT`
    builds_with_buildkit: bool,
}

every_scenario!(dockers());
scenarios_of! {
    builds, builders();
    a_base_image_of_the_tagged_account_is_pulled
    a_base_image_of_another_account_is_pulled_as_that_account
}

#[test]
fn docker_login_with_the_stored_credential_changes_nothing() {
    for docker in dockers() {
        let (appview, home) = configured(&docker, two_accounts());
        let accounts = home.device_json();
        let login = docker.command(&home, &["login", &appview.host()]);
        Run::new(login).stdout_has(&["Login Succeeded"]).any_stderr().check();
        assert_eq!(home.device_json(), accounts);
        assert!(appview.log().iter().any(|entry| entry.identity.as_deref() == Some(MICHELLE)));
    }
}

pub fn dockers() -> Vec<Docker> {
    let docker = |(program, engine)| Docker { program, engine, builds_with_buildkit: false };
    engine::with_each_docker().into_iter().map(docker).collect()
}

/// The same, and once more with `BuildKit` where that is to be had.
fn builders() -> Vec<Docker> {
    let with_buildkit = dockers().into_iter().map(|docker| Docker { builds_with_buildkit: true, ..docker });
    dockers().into_iter().chain(with_buildkit.filter(Docker::has_buildkit)).collect()
}

impl Docker {
    /// Before version 23 it is part of the CLI, from then on a plugin.
    fn has_buildkit(&self) -> bool {
        let home = Home::new();
        self.configure(&home, "");
        let help = self.command(&home, &["build", "--help"]).output().unwrap();
        help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--progress")
    }
}

impl Client for Docker {
    const FAILURE: i32 = 1;

    fn program(&self) -> &Path {
        &self.program
    }

    fn command(&self, home: &Home, arguments: &[&str]) -> Command {
        let mut command = home.command(&self.program);
        command.args(arguments).env("DOCKER_HOST", self.engine.host());
        command.env("DOCKER_BUILDKIT", if self.builds_with_buildkit { "1" } else { "0" });
        command
    }

    fn configure(&self, home: &Home, _: &str) {
        if installed::is_fetched(&self.program) {
            plugins::install(home, "docker-buildx");
        }
    }

    fn make(&self, home: &Home, image: &str) {
        Run::new(self.command(home, &["import", "-", image])).stdin(EMPTY_TAR).stdout_has(&["sha256:"]).check();
    }
}

impl Builder for Docker {
    fn build(&self, home: &Home, tag: &str) -> Command {
        self.command(home, &["build", "--pull", "--tag", tag, "context"])
    }
}
