//! buildctl: `build --frontend dockerfile.v0 --local context=. --local dockerfile=. --opt filename=Dockerfile`.

use crate::domain::Command;

use super::build::read_by;
use super::client::Client;
use super::dockerfile::{Build, Builder};
use super::files::Files;
use super::image::Image;

/// What the Dockerfile reads.
pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let mut frontend = command.values(&["--frontend"]);
    frontend.next().filter(|&name| name == "dockerfile.v0")?;
    let mut build = Build { builder: Builder::BuildKit, ..Build::default() };
    let mut name = "Dockerfile";
    for option in command.values(&["--opt", "--frontend-opt"]) {
        let (key, value) = option.split_once('=')?;
        match key.split_once(':') {
            Some(("build-arg", name)) => _ = build.arguments.insert(name.to_owned(), value.to_owned()),
            Some(("context", name)) => _ = build.contexts.insert(name.to_owned(), value.to_owned()),
            _ => match key {
                "filename" => name = value,
                "target" => value.clone_into(&mut build.target),
                "platform" => build.platforms = value.split(',').map(str::to_owned).collect(),
                // A remote context has a Dockerfile of its own.
                "context" => return None,
                _ => {}
            },
        }
    }
    let folder = command.values(&["--local"]).filter_map(|local| local.strip_prefix("dockerfile=")).last()?;
    read_by(&build, &[client.folder.join(folder).join(name)], files)
}
