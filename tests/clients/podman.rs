//! podman.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::builds::Builder;
use super::client::{Client, EMPTY_TAR};
use super::containers::every_scenario_of_the_family;
use super::scenarios::{configured, image, succeeds};
use super::{every_scenario, installed, scenarios_of};
use crate::support::{EVAN, Home, MICHELLE, Run, two_accounts};

struct Podman(PathBuf);

every_scenario!(podmans());
every_scenario_of_the_family!(podmans());
scenarios_of! {
    builds, podmans();
    a_base_image_of_the_tagged_account_is_pulled
    a_base_image_of_another_account_is_pulled_as_that_account
}

#[test]
fn podman_pushes_as_the_account_in_the_destination() {
    for podman in podmans() {
        let (appview, home) = configured(&podman, two_accounts());
        podman.make(&home, &image(&appview, MICHELLE));
        let destination = format!("docker://{}", image(&appview, EVAN));
        succeeds(podman.command(&home, &["push", &image(&appview, MICHELLE), &destination]));
        assert_eq!(appview.pushed(&format!("{EVAN}/app"), "1").unwrap().by, EVAN);
    }
}

fn podmans() -> Vec<Podman> {
    installed::for_root("podman", "podman version").into_iter().map(Podman).collect()
}

impl Client for Podman {
    const FAILURE: i32 = 125;

    fn program(&self) -> &Path {
        &self.0
    }

    fn make(&self, home: &Home, image: &str) {
        let import = self.command(home, &["import", "--quiet", "-", image]);
        Run::new(import).stdin(EMPTY_TAR).stdout_has(&["sha256:"]).check();
    }
}

impl Builder for Podman {
    fn build(&self, home: &Home, tag: &str) -> Command {
        self.command(home, &["build", "--pull=always", "--tag", tag, "context"])
    }
}
