//! The images that building a service reads and writes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::{Access, Command};

use super::super::arguments;
use super::super::build::read;
use super::super::client::Client;
use super::super::dockerfile::{self, Builder};
use super::super::files::Files;
use super::super::image::{Image, registry_cache};
use super::super::interpolate::Variables;
use super::super::paths::is_remote;
use super::location::Location;
use super::service::{Build, Service};

/// What the words and the environment say about all builds.
pub(super) struct BuildWords<'a> {
    arguments: BTreeMap<String, String>,
    variables: &'a Variables,
    builder: Builder,
    pushes: bool,
    pub(super) is_building: bool,
}

impl<'a> BuildWords<'a> {
    pub(super) fn of(command: &Command<'_>, client: &Client, location: &'a Location, is_building: bool) -> Self {
        let is_classic = client.variables.get("DOCKER_BUILDKIT").is_some_and(|value| value == "0");
        Self {
            arguments: arguments::given(command.values(&["--build-arg"]), &location.variables),
            variables: &location.variables,
            builder: if is_classic { Builder::Classic } else { Builder::BuildKit },
            pushes: command.is_set(&["--push"]) && !command.is_set(&["--check", "--print"]),
            is_building,
        }
    }

    /// What is written and named stands in the compose file, whatever its Dockerfile reads.
    pub(super) fn images(&self, service: &Service, build: &Build, files: &Files) -> Vec<Image> {
        // A service without an image is not pushed, and neither are its tags.
        let pushes = self.pushes && service.image.is_some();
        let tags = if pushes { Access::Written } else { Access::Local };
        let mut images: Vec<Image> =
            service.image.iter().chain(&build.tags).map(|image| Image::new(image, tags)).collect();
        let reads = self.reads(build, files).unwrap_or_default();
        images.extend(reads.into_iter().map(|image| Image::new(image, Access::Read)));
        for (caches, access) in [(&build.cache_from, Access::Read), (&build.cache_to, Access::Written)] {
            images.extend(caches.iter().filter_map(|cache| registry_cache(cache)).map(|it| Image::new(it, access)));
        }
        images
    }

    /// None if its Dockerfile can't be read, as one of a foreign frontend, or if there is none, as after an earlier build.
    fn reads(&self, build: &Build, files: &Files) -> Option<Vec<String>> {
        let text = match &build.dockerfile_inline {
            Some(text) => text.as_str().into(),
            None if is_remote(&build.context) => return Some(Vec::new()),
            None => read(Path::new(&build.context).join(build.dockerfile.as_deref().unwrap_or("Dockerfile")), files)?,
        };
        let build = dockerfile::Build {
            builder: self.builder,
            arguments: self.arguments(build),
            contexts: build.additional_contexts.clone(),
            target: build.target.clone().unwrap_or_default(),
            platforms: build.platforms.clone(),
            ..dockerfile::Build::default()
        };
        Some(dockerfile::images(&text, &build, files)?.into_iter().collect())
    }

    /// Those of the words win.
    fn arguments(&self, build: &Build) -> BTreeMap<String, String> {
        let own = build.args.iter().filter_map(|(name, value)| {
            let value = value.as_ref().or_else(|| self.variables.get(name))?;
            Some((name.clone(), value.clone()))
        });
        own.chain(self.arguments.clone()).collect()
    }
}
