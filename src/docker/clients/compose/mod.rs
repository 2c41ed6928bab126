//! The images in compose files: which services a command is about, and what it does with their images.

mod action;
mod build;
mod environment;
mod loader;
mod location;
mod merge;
mod selection;
mod service;
mod tags;

use crate::domain::{Access, Command};

use super::client::Client;
use super::files::Files;
use super::image::{Image, drop_doubtful};

use action::Action;
use build::BuildWords;
pub(super) use location::{Location, PROJECT_NAME, is_true, name_in};
pub(super) use selection::Project;
use selection::Selection;
pub(super) use service::{Build, Service};

/// The images that compose reads and writes. `is_building` where a build that it started is asking.
pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files, is_building: bool) -> Option<Vec<Image>> {
    let action = Action::of(command)?;
    let location = Location::find(command, client, files)?;
    let project = Project::load(&location, files)?;
    let selected = Selection::of(command, &location.variables).services(&project, action)?;
    let user = User { command, action, files, build: BuildWords::of(command, client, &location, is_building) };
    let mut images: Vec<Image> = selected.into_iter().flat_map(|service| user.images(service)).collect();
    drop_doubtful(&mut images, files);
    // What they hold may be pulled too, but they are in any case.
    images.extend(files.artifacts().into_iter().map(|artifact| Image::new(artifact, Access::Read)));
    let file = location.file_name()?;
    Some(images.into_iter().map(|image| image.in_file(file)).collect())
}

/// `docker stack deploy` reads the files that it is told, and no .env.
pub(super) fn stack_images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let location = Location::of_stack(command, client, files)?;
    let project = Project::load(&location, files)?;
    let images = project.services.into_values().filter_map(|service| service.image);
    let file = location.file_name()?;
    let mut images: Vec<Image> = images.map(|image| Image::new(image, Access::Read).in_file(file)).collect();
    drop_doubtful(&mut images, files);
    Some(images)
}

struct User<'a> {
    command: &'a Command<'a>,
    action: Action,
    files: &'a Files,
    build: BuildWords<'a>,
}

impl User<'_> {
    fn images(&self, service: &Service) -> Vec<Image> {
        match self.action {
            Action::Push => pushed(service),
            Action::Pull => self.pulled(service),
            Action::Build => self.built(service),
            Action::Run => self.run(service),
            Action::Inspect => read(service),
        }
    }

    fn pulled(&self, service: &Service) -> Vec<Image> {
        let is_left_out = service.build.is_some() && self.command.is_set(&["--ignore-buildable"]);
        if is_left_out || !self.may_pull(service) { Vec::new() } else { read(service) }
    }

    fn built(&self, service: &Service) -> Vec<Image> {
        let Some(build) = &service.build else { return Vec::new() };
        self.build.images(service, build, self.files)
    }

    fn run(&self, service: &Service) -> Vec<Image> {
        if service.has_provider {
            return Vec::new();
        }
        let mut images = self.built_or_pulled(service);
        let hooks = service.hooks.iter().filter(|_| self.policy(service) != "never");
        images.extend(service.volumes.iter().chain(hooks).map(|image| Image::new(image, Access::Read)));
        images
    }

    /// What is pulled is not built.
    fn built_or_pulled(&self, service: &Service) -> Vec<Image> {
        let may_build = service.build.is_some() && !self.command.is_set(&["--no-build"]);
        let is_built = self.builds_before_running(service) || service.image.is_none() || !self.may_pull(service);
        if may_build && is_built {
            return self.built(service);
        }
        if self.may_pull(service) { read(service) } else { Vec::new() }
    }

    fn may_pull(&self, service: &Service) -> bool {
        !matches!(self.policy(service), "never" | "build")
    }

    fn policy<'a>(&'a self, service: &'a Service) -> &'a str {
        let flag = if self.action == Action::Pull { "--policy" } else { "--pull" };
        self.command.values(&[flag]).last().filter(|policy| *policy != "policy").unwrap_or(&service.pull_policy)
    }

    fn builds_before_running(&self, service: &Service) -> bool {
        let is_told = self.command.is_set(&["--build"]) || self.command.verbs.contains(&"watch");
        is_told || self.build.is_building || self.policy(service) == "build"
    }
}

/// Only what has both a build and an image.
fn pushed(service: &Service) -> Vec<Image> {
    let (Some(build), Some(image)) = (&service.build, &service.image) else { return Vec::new() };
    build.tags.iter().chain([image]).map(|image| Image::new(image, Access::Written)).collect()
}

