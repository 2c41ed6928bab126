//! Which files compose reads, in which folder, and with which variables.

use std::path::{Path, PathBuf};

use super::super::client::Client;
use super::super::dotenv;
use super::super::files::Files;
use super::super::interpolate::{Interpolation, UNKNOWN, Variables};
use super::super::paths::{clean, is_elsewhere, is_remote};
use super::super::yaml::{self, Node};
use crate::domain::Command;

const FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];
const SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) files: Vec<PathBuf>,
    /// What relative paths in the files refer to.
    pub(crate) folder: PathBuf,
    pub(crate) variables: Variables,
    /// Some files are on standard input or on another machine.
    pub(crate) is_partial: bool,
    /// `docker stack` reads the first document of a file.
    pub(crate) is_stack: bool,
}

impl Location {
    /// From the words and the environment. None if there is no file, or one that is not ours to read.
    pub(super) fn find(command: &Command<'_>, client: &Client, files: &Files) -> Option<Self> {
        let project_folder = command.values(&["--project-directory", "--workdir"]).last().filter(|it| !it.is_empty());
        let mut finder = Finder {
            client,
            files,
            project_folder: project_folder.map(|folder| clean(&client.folder.join(folder))),
            env_files: env_files(command, client),
            variables: client.variables.clone(),
            found: Paths::of(command.values(&["-f", "--file"]), &client.folder, files)?,
        };
        // The first .env may name the files, and these the folder of another .env.
        finder.add_variables()?;
        if finder.takes_its_own() {
            finder.add_variables()?;
        }
        if finder.found.here.is_empty() {
            finder.find_files()?;
        }
        finder.add_variables()?;
        let (folder, Paths { here, is_partial, .. }) = (finder.folder(), finder.found);
        let mut location = Self { folder, variables: finder.variables, files: here, is_partial, is_stack: false };
        let by_words = command.values(&["-p", "--project-name"]).last();
        location.name_project(by_words.filter(|name| !name.is_empty()), files);
        Some(location)
    }

    /// Of `docker stack deploy`.
    pub(super) fn of_stack(command: &Command<'_>, client: &Client, files: &Files) -> Option<Self> {
        let Paths { here: files, is_partial, .. } = Paths::of(
            command.values(&["-c", "--compose-file"]).flat_map(|list| list.split(',')),
            &client.folder,
            files,
        )?;
        let folder = files.first()?.parent()?.to_owned();
        Some(Self { files, folder, variables: client.variables.clone(), is_partial, is_stack: true })
    }

    /// Of the first file, for people.
    pub(super) fn file_name(&self) -> Option<&str> {
        self.files.first()?.file_name()?.to_str()
    }

    /// By the words, or else the environment, or else the files, or else the folder.
    fn name_project(&mut self, by_words: Option<&str>, files: &Files) {
        if let Some(name) = by_words {
            self.variables.insert(PROJECT_NAME.to_owned(), name.to_owned());
        } else if self.variables.get(PROJECT_NAME).is_none_or(String::is_empty) {
            // A .env that can't be read comes before the files.
            if files.lacks_variables() {
                self.variables.insert(PROJECT_NAME.to_owned(), UNKNOWN.to_owned());
                return;
            }
            let by_folder = || normal(&self.folder.file_name().unwrap_or_default().to_string_lossy());
            let by_files = name_in(&self.files, &self.variables, files);
            let by_files = by_files.map(|name| if name == UNKNOWN { name } else { normal(&name) });
            let name = by_files.filter(|name| !name.is_empty()).unwrap_or_else(by_folder);
            self.variables.insert(PROJECT_NAME.to_owned(), name);
        }
    }
}

pub(crate) const PROJECT_NAME: &str = "COMPOSE_PROJECT_NAME";

/// As it is written in the last file that says something: bake takes it so. Looked for only where it can matter, because it
/// takes a second parsing.
pub(crate) fn name_in(paths: &[PathBuf], variables: &Variables, files: &Files) -> Option<String> {
    let texts: Vec<_> = paths.iter().filter_map(|path| Some((path, files.read(path)?))).collect();
    if !texts.iter().any(|(_, text)| [PROJECT_NAME, "include", "extends"].iter().any(|word| text.contains(word))) {
        return None;
    }
    let interpolation = Interpolation { variables: [variables, &Variables::new()], files };
    let name = |document: Node| {
        let document = document.untagged();
        interpolation.text(document.map()?.get("name")?.scalar()?).filter(|name| !name.is_empty())
    };
    let mut named = texts.iter().rev().filter(|(_, text)| text.contains("name")).map(|(path, _)| path);
    named.find_map(|path| yaml::documents(&files.read(path)?, files)?.into_iter().rev().find_map(name))
}

/// compose-go's `NormalizeProjectName`.
fn normal(name: &str) -> String {
    let allowed = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    let name: String = name.to_lowercase().chars().filter(allowed).collect();
    name.trim_start_matches(['_', '-']).to_owned()
}

struct Finder<'a> {
    client: &'a Client,
    files: &'a Files,
    project_folder: Option<PathBuf>,
    /// In place of `.env`.
    env_files: Vec<PathBuf>,
    variables: Variables,
    found: Paths,
}

