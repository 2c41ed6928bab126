//! `podman kube play`: the images of the pods that a file describes.

use std::path::PathBuf;

use crate::domain::{Access, Command};

use super::build;
use super::client::Client;
use super::dockerfile::{Build, Builder};
use super::files::Files;
use super::image::Image;
use super::paths::is_elsewhere;
use super::yaml::{self, Map, Node};

pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let &name = command.positionals.first()?;
    if is_elsewhere(name) {
        return files.pass_over(name);
    }
    let mut images = Vec::new();
    for document in yaml::documents(&files.read_needed(&client.folder.join(name))?, files)? {
        let Some(pod) = pod(&document)? else { continue };
        for container in containers(pod)? {
            let Some(image) = container.get("image").and_then(Node::text) else { continue };
            if let Some(containerfile) = containerfile(image, client, command, files) {
                let build = Build { builder: Builder::Buildah, ..Build::default() };
                images.extend(build::read_by(&build, &[containerfile], files)?);
            } else {
                images.extend(pulled(container, "image", "imagePullPolicy", name));
            }
        }
        for volume in volumes(pod)? {
            images.extend(pulled(volume, "reference", "pullPolicy", name));
        }
    }
    Some(images)
}

/// An image with the name of a folder is built from the file there.
fn containerfile(image: &str, client: &Client, command: &Command<'_>, files: &Files) -> Option<PathBuf> {
    const FLAG: [&str; 1] = ["--build"];
    if command.values(&FLAG).next().is_some() && !command.is_set(&FLAG) {
        return None;
    }
    let context = command.values(&["--context-dir"]).last().unwrap_or_default();
    let folder = client.folder.join(context).join(image);
    ["Containerfile", "Dockerfile"].iter().map(|name| folder.join(name)).find(|path| files.exists(path))
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

fn containers(pod: &Map) -> Option<Vec<&Map>> {
    items(pod, "initContainers")?.iter().chain(items(pod, "containers")?).map(Node::map).collect()
}

/// Images that are mounted in its containers.
fn volumes(pod: &Map) -> Option<Vec<&Map>> {
    let volumes: Option<Vec<&Map>> = items(pod, "volumes")?.iter().map(Node::map).collect();
    Some(volumes?.into_iter().filter_map(|volume| volume.get("image")?.map()).collect())
}

fn items<'a>(pod: &'a Map, key: &str) -> Option<&'a [Node]> {
    match pod.get(key) {
        None | Some(Node::Null) => Some(&[]),
        Some(list) => list.list(),
    }
}

fn pulled(node: &Map, name: &str, policy: &str, file: &str) -> Option<Image> {
    let is_pulled = node.get(policy).and_then(Node::text) != Some("Never");
    let reference = node.get(name).and_then(Node::text).filter(|_| is_pulled)?;
    Some(Image::new(reference, Access::Read).in_file(file))
}
