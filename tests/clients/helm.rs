//! helm, with charts in the registry.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::client::Client;
use super::scenarios::succeeds;
use super::{every_scenario, installed};
use crate::support::Home;

struct Helm(PathBuf);

every_scenario!(installed::fetched("helm").into_iter().map(Helm));

impl Client for Helm {
    const FAILURE: i32 = 1;

    fn program(&self) -> &Path {
        &self.0
    }

    fn command(&self, home: &Home, arguments: &[&str]) -> Command {
        let mut command = home.command(&self.0);
        command.args(arguments);
        command
    }

    fn configure(&self, _: &Home, _: &str) {}

    /// A chart whose name and version make the image `app:1`.
    fn make(&self, home: &Home, _: &str) {
        home.write("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: \"1\"\n");
        succeeds(self.command(home, &["package", "app"]));
    }

    fn push(&self, home: &Home, image: &str) -> Command {
        let folder = image.strip_suffix("/app:1").unwrap();
        self.command(home, &["push", "app-1.tgz", &format!("oci://{folder}"), "--plain-http"])
    }

    fn pull(&self, home: &Home, image: &str) -> Command {
        let chart = image.strip_suffix(":1").unwrap();
        self.command(home, &["pull", &format!("oci://{chart}"), "--version", "1", "--plain-http"])
    }
}
