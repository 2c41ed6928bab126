//! docker compose, every version that `.ci/clients` got: the images stand in files.

mod failures;
mod shapes;

use std::path::PathBuf;
use std::process::Command;

use super::client::EMPTY_TAR;
use super::scenarios::{image, last_read, succeeds};
use super::shape::{Docker, Shape, logged_in, other_than};
use super::{installed, plugins};
use crate::support::{EVAN, Home, MICHELLE, Run};

struct Compose {
    docker: Docker,
    plugin: PathBuf,
}

fn composes() -> Vec<Compose> {
    let with_docker = |plugin| Some(Compose { docker: Docker::new()?, plugin });
    installed::fetched("docker-compose").into_iter().filter_map(with_docker).collect()
}

impl Compose {
    /// With the words and variables of this shape.
    fn command(&self, home: &Home, shape: &Shape, words: &[&str]) -> Command {
        plugins::link(home, &self.plugin);
        let mut command = self.docker.command(home, &[&["compose"], shape.words, words]);
        // Of the engine's containers, and not a folder's name, which other tests have too.
        let project = home.path("").file_name().unwrap().to_str().unwrap().trim_matches('.').to_lowercase();
        command.env("COMPOSE_PROJECT_NAME", project).envs(shape.environment.iter().copied());
        command
    }
}

#[test]
fn variables_in_a_file_name_the_account() {
    pushes_builds_and_pulls_as_the_owner(&shapes::VARIABLES, [EVAN, MICHELLE]);
}

#[test]
fn an_override_names_the_account() {
    pushes_builds_and_pulls_as_the_owner(&shapes::OVERRIDE, [MICHELLE, EVAN]);
}

#[test]
fn an_extended_service_names_the_account() {
    pushes_builds_and_pulls_as_the_owner(&shapes::EXTENDS, [EVAN, MICHELLE]);
}

#[test]
fn an_included_file_names_the_account() {
    pushes_builds_and_pulls_as_the_owner(&shapes::INCLUDE, [MICHELLE, EVAN]);
}

#[test]
fn the_last_of_several_files_names_the_account() {
    pushes_builds_and_pulls_as_the_owner(&shapes::SEVERAL, [EVAN, MICHELLE]);
}

/// `owners` has one for each version of compose; the other one is active.
fn pushes_builds_and_pulls_as_the_owner(shape: &Shape, owners: [&str; 2]) {
    for (compose, owner) in composes().into_iter().zip(owners) {
        let (appview, home) = logged_in(&[owner, other_than(owner)]);
        let pushed = || appview.pushed(&format!("{owner}/app"), "1").unwrap();
        shape.write(&home, &appview, owner);
        let import = compose.docker.command(&home, &[&["import", "-", &image(&appview, owner)]]);
        Run::new(import).stdin(EMPTY_TAR).any_stdout().check();
        succeeds(compose.command(&home, shape, &["push"]));
        let imported = pushed();
        assert_eq!(imported.by, owner);
        succeeds(compose.command(&home, shape, &["build", "--push"]));
        let built = pushed();
        assert!(built.by == owner && built.digest != imported.digest);
        succeeds(compose.command(&home, shape, &["up", "--pull", "always", "--no-start"]));
        assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
    }
}

#[test]
fn a_base_image_is_pulled_as_its_owner() {
    for (compose, owner) in composes().into_iter().zip([EVAN, MICHELLE]) {
        let (appview, home) = logged_in(&[owner, other_than(owner)]);
        shapes::OVERRIDE.write(&home, &appview, owner);
        succeeds(compose.command(&home, &shapes::OVERRIDE, &["build", "--push"]));
        home.write("project/Dockerfile", format!("FROM {}\nCOPY Dockerfile /\n", image(&appview, owner)));
        home.write("project/local.yaml", "services:\n  local:\n    build: .\n");
        let before = appview.log().len();
        let build = ["-f", "local.yaml", "build", "--pull", "--no-cache"];
        succeeds(compose.command(&home, &shapes::INCLUDE, &build));
        let reads = appview.log().split_off(before);
        assert!(reads.iter().any(|read| read.path.ends_with("/manifests/1") && read.status == 200));
        assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
    }
}
