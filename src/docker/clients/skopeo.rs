//! `skopeo sync --src yaml`: the repositories that a file lists below their registries.

use crate::domain::{Access, Command};

use super::client::Client;
use super::files::Files;
use super::image::Image;
use super::yaml::{self, Map, Node};

/// Below each of them stand repositories.
const SELECTIONS: [&str; 3] = ["images", "images-by-tag-regex", "images-by-semver"];

pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    if command.values(&["-s", "--src"]).last() != Some("yaml") {
        return None;
    }
    let name = command.positionals.first()?;
    let document = yaml::documents(&files.read_needed(&client.folder.join(name))?, files)?.into_iter().next()?;
    let mut images = Vec::new();
    for (registry, selections) in document.map()? {
        for repository in repositories(selections)?.into_iter().filter(|_| !has_credential(selections)) {
            images.push(Image::new(format!("{registry}/{repository}"), Access::Read).in_file(name));
        }
    }
    Some(images)
}

/// The registry's own in the file, so that no helper is asked.
fn has_credential(selections: &Node) -> bool {
    let credentials = selections.map().and_then(|selections| selections.get("credentials")).and_then(Node::map);
    credentials.is_some_and(|credentials| !credentials.is_empty())
}

fn repositories(selections: &Node) -> Option<Vec<&String>> {
    if *selections == Node::Null {
        return Some(Vec::new());
    }
    let selections: &Map = selections.map()?;
    let mut repositories = Vec::new();
    for key in SELECTIONS {
        match selections.get(key) {
            None | Some(Node::Null) => {}
            Some(selection) => repositories.extend(selection.map()?.keys()),
        }
    }
    Some(repositories)
}
