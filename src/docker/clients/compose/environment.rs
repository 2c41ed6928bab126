//! The variables of a service's containers. Compose builds without them; bake's arguments without a value have theirs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::dotenv;
use super::super::files::Files;
use super::super::interpolate::Variables;
use super::super::paths::clean;
use super::super::yaml::{Map, Node};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    /// One without a value has that of the project.
    own: BTreeMap<String, Option<String>>,
    files: Vec<PathBuf>,
}

/// `PATH`, or a list of these and of `{path: PATH}`.
pub(super) fn long_env_files(node: Node, folder: &Path) -> Option<Node> {
    let items = if let Node::List(items) = node { items } else { vec![node] };
    let path = |item: &Node| {
        let name = item.text().or_else(|| item.map()?.get("path")?.text())?;
        Some(Node::Text(clean(&folder.join(name)).to_str()?.to_owned()))
    };
    Some(Node::List(items.iter().map(path).collect::<Option<_>>()?))
}

impl Environment {
    pub(super) fn parse(service: &Map) -> Option<Self> {
        let mut own = BTreeMap::new();
        for (name, value) in service.get("environment").and_then(Node::map).into_iter().flatten() {
            own.insert(name.clone(), if *value == Node::Null { None } else { Some(value.scalar()?.to_owned()) });
        }
        let files = service.get("env_file").and_then(Node::list).unwrap_or_default();
        Some(Self { own, files: files.iter().filter_map(Node::text).map(PathBuf::from).collect() })
    }

    /// All of them. None if a file is no list of variables.
    pub(crate) fn variables(&self, project: &Variables, files: &Files) -> Option<Variables> {
        let mut variables = Variables::new();
        for path in &self.files {
            if let Some(text) = files.read(path) {
                variables = dotenv::read(&text, project, variables, files)?;
            }
        }
        for (name, value) in &self.own {
            match value.as_ref().or_else(|| project.get(name)) {
                Some(value) => drop(variables.insert(name.clone(), value.clone())),
                None => drop(variables.remove(name)),
            }
        }
        Some(variables)
    }
}
