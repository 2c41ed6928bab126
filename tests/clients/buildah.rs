//! buildah.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::builds::Builder;
use super::client::Client;
use super::containers::every_scenario_of_the_family;
use super::{every_scenario, installed, scenarios_of};
use crate::support::{Home, Run};

struct Buildah(PathBuf);

every_scenario!(buildahs());
every_scenario_of_the_family!(buildahs());
scenarios_of! {
    builds, buildahs();
    a_base_image_of_the_tagged_account_is_pulled
    a_base_image_of_another_account_is_pulled_as_that_account
}

fn buildahs() -> Vec<Buildah> {
    installed::for_root("buildah", "buildah version").into_iter().map(Buildah).collect()
}

impl Client for Buildah {
    const FAILURE: i32 = 125;

    fn program(&self) -> &Path {
        &self.0
    }

    fn make(&self, home: &Home, image: &str) {
        let run = |arguments: &[&str]| Run::new(self.command(home, arguments)).any_stdout().check().stdout;
        let container = run(&["from", "scratch"]);
        run(&["commit", "--quiet", container.trim(), image]);
    }

    /// Without a policy it takes the image that it has.
    fn pull(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["pull", "--policy=always", image])
    }
}

impl Builder for Buildah {
    fn build(&self, home: &Home, tag: &str) -> Command {
        self.command(home, &["build", "--pull=always", "--tag", tag, "context"])
    }
}
