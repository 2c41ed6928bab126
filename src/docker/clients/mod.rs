//! The images that stand in the files which a client was told to read, or reads by itself: compose files, bake files,
//! Dockerfiles, charts, and what `skopeo sync` and `kube play` read.
//!
//! Whatever is in doubt decides nothing: a file that is missing, broken, untrusted or too large, or one whose reading takes
//! too long. None of that is an error, because `get` then goes on with the active account.

mod arguments;
mod bake;
mod build;
mod buildctl;
mod client;
mod compose;
mod destination;
mod dockerfile;
mod dotenv;
mod files;
mod given_up;
mod glob;
mod helm;
mod image;
mod interpolate;
mod kaniko;
mod kube;
mod node;
mod paths;
mod scalar;
mod skopeo;
mod whole;
mod within_time;
mod work;
mod yaml;

use std::cell::{Cell, OnceCell};

use crate::domain::{Access, Command, ImageOwner, RegistryUrl, has_credential};

pub use client::Client;
use files::Files;
pub use given_up::GivenUp;
use image::Image;

/// Whether images may stand in the files or the environment of a client with these words. Most processes above us are
/// shells and the like, and only others' environments are worth reading.
pub fn may_read_images(command: &Command<'_>) -> bool {
    command.reads_files().unwrap_or_else(|| destination::is_known(command))
}

/// Reads the files of clients, the nearest client first: one bound for all of them.
#[derive(Debug, Default)]
pub struct ClientFiles {
    files: OnceCell<Files>,
    /// It is a build that the next client started which asks, and reads what that one writes to its standard input.
    is_building: Cell<bool>,
    has_compose: Cell<bool>,
}

impl ClientFiles {
    /// The owners of the images of `registry` in the files of the nearest client whose files name one.
    pub fn owners(&self, clients: &[Client], registry: &RegistryUrl) -> Vec<ImageOwner> {
        let files = self.files.get_or_init(Files::new);
        for client in clients {
            let command = Command::parse(&client.words);
            files.begin_client();
            if command.verbs.first() == Some(&"compose") {
                self.has_compose.set(true);
            }
            let images = images(client, &command, files, self.is_building.get());
            if images.is_none() {
                files.understood_nothing();
            }
            let images = images.unwrap_or_default();
            let owners: Vec<_> = images.iter().filter_map(|image| owner(image, &command, registry)).collect();
            if !owners.is_empty() {
                return owners;
            }
            if reads_from_pipe(&command) {
                self.is_building.set(true);
            }
        }
        Vec::new()
    }

    /// The first file that decided nothing, although it may say more.
    pub fn given_up(&self) -> Option<GivenUp> {
        let is_from_elsewhere = self.is_building.get() && !self.has_compose.get();
        self.files.get()?.given_up().or_else(|| is_from_elsewhere.then(GivenUp::standard_input))
    }
}

/// An image for which the client has a credential is merely named: it asks no helper.
fn owner(image: &Image, command: &Command<'_>, registry: &RegistryUrl) -> Option<ImageOwner> {
    let mut owner = image.owner(registry)?;
    if has_credential(command, owner.access) {
        owner.access = Access::Local;
    }
    Some(owner)
}

/// The images in the files that a client reads. None if there is any doubt. `is_building` if it is a build that this client
/// started which asks.
fn images(client: &Client, command: &Command<'_>, files: &Files, is_building: bool) -> Option<Vec<Image>> {
    match (command.program, &command.verbs[..]) {
        _ if command.is_bake() => bake::images(client, command, files),
        ("kaniko", _) => kaniko::images(client, command, files),
        ("buildctl", ["build"]) => buildctl::images(client, command, files),
        ("docker" | "podman", ["compose", _]) => compose::images(client, command, files, is_building),
        ("docker", ["stack", "deploy" | "up"]) => compose::stack_images(client, command, files),
        ("podman", ["kube", "play"] | ["play", "kube"]) => kube::images(client, command, files),
        ("skopeo", ["sync"]) => skopeo::images(client, command, files),
        ("helm", _) => helm::images(client, command, files),
        _ => build::images(client, command, files).or_else(|| destination::images(client, command)),
    }
}

/// The child that compose starts for its builds.
fn reads_from_pipe(command: &Command<'_>) -> bool {
    command.is("docker", &["buildx", "bake"]) && command.values(&["-f", "--file"]).any(|file| file == "-")
}
