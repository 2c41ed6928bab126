//! A service, as far as it says which images are read and written.

use std::collections::BTreeMap;
use std::mem;
use std::path::Path;

use super::super::paths::{clean, is_remote};
use super::super::yaml::{Map, Node};
use super::environment::{Environment, long_env_files};

/// What is kept of a service: two files need not agree on the rest.
const KEYS: [&str; 13] = [
    "image",
    "build",
    "profiles",
    "pull_policy",
    "depends_on",
    "links",
    "volumes_from",
    "provider",
    "extends",
    "volumes",
    "pre_start",
    "environment",
    "env_file",
];

/// A service may share each of them with another.
const NAMESPACES: [&str; 5] = ["network_mode", "ipc", "pid", "uts", "cgroup"];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) image: Option<String>,
    pub(crate) build: Option<Build>,
    pub(crate) profiles: Vec<String>,
    pub(crate) pull_policy: String,
    /// Whether it is required.
    pub(crate) depends_on: BTreeMap<String, bool>,
    /// The images that are mounted as volumes.
    pub(crate) volumes: Vec<String>,
    /// The images that are run before it.
    pub(crate) hooks: Vec<String>,
    /// Something else than containers runs it.
    pub(crate) has_provider: bool,
    pub(crate) environment: Environment,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Build {
    /// A URL, or a path with the folder of the project in front.
    pub(crate) context: String,
    pub(crate) dockerfile: Option<String>,
    pub(crate) dockerfile_inline: Option<String>,
    /// One without a value has it from the environment.
    pub(crate) args: BTreeMap<String, Option<String>>,
    pub(crate) target: Option<String>,
    pub(crate) cache_from: Vec<String>,
    pub(crate) cache_to: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) platforms: Vec<String>,
    pub(crate) additional_contexts: BTreeMap<String, String>,
    pub(crate) for_bake: ForBake,
}

/// `x-bake`, which bake adds to what is for compose as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ForBake {
    pub(crate) tags: Vec<String>,
    pub(crate) cache_from: Vec<String>,
    pub(crate) cache_to: Vec<String>,
    pub(crate) platforms: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) contexts: BTreeMap<String, String>,
}

/// A service as one file has it, in the long form of everything, so that others can be laid over it.
pub(super) fn long_form(service: Node, folder: &Path) -> Option<Node> {
    let mut service = match service {
        Node::Map(service) => service,
        Node::Null => return Some(Node::Null),
        _ => return None,
    };
    service.retain(|key, _| KEYS.contains(&&**key) || NAMESPACES.contains(&&**key));
    change(&mut service, "build", |build| long_build(build, folder))?;
    change(&mut service, "depends_on", names_to_map)?;
    change(&mut service, "environment", pairs_to_map)?;
    change(&mut service, "env_file", |files| long_env_files(files, folder))?;
    Some(Node::Map(service))
}

fn long_build(build: Node, folder: &Path) -> Option<Node> {
    let mut build = match build {
        Node::Map(build) => build,
        Node::Text(context) => Map::from([("context".to_owned(), Node::Text(context))]),
        _ => return None,
    };
    change(&mut build, "context", |context| {
        let context = context.text()?;
        let is_url = is_remote(context);
        Some(Node::Text(if is_url { context.to_owned() } else { clean(&folder.join(context)).to_str()?.to_owned() }))
    })?;
    change(&mut build, "args", pairs_to_map)?;
    change(&mut build, "additional_contexts", pairs_to_map)?;
    Some(Node::Map(build))
}

/// The folder of the project is the context of a build that names none.
pub(super) fn add_default_context(service: &mut Node, folder: &Path) -> Option<()> {
    if let Node::Map(service) = service
        && let Some(Node::Map(build)) = service.get_mut("build")
        && !build.contains_key("context")
    {
        build.insert("context".to_owned(), Node::Text(folder.to_str()?.to_owned()));
    }
    Some(())
}

/// Not where there is nothing.
fn change(map: &mut Map, key: &str, change: impl Fn(Node) -> Option<Node>) -> Option<()> {
    if let Some(node) = map.get_mut(key)
        && *node != Node::Null
    {
        *node = change(mem::replace(node, Node::Null))?;
    }
    Some(())
}

/// `[NAME, ...]`
fn names_to_map(node: Node) -> Option<Node> {
    let Node::List(names) = node else { return Some(node) };
    Some(Node::Map(names.iter().map(|name| Some((name.scalar()?.to_owned(), Node::Null))).collect::<Option<_>>()?))
}

/// `[NAME=VALUE, NAME, ...]`
fn pairs_to_map(node: Node) -> Option<Node> {
    let Node::List(pairs) = node else { return Some(node) };
    let mut map = Map::new();
    for pair in pairs {
        let (name, value) = match pair.scalar()?.split_once('=') {
            Some((name, value)) => (name.to_owned(), Node::Text(value.to_owned())),
            None => (pair.scalar()?.to_owned(), Node::Null),
        };
        map.insert(name, value);
    }
    Some(Node::Map(map))
}

impl Service {
    /// Whether it says what it runs, or how that is built.
    pub(super) fn is_complete(&self) -> bool {
        self.image.is_some() || self.build.is_some() || self.has_provider
    }

