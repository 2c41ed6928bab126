//! The services that a command is about.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Command;

use super::super::files::Files;
use super::super::interpolate::Variables;
use super::action::Action;
use super::loader;
use super::location::Location;
use super::service::Service;

pub(crate) struct Project {
    pub(crate) services: BTreeMap<String, Service>,
    /// Some services, or what they extend, stand where we can't read them.
    is_partial: bool,
}

impl Project {
    pub(crate) fn load(location: &Location, files: &Files) -> Option<Self> {
        let is_partial = Cell::new(location.is_partial);
        let services = loader::services(location, files, &[], &is_partial)?;
        let services = services.iter().map(|(name, node)| Some((name.clone(), Service::parse(node)?)));
        Some(Self { services: services.collect::<Option<_>>()?, is_partial: is_partial.get() })
    }
}

pub(super) struct Selection<'a> {
    named: Vec<&'a str>,
    profiles: Vec<&'a str>,
    has_dependencies: bool,
}

impl<'a> Selection<'a> {
    pub(super) fn of(command: &Command<'a>, variables: &'a Variables) -> Self {
        let mut profiles: Vec<&str> = command.values(&["--profile"]).collect();
        if profiles.is_empty() {
            let list = variables.get("COMPOSE_PROFILES").map(String::as_str).unwrap_or_default();
            profiles = list.split(',').map(str::trim).collect();
        }
        let verb = command.verbs.get(1).copied().unwrap_or_default();
        // `scale web=3`
        let services = command.positionals.iter().map(|name| name.split_once('=').map_or(*name, |(name, _)| name));
        // Its word is what the whole project is published as.
        let named = if verb == "publish" { Vec::new() } else { services.collect() };
        let has_dependencies = match verb {
            "push" | "pull" | "publish" => command.is_set(&["--include-deps"]),
            "build" => command.is_set(&["--with-dependencies"]),
            _ => !command.is_set(&["--no-deps"]),
        };
        Self { named, profiles, has_dependencies }
    }

    /// None where compose stops: a service that is not there, or one that says neither what it runs nor how it is built.
    pub(super) fn services<'p>(&self, project: &'p Project, action: Action) -> Option<Vec<&'p Service>> {
        let mut profiles = self.profiles.clone();
        for name in &self.named {
            let Some(service) = project.services.get(*name) else {
                if project.is_partial {
                    continue;
                }
                return None;
            };
            if !is_enabled(service, &profiles) {
                profiles.extend(service.profiles.iter().map(String::as_str));
            }
        }
        let enabled: BTreeMap<&str, &Service> = project
            .services
            .iter()
            .map(|(name, it)| (&**name, it))
            .filter(|(_, it)| is_enabled(it, &profiles))
            .collect();
        // What only its name enables is looked at later, and left out if there is nothing to push or pull.
        let is_consistent = enabled.values().all(|service| {
            let is_complete = service.is_complete() || !is_enabled(service, &self.profiles);
            is_complete && has_dependencies(service, &enabled, project)
        });
        let by_profiles = enabled.iter().filter(|(_, service)| is_enabled(service, &self.profiles));
        if !is_consistent && !project.is_partial || has_circle(&by_profiles.map(|(name, it)| (*name, *it)).collect()) {
            return None;
        }
        let mut wanted = if self.named.is_empty() { enabled.keys().copied().collect() } else { self.named.clone() };
        let mut selected = BTreeSet::new();
        while let Some(name) = wanted.pop() {
            if !enabled.contains_key(name) || !selected.insert(name) {
                continue;
            }
            let service = enabled[name];
            if self.has_dependencies {
                wanted.extend(service.depends_on.keys().map(String::as_str));
            }
            if matches!(action, Action::Build | Action::Run) {
                wanted.extend(built_contexts(service));
            }
        }
        Some(selected.into_iter().map(|name| enabled[name]).collect())
    }
}

fn is_enabled(service: &Service, profiles: &[&str]) -> bool {
    let is_active = |profile: &&str| *profile == "*" || service.profiles.iter().any(|own| own == profile);
    service.profiles.is_empty() || profiles.iter().any(is_active)
}

fn has_dependencies(service: &Service, enabled: &BTreeMap<&str, &Service>, project: &Project) -> bool {
    let mut dependencies = service.depends_on.iter();
    let is_there = |(name, is_required): (&String, &bool)| {
        enabled.contains_key(&**name) || (!is_required && project.services.contains_key(name))
    };
    dependencies.all(is_there)
}

/// Whether services depend on each other. Those that depend on nothing are taken away, then those that depended on them
/// alone, and so on.
fn has_circle(enabled: &BTreeMap<&str, &Service>) -> bool {
    let mut dependents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let mut free = Vec::new();
    for (name, service) in enabled {
        let dependencies: Vec<&str> =
            service.depends_on.keys().map(|it| &**it).filter(|it| enabled.contains_key(it)).collect();
        if dependencies.is_empty() {
            free.push(*name);
        }
        open.insert(name, dependencies.len());
        for dependency in dependencies {
            dependents.entry(dependency).or_default().push(name);
        }
    }
    let mut taken = 0;
    while let Some(name) = free.pop() {
        taken += 1;
        for dependent in dependents.remove(name).unwrap_or_default() {
            let Some(count) = open.get_mut(dependent) else { continue };
            *count -= 1;
            if *count == 0 {
                free.push(dependent);
            }
        }
    }
    taken < enabled.len()
}

/// Other services that a build takes files from.
fn built_contexts(service: &Service) -> impl Iterator<Item = &str> {
    let contexts = service.build.iter().flat_map(|build| build.additional_contexts.values());
    contexts.filter_map(|context| context.strip_prefix("service:"))
}