impl Finder<'_> {
    fn folder(&self) -> PathBuf {
        let first = self.found.here.first().filter(|_| !self.found.is_first_elsewhere).and_then(|file| file.parent());
        self.project_folder.as_deref().or(first).unwrap_or(&self.client.folder).to_owned()
    }

    fn add_variables(&mut self) -> Option<()> {
        let mut env_files = self.env_files.clone();
        if env_files.is_empty() && !is_true(self.client.variables.get("COMPOSE_DISABLE_ENV_FILE")) {
            env_files.extend(default_env_file(&self.folder(), self.files));
        }
        let variables = with_env_files(&self.variables, &env_files, self.files)?;
        // compose obeys even one in the file itself.
        if !self.env_files.is_empty() || !is_true(variables.get("COMPOSE_DISABLE_ENV_FILE")) {
            self.variables = variables;
        }
        Some(())
    }

    /// What compose itself is told by a file is put into its environment, and the file read again: others may refer to it.
    fn takes_its_own(&mut self) -> bool {
        let mut known = self.client.variables.clone();
        let is_own = |name: &str| name.starts_with("COMPOSE_") && !self.client.variables.contains_key(name);
        let own: Vec<_> = self.variables.iter().filter(|(name, _)| is_own(name)).collect();
        let takes_any = !own.is_empty();
        if takes_any {
            known.extend(own.into_iter().map(|(name, value)| (name.clone(), value.clone())));
            self.variables = known;
        }
        takes_any
    }

    /// By `COMPOSE_FILE`, or the default names upward from the folder.
    fn find_files(&mut self) -> Option<()> {
        if let Some(list) = self.variables.get("COMPOSE_FILE") {
            let separator = self.variables.get("COMPOSE_PATH_SEPARATOR").filter(|it| !it.is_empty());
            let separator = separator.map_or(SEPARATOR, String::as_str);
            self.found = Paths::of(list.split(separator), &self.client.folder, self.files)?;
            return Some(());
        }
        let start = self.folder();
        for folder in start.ancestors() {
            let first =
                |names: [&str; 4]| names.map(|name| folder.join(name)).into_iter().find(|it| self.files.exists(it));
            if let Some(file) = first(FILES) {
                self.found.here = [Some(file), first(OVERRIDES)].into_iter().flatten().collect();
                return Some(());
            }
        }
        None
    }
}

fn env_files(command: &Command<'_>, client: &Client) -> Vec<PathBuf> {
    let mut names: Vec<&str> = command.values(&["--env-file"]).collect();
    if names.is_empty() {
        let list = client.variables.get("COMPOSE_ENV_FILES").map(String::as_str).unwrap_or_default();
        names = list.split(',').filter(|name| !name.is_empty()).collect();
    }
    names.into_iter().map(|name| clean(&client.folder.join(name))).collect()
}

/// Those of some files that can be read.
#[derive(Debug, Default)]
struct Paths {
    here: Vec<PathBuf>,
    /// One is standard input, or on another machine.
    is_partial: bool,
    /// The first is on another machine, and the folder of the project nobody knows where.
    is_first_elsewhere: bool,
}

impl Paths {
    /// None if none of those that are named can be read.
    fn of<'a>(names: impl Iterator<Item = &'a str>, folder: &Path, files: &Files) -> Option<Self> {
        let mut paths = Self::default();
        for name in names {
            if is_elsewhere(name) {
                files.pass_over::<()>(name);
                paths.is_partial = true;
                paths.is_first_elsewhere |= paths.here.is_empty() && is_remote(name);
            } else {
                paths.here.push(clean(&folder.join(name)));
            }
        }
        (!paths.is_partial || !paths.here.is_empty()).then_some(paths)
    }
}

pub(super) fn default_env_file(folder: &Path, files: &Files) -> Option<PathBuf> {
    let path = folder.join(".env");
    (files.exists(&path) && !files.is_folder(&path)).then_some(path)
}

/// The steps to copy one.
const VARIABLE: usize = 150;

/// The environment's variables, and behind them those of the files, of which the later win.
pub(super) fn with_env_files(variables: &Variables, env_files: &[PathBuf], files: &Files) -> Option<Variables> {
    let mut found = Variables::new();
    // Whoever wants no variables names it.
    for path in env_files.iter().filter(|path| path != &Path::new("/dev/null")) {
        match files.read_needed(path) {
            Some(text) => found = dotenv::read(&text, variables, found, files)?,
            None if files.is_in_doubt() => files.lack_variables(),
            None => return None,
        }
    }
    if files.lacks_variables() {
        // It may say otherwise.
        found.clear();
    }
    files.spend(variables.len() * VARIABLE)?;
    found.extend(variables.iter().map(|(name, value)| (name.clone(), value.clone())));
    Some(found)
}

/// Go's `strconv.ParseBool`.
pub(crate) fn is_true(value: Option<&String>) -> bool {
    value.is_some_and(|value| matches!(&**value, "1" | "t" | "T" | "true" | "TRUE" | "True"))
}
