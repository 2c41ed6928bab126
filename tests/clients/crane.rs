//! crane, and so go-containerregistry, which asks for the registry alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::client::{Client, EMPTY_TAR};
use super::scenarios::{configured, image, is_refused, last_read, publish, succeeds};
use super::{every_scenario, installed};
use crate::support::{EVAN, Home, MICHELLE, two_accounts};

pub struct Crane(PathBuf);

every_scenario!(cranes());

/// With a helper for the very repository, go-containerregistry asks for that.
#[test]
fn a_copy_reads_as_one_account_and_writes_as_the_other() {
    for crane in cranes() {
        let (appview, home) = configured(&crane, two_accounts());
        let [from, to] = [EVAN, MICHELLE].map(|owner| image(&appview, owner));
        publish(&crane, &home, &from);
        is_refused::<Crane>(crane.command(&home, &["copy", &from, &to]));
        let helpers = [&from, &to].map(|image| image.strip_suffix(":1").unwrap());
        home.write(".docker/config.json", json!({"credHelpers": {helpers[0]: "atcr", helpers[1]: "atcr"}}).to_string());
        succeeds(crane.command(&home, &["copy", &from, &to]));
        assert_eq!(last_read(&appview, EVAN), (Some(EVAN.to_owned()), 200));
        assert_eq!(appview.pushed(&format!("{MICHELLE}/app"), "1").unwrap().by, MICHELLE);
    }
}

pub fn cranes() -> Vec<Crane> {
    installed::fetched("crane").into_iter().map(Crane).collect()
}

impl Client for Crane {
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
        home.write("made.tar", EMPTY_TAR);
    }

    fn push(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["append", "--new_layer", "made.tar", "--new_tag", image])
    }

    fn pull(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["pull", image, "pulled.tar"])
    }
}