    /// None for a type that compose refuses.
    pub(super) fn parse(node: &Node) -> Option<Self> {
        let service = node.map()?;
        let build = match service.get("build") {
            None => None,
            Some(build) => Some(Build::parse(build.map()?)?),
        };
        Some(Self {
            image: if_any(text(service, "image")?),
            build,
            profiles: texts(service, "profiles")?,
            pull_policy: text(service, "pull_policy")?,
            depends_on: dependencies(service)?,
            volumes: image_volumes(service)?,
            hooks: hook_images(service)?,
            has_provider: service.contains_key("provider"),
            environment: Environment::parse(service)?,
        })
    }
}

/// Those of `depends_on`, and what else makes a service need another.
fn dependencies(service: &Map) -> Option<BTreeMap<String, bool>> {
    let links = texts(service, "links")?;
    let volumes = texts(service, "volumes_from")?.into_iter().filter(|volume| !volume.starts_with("container:"));
    let mut needed: Vec<String> =
        links.into_iter().chain(volumes).map(|item| item.split(':').next().unwrap_or_default().to_owned()).collect();
    for namespace in NAMESPACES {
        let shared = service.get(namespace).and_then(Node::text).and_then(|text| text.strip_prefix("service:"));
        needed.extend(shared.map(str::to_owned));
    }
    let mut dependencies: BTreeMap<String, bool> = needed.into_iter().map(|name| (name, true)).collect();
    for (name, dependency) in mapping(service, "depends_on")? {
        let required = dependency.map().and_then(|it| it.get("required")).and_then(Node::scalar);
        dependencies.insert(name, required != Some("false"));
    }
    Some(dependencies)
}

/// `{type: image, source: IMAGE, target: PATH}`. Of several with one target, in several files, the last counts.
fn image_volumes(service: &Map) -> Option<Vec<String>> {
    let mut by_target = BTreeMap::new();
    for volume in nodes(service, "volumes")? {
        let (target, image) = match volume {
            Node::Map(volume) if text(volume, "type")? == "image" => (text(volume, "target")?, text(volume, "source")?),
            Node::Map(volume) => (text(volume, "target")?, String::new()),
            short => (short.scalar()?.split(':').nth(1).unwrap_or_default().to_owned(), String::new()),
        };
        by_target.insert(target, image);
    }
    Some(by_target.into_values().filter(|image| !image.is_empty()).collect())
}

/// `[{image: IMAGE, command: ...}]`
fn hook_images(service: &Map) -> Option<Vec<String>> {
    let mut images = Vec::new();
    for hook in nodes(service, "pre_start")? {
        images.extend(if_any(text(hook.map()?, "image")?));
    }
    Some(images)
}

impl Build {
    fn parse(build: &Map) -> Option<Self> {
        let mut args = BTreeMap::new();
        for (name, value) in mapping(build, "args")? {
            args.insert(name, if value == Node::Null { None } else { Some(value.scalar()?.to_owned()) });
        }
        let mut additional_contexts = BTreeMap::new();
        for (name, context) in mapping(build, "additional_contexts")? {
            additional_contexts.insert(name, context.scalar()?.to_owned());
        }
        let (dockerfile, dockerfile_inline) =
            (if_any(text(build, "dockerfile")?), if_any(text(build, "dockerfile_inline")?));
        if dockerfile.is_some() && dockerfile_inline.is_some() {
            return None;
        }
        Some(Self {
            context: text(build, "context")?,
            dockerfile,
            dockerfile_inline,
            args,
            target: if_any(text(build, "target")?),
            cache_from: texts(build, "cache_from")?,
            cache_to: texts(build, "cache_to")?,
            tags: texts(build, "tags")?,
            platforms: texts(build, "platforms")?,
            additional_contexts,
            for_bake: ForBake::parse(&mapping(build, "x-bake")?)?,
        })
    }
}

impl ForBake {
    fn parse(extension: &Map) -> Option<Self> {
        let mut contexts = BTreeMap::new();
        for (name, context) in mapping(extension, "contexts")? {
            contexts.insert(name, context.scalar()?.to_owned());
        }
        Some(Self {
            tags: words(extension, "tags")?,
            cache_from: words(extension, "cache-from")?,
            cache_to: words(extension, "cache-to")?,
            platforms: words(extension, "platforms")?,
            outputs: words(extension, "output")?,
            contexts,
        })
    }
}

/// A list, or a text of several words.
fn words(map: &Map, key: &str) -> Option<Vec<String>> {
    match map.get(key) {
        Some(Node::Text(text)) => Some(text.split_whitespace().map(str::to_owned).collect()),
        _ => texts(map, key),
    }
}

/// Empty where there is none. None for another type.
fn text(map: &Map, key: &str) -> Option<String> {
    map.get(key).map_or(Some(String::new()), |node| node.text().map(str::to_owned))
}

fn if_any(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn texts(map: &Map, key: &str) -> Option<Vec<String>> {
    nodes(map, key)?.iter().map(|item| item.scalar().map(str::to_owned)).collect()
}

fn nodes<'a>(map: &'a Map, key: &str) -> Option<&'a [Node]> {
    match map.get(key) {
        None | Some(Node::Null) => Some(&[]),
        Some(node) => node.list(),
    }
}

fn mapping(map: &Map, key: &str) -> Option<Map> {
    match map.get(key) {
        None | Some(Node::Null) => Some(Map::new()),
        Some(node) => node.map().cloned(),
    }
}
