//! Helm's dependencies: the charts in OCI registries that Chart.yaml names.

use std::path::{Path, PathBuf};

use crate::domain::{Access, Command};

use super::client::Client;
use super::files::Files;
use super::image::Image;
use super::yaml::{self, Map, Node};

pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let mut images = Vec::new();
    for chart in charts(client, command, files)? {
        let mut dependencies = dependencies(&chart.join("Chart.yaml"), files)?;
        // Those of charts of apiVersion v1.
        let requirements = chart.join("requirements.yaml");
        if files.exists(&requirements) {
            dependencies = self::dependencies(&requirements, files)?;
        }
        images.extend(dependencies);
    }
    Some(images)
}

/// The folders of the charts whose dependencies are fetched.
fn charts(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<PathBuf>> {
    let updates = command.is_set(&["--dependency-update", "-u"]);
    let mut folders = command.positionals.iter().map(|word| client.folder.join(word));
    match command.verbs[..] {
        ["dependency" | "dependencies" | "dep", "update" | "up" | "build"] => {
            Some(vec![folders.next().unwrap_or_else(|| client.folder.clone())])
        }
        ["package"] if updates => Some(folders.collect()),
        // A release's name may stand in front.
        ["install" | "upgrade" | "template"] if updates => {
            folders.find(|folder| files.exists(&folder.join("Chart.yaml"))).map(|folder| vec![folder])
        }
        _ => None,
    }
}

fn dependencies(path: &Path, files: &Files) -> Option<Vec<Image>> {
    let document = yaml::documents(&files.read_needed(path)?, files)?.into_iter().next()?;
    let dependencies = match document.map()?.get("dependencies") {
        None | Some(Node::Null) => return Some(Vec::new()),
        Some(dependencies) => dependencies.list()?,
    };
    let file = path.file_name()?.to_str()?;
    let mut images = Vec::new();
    for dependency in dependencies {
        let reference = reference(dependency.map()?);
        images.extend(reference.map(|reference| Image::new(reference, Access::Read).in_file(file)));
    }
    Some(images)
}

/// Only `oci://` is a registry of images.
fn reference(dependency: &Map) -> Option<String> {
    let repository = dependency.get("repository")?.text()?;
    let name = dependency.get("name")?.scalar()?;
    repository.starts_with("oci://").then(|| format!("{}/{name}", repository.trim_end_matches('/')))
}
