//! podman-compose, which runs podman for each image of its file.

use std::process::Command;

use super::scenarios::{last_read, succeeds};
use super::shape::{logged_in, other_than};
use super::{containers, installed};
use crate::support::{EVAN, MICHELLE};

#[test]
fn podman_compose_builds_pushes_and_pulls_as_the_owner() {
    let (Some(program), Some(_)) =
        (installed::fetched("podman-compose").pop(), installed::for_root("podman", "podman version").pop())
    else {
        return;
    };
    for owner in [EVAN, MICHELLE] {
        let (appview, home) = logged_in(&[owner, other_than(owner)]);
        containers::configure(&home, &appview.host());
        home.write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        let file = format!("services:\n  app:\n    build: .\n    image: {}/{owner}/${{NAME:-app}}:1\n", appview.host());
        home.write("compose.yaml", file);
        let run = |verb: &str| -> Command { containers::command(&home, &program, &[verb]) };
        succeeds(run("build"));
        succeeds(run("push"));
        assert_eq!(appview.pushed(&format!("{owner}/app"), "1").unwrap().by, owner);
        succeeds(run("pull"));
        assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
    }
}
