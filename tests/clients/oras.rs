//! oras.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::client::Client;
use super::{every_scenario, installed};
use crate::support::Home;

struct Oras(PathBuf);

every_scenario!(installed::fetched("oras").into_iter().map(Oras));

impl Client for Oras {
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

    fn make(&self, home: &Home, _: &str) {
        home.write("made.txt", "made\n");
    }

    /// Without `--no-tty` it draws over the helper's stderr, and hides the cursor for good where it fails.
    fn push(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["push", "--no-tty", "--plain-http", image, "made.txt:text/plain"])
    }

    fn pull(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["pull", "--no-tty", "--plain-http", "--output", "pulled", image])
    }
}
