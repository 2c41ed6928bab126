//! The targets of compose files: each service that is built.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::config::Config;
use super::fields::{self, Fields, Kind};
use super::target::Target;
use crate::docker::clients::client::Client;
use crate::docker::clients::compose::{Build, Location, PROJECT_NAME, Project, Service, name_in};
use crate::docker::clients::dotenv;
use crate::docker::clients::files::Files;
use crate::docker::clients::interpolate::UNKNOWN;

type Variables = BTreeMap<String, String>;

/// Whether bake takes a file for a compose file: by its name, or else by what stands in it.
pub(super) fn is_compose(name: &str, client: &Client, files: &Files) -> bool {
    let lower = name.to_ascii_lowercase();
    let has_ending = |endings: [&str; 2]| endings.iter().any(|ending| lower.ends_with(ending));
    if has_ending([".json", ".hcl"]) {
        return false;
    }
    let has_services = || {
        let project = load(vec![client.folder.join(name)], client, files);
        project.is_some_and(|(project, _)| !project.services.is_empty())
    };
    has_ending([".yml", ".yaml"]) || files.tentatively(has_services)
}

fn load(paths: Vec<PathBuf>, client: &Client, files: &Files) -> Option<(Project, Variables)> {
    let mut variables = variables(client, files)?;
    let by_environment = variables.get(PROJECT_NAME).filter(|name| !name.is_empty());
    let default = if files.lacks_variables() { UNKNOWN } else { "bake" };
    let otherwise = by_environment.map_or(default, String::as_str).to_owned();
    let name = name_in(&paths, &variables, files).unwrap_or(otherwise);
    variables.insert(PROJECT_NAME.to_owned(), name);
    let location =
        Location { files: paths, folder: client.folder.clone(), variables, is_partial: false, is_stack: false };
    Some((Project::load(&location, files)?, location.variables))
}

pub(super) fn read(paths: Vec<PathBuf>, client: &Client, files: &Files) -> Option<Config> {
    let mut config = Config::default();
    if paths.is_empty() {
        return Some(config);
    }
    let (project, variables) = load(paths, client, files)?;
    for (name, service) in &project.services {
        if let Some(build) = &service.build {
            config.targets.push(target(name, service, build, &variables, files)?);
        }
    }
    if !project.services.is_empty() {
        let names = config.targets.iter().map(|target| target.name.clone());
        config.groups.push(("default".to_owned(), names.collect()));
    }
    Some(config)
}

/// The environment, and the working folder's `.env`.
fn variables(client: &Client, files: &Files) -> Option<Variables> {
    let path = client.folder.join(".env");
    let mut variables = Variables::new();
    if files.exists(&path) {
        match files.read(&path) {
            Some(text) => variables = dotenv::read(&text, &client.variables, variables, files)?,
            None if files.is_in_doubt() => files.lack_variables(),
            None => return None,
        }
    }
    variables.extend(client.variables.clone());
    Some(variables)
}

fn target(name: &str, service: &Service, build: &Build, variables: &Variables, files: &Files) -> Option<Target> {
    let more = &build.for_bake;
    let mut tags = [&build.tags[..], &more.tags].concat();
    if tags.is_empty() {
        tags.extend(service.image.clone());
    }
    let parsed = |lists: [&[String]; 2], kind| -> Option<Vec<Fields>> {
        let parsed: Option<Vec<_>> = lists.concat().iter().map(|text| fields::parse(text, kind)).collect();
        Some(parsed?.concat())
    };
    let platforms = [&build.platforms[..], &more.platforms].concat();
    let of_service = if build.args.values().any(Option::is_none) {
        service.environment.variables(variables, files)?
    } else {
        Variables::new()
    };
    let argument = |(name, value): (&String, &Option<String>)| {
        let value = value.as_ref().or_else(|| of_service.get(name)).or_else(|| variables.get(name))?;
        Some((name.clone(), value.clone()))
    };
    let context = |(name, context): (&String, &String)| {
        let of_service = context.strip_prefix("service:").map(|service| format!("target:{}", target_name(service)));
        (name.clone(), of_service.unwrap_or_else(|| context.clone()))
    };
    Some(Target {
        name: target_name(name),
        context: Some(build.context.clone()),
        contexts: build.additional_contexts.iter().map(context).chain(more.contexts.clone()).collect(),
        dockerfile: build.dockerfile.clone(),
        dockerfile_inline: build.dockerfile_inline.clone(),
        arguments: build.args.iter().filter_map(argument).collect(),
        tags: Some(tags).filter(|tags| !tags.is_empty()),
        cache_from: parsed([&build.cache_from, &more.cache_from], Kind::Cache)?,
        cache_to: Some(parsed([&build.cache_to, &more.cache_to], Kind::Cache)?).filter(|caches| !caches.is_empty()),
        stage: build.target.clone(),
        platforms: Some(platforms).filter(|platforms| !platforms.is_empty()),
        outputs: Some(parsed([&more.outputs, &[]], Kind::Output)?).filter(|outputs| !outputs.is_empty()),
        ..Target::default()
    })
}

/// A service's name may have dots.
pub(super) fn target_name(service: &str) -> String {
    service.replace('.', "_")
}
