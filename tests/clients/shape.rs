//! Files that name images, as compose and bake read them.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use super::engine::{self, Engine};
use super::{installed, plugins};
use crate::support::{AppView, EVAN, Home, MICHELLE, appview};

/// Files that name the image `app:1` of an owner, as somebody might write them.
pub struct Shape {
    /// The words with which the client reads them.
    pub words: &'static [&'static str],
    pub environment: &'static [(&'static str, &'static str)],
    /// `REGISTRY` and `OWNER` are replaced.
    pub files: &'static [(&'static str, &'static str)],
}

impl Shape {
    /// Writes the files and a Dockerfile into the folder `project`.
    pub fn write(&self, home: &Home, appview: &AppView, owner: &str) {
        home.write("project/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        for (name, content) in self.files {
            let content = content.replace("REGISTRY", &appview.host()).replace("OWNER", owner);
            home.write(&format!("project/{name}"), content);
        }
    }
}

/// The other one of the two people.
pub fn other_than(person: &str) -> &'static str {
    if person == EVAN { MICHELLE } else { EVAN }
}

/// A registry, and a home where these accounts are logged in and Docker uses the program; the last one is active.
pub fn logged_in(handles: &[&str]) -> (AppView, Home) {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, handles);
    home.configure_docker(&appview.host());
    (appview, home)
}

/// The docker CLI that `.ci/clients` got, with its engine.
pub struct Docker {
    program: PathBuf,
    engine: Arc<Engine>,
}

impl Docker {
    /// None: the test is skipped.
    pub fn new() -> Option<Self> {
        let program = installed::fetched("docker").pop()?;
        Some(Self { program, engine: engine::fetched()? })
    }

    /// In the folder `project`.
    pub fn command(&self, home: &Home, words: &[&[&str]]) -> Command {
        plugins::install(home, "docker-buildx");
        let mut command = home.command(&self.program);
        command.current_dir(home.path("project")).args(words.concat()).env("DOCKER_HOST", self.engine.host());
        command
    }
}
