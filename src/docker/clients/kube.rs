//! `podman kube play`: the images of the pods that a file describes.

use crate::domain::{Access, Command};

use super::client::Client;
use super::files::Files;
use super::image::Image;
use super::paths::is_elsewhere;
use super::yaml::{self, Map, Node};

pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let &name = command.positionals.first()?;
    if is_elsewhere(name) {
        return files.pass_over(name);
    }
    let mut references = Vec::new();
    for document in yaml::documents(&files.read_needed(&client.folder.join(name))?, files)? {
        if let Some(pod) = pod(&document)? {
            references.extend(pulled(pod)?);
        }
    }
    Some(references.into_iter().map(|image| Image::new(image, Access::Read).in_file(name)).collect())
}

/// That of a document. Podman passes over kinds that it does not know.
#[expect(clippy::option_option, reason = "a document without a pod is no error")]
fn pod(document: &Node) -> Option<Option<&Map>> {
    let Node::Map(document) = document else { return Some(None) };
    let spec = document.get("spec").and_then(Node::map);
    match document.get("kind").and_then(Node::text) {
        Some("Pod") => Some(Some(spec?)),
        Some("Deployment" | "DaemonSet" | "Job" | "ReplicaSet") => Some(Some(template(spec?)?)),
        _ => Some(None),
    }
}

fn template(spec: &Map) -> Option<&Map> {
    spec.get("template")?.map()?.get("spec")?.map()
}

/// Of its containers, and of what is mounted in them.
fn pulled(pod: &Map) -> Option<Vec<String>> {
    let mut images = Vec::new();
    for container in items(pod, "initContainers")?.iter().chain(items(pod, "containers")?) {
        images.extend(image(container.map()?, "image", "imagePullPolicy"));
    }
    for volume in items(pod, "volumes")? {
        if let Some(Node::Map(volume)) = volume.map()?.get("image") {
            images.extend(image(volume, "reference", "pullPolicy"));
        }
    }
    Some(images)
}

fn items<'a>(pod: &'a Map, key: &str) -> Option<&'a [Node]> {
    match pod.get(key) {
        None | Some(Node::Null) => Some(&[]),
        Some(list) => list.list(),
    }
}

fn image(node: &Map, name: &str, policy: &str) -> Option<String> {
    let is_pulled = node.get(policy).and_then(Node::text) != Some("Never");
    node.get(name).and_then(Node::text).filter(|_| is_pulled).map(str::to_owned)
}