fn read(service: &Service) -> Vec<Image> {
    service.image.iter().map(|image| Image::new(image, Access::Read)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;

    const PROJECT: &str = r#"
services:
  web: {image: r/web, build: {context: ., tags: [r/web:2], cache_to: ["type=registry,ref=r/cache"]}, depends_on: [db]}
  tool: {build: {dockerfile: tool.Dockerfile, tags: [r/tool]}}
  db: {image: r/db, links: ["cache:c"]}
  cache: {image: r/cached, pull_policy: never}
  old: {image: r/old, build: ., pull_policy: build}
  extra: {image: r/extra, profiles: [extra]}
  model: {provider: {type: model}}
  mounts:
    image: r/mounts
    profiles: [extra]
    pre_start: [{image: r/hook, command: x}, {command: y}]
    volumes: ["./x:/x", {type: image, source: r/volume, target: /v}, {type: bind, source: r/x, target: /b}]
"#;

    /// The images of a command line, each with what happens to it; `-` if nothing is decided.
    #[expect(clippy::disallowed_methods, reason = "nobody else reads these files")]
    fn found(line: &str, is_building: bool) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("compose.yaml", PROJECT), ("Dockerfile", "FROM r/base"), ("tool.Dockerfile", "FROM r/tools")]
        {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let words = line.split(' ').map(str::to_owned).collect();
        let client = Client { words, folder: folder.path().to_owned(), variables: BTreeMap::new() };
        let command = Command::parse(&client.words);
        let Some(images) = images(&client, &command, &Files::new(), is_building) else { return "-".to_owned() };
        let mut found: Vec<String> = images
            .iter()
            .map(|image| format!("{}{}", &format!("{:?}", image.access)[..1], &image.reference[1..]))
            .collect();
        found.sort_unstable();
        found.dedup();
        found.join(" ")
    }

    #[test]
    fn the_verb_decides_what_happens_to_images() {
        let pulled = "R/db R/web";
        for (line, expected) in [
            ("docker compose push", "W/old W/web W/web:2"),
            ("docker compose push web", "W/web W/web:2"),
            ("docker compose push tool db", ""),
            ("docker compose publish -y docker.io/x/y", "W/old W/web W/web:2"),
            ("docker compose up mounts", "R/hook R/mounts R/volume"),
            ("docker compose up --pull never mounts", "R/volume"),
            ("docker compose pull mounts", "R/mounts"),
            ("docker compose push --include-deps web", "W/web W/web:2"),
            ("docker compose pull", pulled),
            ("docker compose pull web", "R/web"),
            ("docker compose pull --include-deps web", pulled),
            ("docker compose pull --ignore-buildable", "R/db"),
            ("docker compose pull --policy always cache", "R/cached"),
            ("docker compose pull extra", "R/extra"),
            ("docker compose --profile extra pull extra db", "R/db R/extra"),
            ("docker compose build", "L/old L/tool L/web L/web:2 R/base R/tools W/cache"),
            ("docker compose build tool", "L/tool R/tools"),
            ("docker compose build --push", "L/tool R/base R/tools W/cache W/old W/web W/web:2"),
            ("docker compose build --push --check old", "L/old R/base"),
            ("docker compose up -d web", pulled),
            ("docker compose up --no-deps web", "R/web"),
            ("docker compose up --build web", "L/web L/web:2 R/base R/db W/cache"),
            ("docker compose up --pull never web", "L/web L/web:2 R/base W/cache"),
            ("docker compose up --pull always cache", "R/cached"),
            ("docker compose up --no-build old", ""),
            ("docker compose up --no-build --pull always old", "R/old"),
            ("docker compose up old", "L/old R/base"),
            ("docker compose up tool", "L/tool R/tools"),
            ("docker compose create db", "R/db"),
            ("docker compose run --rm db r/other", "R/db"),
            ("docker compose scale db=2", "R/db"),
            ("docker compose watch db old", "L/old R/base R/db"),
            ("docker compose up model", ""),
            ("docker compose config", "-"),
            ("docker compose config --resolve-image-digests", "R/cached R/db R/old R/web"),
            ("docker compose ps", "-"),
            ("docker compose exec db r/x", "-"),
            ("docker compose pull gone", "-"),
            ("docker-compose -f gone.yaml pull", "-"),
            ("docker compose -f - pull", "-"),
            ("docker compose -f oci://r/project pull", "-"),
        ] {
            assert_eq!(found(line, false), expected, "{line}");
        }
    }

    #[test]
    fn a_build_below_compose_reads_what_it_builds() {
        assert_eq!(found("docker compose up web", true), "L/web L/web:2 R/base R/db W/cache");
        assert_eq!(found("docker compose run --no-deps tool", true), "L/tool R/tools");
    }
}
