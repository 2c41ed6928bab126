//! docker buildx, with bake files and a Dockerfile: where the images stand in files.

mod failures;
mod shapes;

use std::process::Command;

use super::scenarios::{image, last_read, succeeds};
use super::shape::{Docker, Shape, logged_in, other_than};
use crate::support::{EVAN, Home, MICHELLE};

fn bake(docker: &Docker, home: &Home, shape: &Shape, words: &[&str]) -> Command {
    let mut command = docker.command(home, &[&["buildx", "bake"], shape.words, words]);
    command.envs(shape.environment.iter().copied());
    command
}

#[test]
fn variables_in_a_file_name_the_account() {
    pushes_as_the_owner(&shapes::VARIABLES);
}

#[test]
fn functions_and_conditions_name_the_account() {
    pushes_as_the_owner(&shapes::FUNCTIONS);
}

#[test]
fn a_file_in_json_names_the_account() {
    pushes_as_the_owner(&shapes::JSON);
}

#[test]
fn an_override_names_the_account() {
    pushes_as_the_owner(&shapes::OVERRIDE);
}

#[test]
fn a_compose_file_names_the_account() {
    pushes_as_the_owner(&shapes::COMPOSE);
}

fn pushes_as_the_owner(shape: &Shape) {
    let Some(docker) = Docker::new() else { return };
    for owner in [EVAN, MICHELLE] {
        let (appview, home) = logged_in(&[owner, other_than(owner)]);
        shape.write(&home, &appview, owner);
        succeeds(bake(&docker, &home, shape, &["--push"]));
        assert_eq!(appview.pushed(&format!("{owner}/app"), "1").unwrap().by, owner);
    }
}

/// Of `bake` and of `build`, where nothing is pushed.
#[test]
fn a_base_image_is_pulled_as_its_owner() {
    let Some(docker) = Docker::new() else { return };
    for owner in [EVAN, MICHELLE] {
        let (appview, home) = logged_in(&[owner, other_than(owner)]);
        shapes::JSON.write(&home, &appview, owner);
        succeeds(bake(&docker, &home, &shapes::JSON, &["--push"]));
        home.write("project/Dockerfile", "ARG BASE\nFROM ${BASE:-scratch} AS base\nFROM base\nCOPY Dockerfile /\n");
        let base = image(&appview, owner);
        let file = format!("target \"local\" {{\n  args = {{ BASE = \"{base}\" }}\n}}\n");
        home.write("project/docker-bake.hcl", file);
        let build_arg = format!("BASE={base}");
        for words in [
            &["bake", "--pull", "--no-cache", "local"][..],
            &["build", "--pull", "--no-cache", "--build-arg", &build_arg, "."],
        ] {
            let before = appview.log().len();
            succeeds(docker.command(&home, &[&["buildx"], words]));
            let reads = appview.log().split_off(before);
            assert!(reads.iter().any(|read| read.path.ends_with("/manifests/1") && read.status == 200));
            assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
        }
    }
}
