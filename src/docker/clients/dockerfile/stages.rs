//! A Dockerfile's stages, and the images of those that are built.

use super::lines::{Instruction, Instructions};
use super::options::{Build, Builder};
use super::words::{self, Variables};
use crate::docker::clients::files::Files;

const EMPTY_IMAGE: &str = "scratch";
/// Stages, and files from others in one of them: far more than anybody writes, and each is looked for by its name.
const MOST_STAGES: usize = 256;
const MOST_SOURCES: usize = 1024;
/// The steps of an instruction, and of a name that is compared with another.
const INSTRUCTION: usize = 100;
const NAME: usize = 10;

#[derive(Debug, Default)]
struct Stage {
    /// In lower case; empty without `AS`.
    name: String,
    base: String,
    /// What `COPY --from` and `RUN --mount=from` name: a stage, its number, or an image.
    sources: Vec<String>,
    /// Those of `ONBUILD`, which run in stages that are based on this one.
    later_sources: Vec<String>,
}

pub(super) struct Stages(Vec<Stage>);

impl Stages {
    pub(super) fn parse(
        instructions: &Instructions,
        mut variables: Variables<'_>,
        build: &Build,
        files: &Files,
    ) -> Option<Self> {
        files.spend(instructions.all.len() * INSTRUCTION)?;
        let mut stages: Vec<Stage> = Vec::new();
        for instruction in &instructions.all {
            match (&*instruction.name, stages.last_mut()) {
                ("from", _) => stages.push(stage(instruction, &variables)?),
                ("arg", None) => declare(instruction, &mut variables, instructions.escape, build)?,
                (_, None) => return None,
                ("onbuild", Some(stage)) => {
                    let later = Instruction::parse(&instruction.rest, instructions.escape, files)?;
                    stage.later_sources.extend(sources(&later, &variables, build)?);
                }
                (_, Some(stage)) => stage.sources.extend(sources(instruction, &variables, build)?),
            }
        }
        let is_usual = stages.len() <= MOST_STAGES && stages.iter().all(|stage| stage.sources.len() <= MOST_SOURCES);
        if !is_usual {
            return files.give_up(format!("it has more than {MOST_STAGES} stages or {MOST_SOURCES} mounts"));
        }
        Some(Self(stages))
    }

    /// The images that building the target reads from a registry.
    pub(super) fn images(&self, build: &Build, files: &Files) -> Option<Vec<String>> {
        let target = match &*build.target {
            "" => self.0.len().checked_sub(1)?,
            name => self.find(name)?,
        };
        let mut images = Vec::new();
        let builds_unused = build.builds_unused || build.builder == Builder::Classic;
        let mut wanted = if builds_unused { (0..=target).collect() } else { vec![target] };
        let mut is_done = vec![false; self.0.len()];
        while let Some(at) = wanted.pop() {
            if std::mem::replace(is_done.get_mut(at)?, true) {
                continue;
            }
            let stage = &self.0[at];
            let names = 1 + stage.sources.len() + stage.later_sources.len();
            files.spend(names * (self.0.len() + build.contexts.len()) * NAME)?;
            if let Some(context) = (!stage.name.is_empty()).then(|| context(build, &stage.name)).flatten() {
                images.extend(image_of_context(context));
                continue;
            }
            // Only a stage above is a base: `FROM alpine AS alpine` is based on the image.
            match self.0[..at].iter().rposition(|above| above.name.eq_ignore_ascii_case(&stage.base)) {
                Some(base) => {
                    wanted.push(base);
                    self.want(&self.0[base].later_sources, &mut wanted, &mut images, build);
                }
                None => images.extend(image(&stage.base, build)),
            }
            self.want(&stage.sources, &mut wanted, &mut images, build);
        }
        Some(images)
    }

    fn want(&self, sources: &[String], wanted: &mut Vec<usize>, images: &mut Vec<String>, build: &Build) {
        for source in sources {
            match self.find(source) {
                Some(stage) => wanted.push(stage),
                None => images.extend(image(source, build)),
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let by_name = self.0.iter().rposition(|stage| stage.name.eq_ignore_ascii_case(name));
        by_name.or_else(|| name.parse().ok().filter(|&number| number < self.0.len()))
    }
}

/// `FROM [--platform=...] IMAGE [AS NAME]`
fn stage(from: &Instruction, variables: &Variables<'_>) -> Option<Stage> {
    let words: Vec<&str> = from.rest.split_whitespace().collect();
    let (base, name) = match words[..] {
        [base] => (base, ""),
        [base, word, name] if word.eq_ignore_ascii_case("as") => (base, name),
        _ => return None,
    };
    let base = variables.expand(base).filter(|base| !base.is_empty())?;
    let name = name.to_ascii_lowercase();
    let is_valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let is_name = name.is_empty() || (name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_valid));
    is_name.then(|| Stage { name, base, ..Stage::default() })
}

/// `ARG NAME[=DEFAULT] ...` before the first `FROM`: the only one that `FROM` knows.
fn declare(arg: &Instruction, variables: &mut Variables<'_>, escape: char, build: &Build) -> Option<()> {
    for word in words::split(&arg.rest, escape) {
        let (name, default) = match word.split_once('=') {
            Some((name, default)) => (name, Some(variables.expand(default)?)),
            None => (&*word, None),
        };
        if let Some(value) = build.arguments.get(name).cloned().or(default) {
            variables.values.insert(name.to_owned(), value);
        }
    }
    Some(())
}

/// The stages and images whose files an instruction uses.
fn sources(instruction: &Instruction, variables: &Variables<'_>, build: &Build) -> Option<Vec<String>> {
    let sources: Vec<&str> = match &*instruction.name {
        "copy" | "add" => instruction.values("from").collect(),
        "run" => instruction.values("mount").filter_map(source_of_mount).collect(),
        _ => Vec::new(),
    };
    let mut expanded = Vec::new();
    for source in sources.into_iter().filter(|source| !source.is_empty()) {
        expanded.push(match build.builder {
            Builder::Buildah => variables.expand(source)?,
            _ => source.to_owned(),
        });
    }
    Some(expanded)
}

/// `type=bind,from=IMAGE,...`
fn source_of_mount(mount: &str) -> Option<&str> {
    mount.split(',').find_map(|field| {
        let (key, value) = field.split_once('=')?;
        key.eq_ignore_ascii_case("from").then_some(value)
    })
}

/// The image that is read for a name that is no stage.
fn image(name: &str, build: &Build) -> Option<String> {
    match context(build, name) {
        Some(context) => image_of_context(context),
        None if name == EMPTY_IMAGE => None,
        None => Some(name.to_owned()),
    }
}

/// What stands for an image or a stage of this name.
fn context<'a>(build: &'a Build, name: &str) -> Option<&'a str> {
    let name = familiar(name);
    build.contexts.iter().find(|(key, _)| familiar(key) == name).map(|(_, context)| &**context)
}

/// BuildKit compares the short names: `docker.io/library/alpine:latest` is `alpine`.
fn familiar(name: &str) -> &str {
    let name = name.strip_suffix(":latest").unwrap_or(name);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

/// A context may be a folder, an archive, another target; or an image.
fn image_of_context(context: &str) -> Option<String> {
    let transports = ["docker-image://", "container-image://", "docker://"];
    let image = transports.iter().find_map(|transport| context.strip_prefix(transport))?;
    (image != EMPTY_IMAGE).then(|| image.to_owned())
}
