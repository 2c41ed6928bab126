//! `podman kube play`: the images of the pods that a file describes.

use crate::domain::{Access, Command};

use super::client::Client;
use super::files::Files;
use super::image::Image;
use super::yaml::{self, Map, Node};

pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let name = command.positionals.first().filter(|name| **name != "-" && !name.contains("://"))?;
    let mut images = Vec::new();
    for document in yaml::documents(&files.read(&client.folder.join(name))?, files)? {
        for container in containers(&document)? {
            let image = container.map()?.get("image").and_then(Node::text);
            let is_pulled = container.map()?.get("imagePullPolicy").and_then(Node::text) != Some("Never");
            images.extend(image.filter(|_| is_pulled).map(|image| Image::new(image, Access::Read).in_file(name)));
        }
    }
    Some(images)
}

/// Those of a document. Podman passes over kinds that it does not know.
fn containers(document: &Node) -> Option<Vec<&Node>> {
    let Node::Map(document) = document else { return Some(Vec::new()) };
    let spec = document.get("spec").and_then(Node::map);
    let pod = match document.get("kind").and_then(Node::text) {
        Some("Pod") => spec,
        Some("Deployment" | "DaemonSet" | "Job" | "ReplicaSet") => template(spec?),
        _ => return Some(Vec::new()),
    };
    let mut containers = Vec::new();
    for key in ["initContainers", "containers"] {
        match pod?.get(key) {
            None | Some(Node::Null) => {}
            Some(list) => containers.extend(list.list()?),
        }
    }
    Some(containers)
}

fn template(spec: &Map) -> Option<&Map> {
    spec.get("template")?.map()?.get("spec")?.map()
}
