//! The services of a project: its files, what they include, and what their services extend.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use super::super::files::Files;
use super::super::interpolate::{Interpolation, Variables};
use super::super::paths::{clean, is_remote};
use super::super::yaml::{self, Map, Node};
use super::location::{Location, default_env_file, with_env_files};
use super::merge::{merge, merge_maps};
use super::service::{add_default_context, long_form};
use super::tags::Tags;

/// Services that extend each other.
const LONGEST_TRAIL: usize = 50;

/// One file of a project, or one that is extended.
struct Place<'a> {
    path: &'a Path,
    /// What relative paths in it refer to.
    folder: &'a Path,
    variables: &'a Variables,
    is_partial: &'a Cell<bool>,
}

/// All services of a project, merged, in their long form. None where compose stops. What it includes or extends from another
/// machine, or from a file that can't be read, is left out and makes it partial. `including` are the files above that include
/// this project.
pub(super) fn services(
    project: &Location,
    files: &Files,
    including: &[PathBuf],
    is_partial: &Cell<bool>,
) -> Option<Map> {
    let mut services = Map::new();
    for path in &project.files {
        let place = Place { path, folder: &project.folder, variables: &project.variables, is_partial };
        let documents = match place.documents(files) {
            Some(documents) => documents,
            None if files.is_in_doubt() => {
                is_partial.set(true);
                continue;
            }
            None => return None,
        };
        let most = if project.is_stack { 1 } else { documents.len() };
        for (mut document, tags) in documents.into_iter().take(most) {
            let mut own = place.services(&mut document)?;
            let includes = document.remove("include");
            own = place.with_includes(own, includes.as_ref(), &tags, files, including)?;
            own = place.with_bases(&own, &tags, files)?;
            tags.clear(&mut services);
            services = merge_maps(services, own)?;
        }
    }
    for service in services.values_mut() {
        add_default_context(service, &project.folder)?;
    }
    Some(services)
}

