//! The images in compose files: which services a command is about, and what it does with their images.

mod build;
mod loader;
mod location;
mod merge;
mod selection;
mod service;

use crate::domain::{Access, Command};

use super::Client;
use super::files::Files;
use super::image::Image;
use super::interpolate::Variables;

use build::BuildWords;
pub(super) use location::Location;
pub(super) use selection::Project;
use selection::Selection;
pub(super) use service::{Build, Service};

/// What happens to the images of the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Push,
    Pull,
    Build,
    /// Pulled, or else built: `up`, `create`, `run`.
    Run,
    /// Looked up in the registry.
    Inspect,
}

/// The images that compose reads and writes. `is_building` where a build that it started is asking.
pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files, is_building: bool) -> Option<Vec<Image>> {
    let action = action(command)?;
    let location = Location::find(command, client, files)?;
    let project = Project::load(&location, files)?;
    let selected = Selection::of(command, &location.variables).services(&project, action)?;
    let user = User { command, action, files, build: BuildWords::of(command, client, &location, is_building) };
    let mut images = Vec::new();
    for service in selected {
        images.extend(user.images(service)?);
    }
    let file = location.file_name()?;
    Some(images.into_iter().map(|image| image.in_file(file)).collect())
}

/// `docker stack deploy` reads the files that it is told, and no .env.
pub(super) fn stack_images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let location = Location::of_stack(command, client)?;
    let project = Project::load(&location, files)?;
    let images = project.services.into_values().filter_map(|service| service.image);
    let file = location.file_name()?;
    Some(images.map(|image| Image::new(image, Access::Read).in_file(file)).collect())
}

fn action(command: &Command<'_>) -> Option<Action> {
    Some(match *command.verbs.get(1)? {
        "push" => Action::Push,
        "pull" => Action::Pull,
        "build" => Action::Build,
        "up" | "create" | "run" | "scale" | "watch" => Action::Run,
        "config" | "convert" if command.is_set(&["--resolve-image-digests", "--lock-image-digests"]) => Action::Inspect,
        _ => return None,
    })
}

struct User<'a> {
    command: &'a Command<'a>,
    action: Action,
    files: &'a Files,
    build: BuildWords<'a>,
}

impl User<'_> {
    fn images(&self, service: &Service) -> Option<Vec<Image>> {
        let image = |access| service.image.iter().map(move |image| Image::new(image, access)).collect();
        let policy = self.policy(service);
        match (self.action, &service.build) {
            (Action::Push, None) => Some(Vec::new()),
            (Action::Push, Some(build)) if service.image.is_some() => {
                let tags = build.tags.iter().map(|tag| Image::new(tag, Access::Written));
                Some(tags.chain(image(Access::Written)).collect())
            }
            (Action::Push, Some(_)) => Some(Vec::new()),
            (Action::Pull, Some(_)) if self.command.is_set(&["--ignore-buildable"]) => Some(Vec::new()),
            (Action::Pull, _) if matches!(policy, "never" | "build") => Some(Vec::new()),
            (Action::Pull | Action::Inspect, _) => Some(image(Access::Read)),
            (Action::Build, None) => Some(Vec::new()),
            (Action::Build, Some(build)) => self.build.images(service, build, self.files),
            (Action::Run, _) if service.has_provider => Some(Vec::new()),
            (Action::Run, None) if matches!(policy, "never" | "build") => Some(Vec::new()),
            (Action::Run, Some(_)) if self.command.is_set(&["--no-build"]) => Some(image(Access::Read)),
            (Action::Run, Some(build)) if self.builds_before_running(service) => {
                self.build.images(service, build, self.files)
            }
            (Action::Run, Some(build)) if service.image.is_none() || policy == "never" => {
                // It may have been built before.
                Some(self.build.images(service, build, self.files).unwrap_or_default())
            }
            (Action::Run, _) => Some(image(Access::Read)),
        }
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
