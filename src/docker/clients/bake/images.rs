//! What the build of a target writes to the registry, reads from it, and names.

use std::path::Path;
use std::rc::Rc;

use super::fields::Fields;
use super::target::Target;
use crate::docker::clients::build;
use crate::docker::clients::dockerfile::{self, Build, Builder};
use crate::docker::clients::files::Files;
use crate::docker::clients::image::Image;
use crate::docker::clients::paths::clean;
use crate::domain::Access;

/// Paths are the working folder's.
pub(super) fn of(target: &Target, folder: &Path, files: &Files) -> Vec<Image> {
    let mut images = written_and_named(target);
    images.extend(read(target, folder, files));
    images
}

fn written_and_named(target: &Target) -> Vec<Image> {
    let mut images: Vec<Image> =
        caches(target.cache_to.iter().flatten()).map(|cache| Image::new(cache, Access::Written)).collect();
    if target.is_linked {
        return images;
    }
    let outputs: Vec<&Fields> = target.outputs.iter().flatten().collect();
    // Tags are the names of all outputs.
    if let Some(tags) = target.tags.as_ref().filter(|tags| !tags.is_empty()) {
        let access = if outputs.iter().any(|output| pushes(output)) { Access::Written } else { Access::Local };
        images.extend(tags.iter().map(|tag| Image::new(tag, access)));
        return images;
    }
    for output in outputs {
        let access = if pushes(output) { Access::Written } else { Access::Local };
        let names = output.get("name").into_iter().flat_map(|names| names.split(','));
        images.extend(names.map(|name| Image::new(name, access)));
    }
    images
}

fn pushes(output: &Fields) -> bool {
    let get = |key| output.get(key).map(String::as_str);
    match get("type") {
        Some("registry") => get("push") != Some("false"),
        Some("image") => matches!(get("push"), Some("true" | "1" | "t")),
        _ => false,
    }
}

fn caches<'a>(entries: impl Iterator<Item = &'a Fields>) -> impl Iterator<Item = &'a str> {
    let registries = entries.filter(|entry| entry.get("type").is_some_and(|kind| kind == "registry"));
    registries.filter_map(|entry| entry.get("ref")).map(String::as_str)
}

fn read(target: &Target, folder: &Path, files: &Files) -> Vec<Image> {
    let mut images: Vec<Image> =
        caches(target.cache_from.iter()).map(|cache| Image::new(cache, Access::Read)).collect();
    let build = Build {
        builder: Builder::BuildKit,
        arguments: target.arguments.clone(),
        contexts: target.contexts.clone(),
        target: target.stage.clone().unwrap_or_default(),
        platforms: target.platforms.clone().unwrap_or_default(),
        ..Build::default()
    };
    let of_dockerfile = dockerfile(target, folder, files).and_then(|text| dockerfile::images(&text, &build, files));
    images.extend(of_dockerfile.into_iter().flatten().map(|image| Image::new(image, Access::Read)));
    images
}

/// Its own, or the one in its context; a remote context is no folder.
fn dockerfile(target: &Target, folder: &Path, files: &Files) -> Option<Rc<str>> {
    if let Some(text) = &target.dockerfile_inline {
        return Some(text.as_str().into());
    }
    let name = target.dockerfile.as_deref().filter(|name| !name.is_empty()).unwrap_or("Dockerfile");
    if let Some(name) = name.strip_prefix("cwd://") {
        return build::read(folder.join(name), files);
    }
    let context = target.context.as_deref().unwrap_or(".");
    let context = clean(&folder.join(context.strip_prefix("cwd://").unwrap_or(context)));
    build::read(context.join(name), files)
}