impl Place<'_> {
    fn documents(&self, files: &Files) -> Option<Vec<(Map, Tags)>> {
        let interpolation = Interpolation { variables: [self.variables, &Variables::new()], files };
        let mut documents = Vec::new();
        for document in yaml::documents(&files.read_needed(self.path)?, files)? {
            // What is reset need not be possible to interpolate.
            let (document, tags) = Tags::take_from(document)?;
            documents.push((interpolation.tree(Node::Map(document))?.into_map()?, tags));
        }
        Some(documents)
    }

    /// Those of one document, in their long form.
    fn services(&self, document: &mut Map) -> Option<Map> {
        let services = match document.remove("services") {
            None | Some(Node::Null) => return Some(Map::new()),
            Some(Node::Map(services)) => services,
            Some(_) => return None,
        };
        services.into_iter().map(|(name, service)| Some((name, long_form(service, self.folder)?))).collect()
    }

    /// In the place of a service that can't be read.
    fn nothing(&self) -> Node {
        self.is_partial.set(true);
        Node::Map(Map::new())
    }

    /// Own services lie over included ones.
    fn with_includes(
        &self,
        mut own: Map,
        includes: Option<&Node>,
        tags: &Tags,
        files: &Files,
        including: &[PathBuf],
    ) -> Option<Map> {
        let includes = match includes {
            None | Some(Node::Null) => return Some(own),
            Some(includes) => includes.list()?,
        };
        let including = [including, &[self.path.to_owned()]].concat();
        for include in includes {
            let Some(project) = self.included(include, files)? else {
                self.is_partial.set(true);
                continue;
            };
            if project.files.iter().any(|file| including.contains(file)) {
                return None;
            }
            match services(&project, files, &including, self.is_partial) {
                Some(mut theirs) => {
                    tags.clear(&mut theirs);
                    own = merge_maps(theirs, own)?;
                }
                None if files.is_in_doubt() => self.is_partial.set(true),
                None => return None,
            }
        }
        Some(own)
    }

    /// `PATH`, or `{path, project_directory, env_file}`. The inner None is one on another machine.
    #[expect(clippy::option_option, reason = "another machine's is no error")]
    fn included(&self, include: &Node, files: &Files) -> Option<Option<Location>> {
        let (paths, folder, env_files) = match include {
            Node::Text(path) => (vec![path.clone()], None, Vec::new()),
            include => {
                let include = include.map()?;
                let folder = include.get("project_directory").and_then(Node::text);
                (one_or_more(include.get("path"))?, folder, one_or_more(include.get("env_file"))?)
            }
        };
        if let Some(remote) = paths.iter().find(|path| is_remote(path)) {
            return Some(files.pass_over(remote));
        }
        let paths: Vec<PathBuf> = paths.iter().map(|path| clean(&self.folder.join(path))).collect();
        let beside_first = paths.first()?.parent()?;
        let folder = folder.map_or_else(|| beside_first.to_owned(), |folder| self.folder.join(folder));
        let env_files: Vec<PathBuf> = match &env_files[..] {
            [] => default_env_file(&folder, files).into_iter().collect(),
            names => names.iter().map(|name| self.folder.join(name)).collect(),
        };
        let variables = with_env_files(self.variables, &env_files, files)?;
        Some(Some(Location { files: paths, folder, variables, is_partial: false, is_stack: false }))
    }

    fn with_bases(&self, services: &Map, tags: &Tags, files: &Files) -> Option<Map> {
        let mut complete = Map::new();
        for name in services.keys() {
            complete.insert(name.clone(), self.with_base(name, services, tags, files, &mut Vec::new())?);
        }
        Some(complete)
    }

    /// A service over the one that it extends, in this file or another. `trail` are those that extend this one.
    fn with_base(
        &self,
        name: &str,
        services: &Map,
        tags: &Tags,
        files: &Files,
        trail: &mut Vec<(PathBuf, String)>,
    ) -> Option<Node> {
        let service = services.get(name)?;
        files.spend(service.steps())?;
        let service = service.clone();
        let Some(extends) = service.map().and_then(|service| service.get("extends")) else { return Some(service) };
        let (file, base) = match extends {
            Node::Text(base) => (None, base.clone()),
            extends => {
                let extends = extends.map()?;
                (extends.get("file").and_then(Node::text), extends.get("service")?.text()?.to_owned())
            }
        };
        let step = (self.path.to_owned(), name.to_owned());
        if trail.len() >= LONGEST_TRAIL || trail.contains(&step) {
            return None;
        }
        trail.push(step);
        let mut base = match file {
            None => self.with_base(&base, services, tags, files, trail)?,
            Some(file) if is_remote(file) => {
                files.pass_over::<()>(file);
                self.nothing()
            }
            Some(file) => {
                let path = clean(&self.folder.join(file));
                let other = Place { path: &path, folder: path.parent()?, ..*self };
                match other.documents(files) {
                    Some(documents) => {
                        let mut services = Map::new();
                        for (mut document, own) in documents {
                            own.clear(&mut services);
                            services = merge_maps(services, other.services(&mut document)?)?;
                        }
                        other.with_base(&base, &services, tags, files, trail)?
                    }
                    None if files.is_in_doubt() => self.nothing(),
                    None => return None,
                }
            }
        };
        tags.clear_base(name, &mut base);
        let Some(Node::Map(mut service)) = merge(base, service) else { return None };
        service.remove("extends");
        Some(Node::Map(service))
    }
}

fn one_or_more(node: Option<&Node>) -> Option<Vec<String>> {
    match node {
        None | Some(Node::Null) => Some(Vec::new()),
        Some(Node::Text(text)) => Some(vec![text.clone()]),
        Some(node) => node.list()?.iter().map(|item| item.text().map(str::to_owned)).collect(),
    }
}
