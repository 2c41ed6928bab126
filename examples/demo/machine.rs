//! A temporary home, and an environment in which programs use nothing outside of it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::{helper, screen};

/// Variables that lead to the home itself, and those that lead to folders in it.
const HOME: [&str; 2] = ["HOME", "USERPROFILE"];
const FOLDERS: [(&str, &str); 9] = [
    ("ATCR_CONFIG_DIR", ".atcr"),
    ("DOCKER_CONFIG", ".docker"),
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local"),
    ("XDG_RUNTIME_DIR", "run"),
    ("TEMP", "tmp"),
    ("TMP", "tmp"),
    ("TMPDIR", "tmp"),
];

/// Without these, Windows starts no program that uses the network.
const OF_WINDOWS: [&str; 2] = ["SystemRoot", "SystemDrive"];

/// The home is removed when it is dropped.
pub(crate) struct Machine {
    home: TempDir,
    path: OsString,
}

pub(crate) struct Ran {
    pub(crate) success: bool,
    pub(crate) text: String,
}

impl Machine {
    /// The helper comes first on its `PATH`, as if it were installed.
    pub(crate) fn new() -> Result<Self> {
        let home = tempfile::Builder::new().prefix("atcr-demo-").tempdir().context("can't create a temporary home")?;
        for folder in [".docker", "bin", "run", "tmp"] {
            fs::create_dir(home.path().join(folder)).context("can't create folders in the temporary home")?;
        }
        let bin = home.path().join("bin");
        helper::install(&bin)?;
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = [bin].into_iter().chain(env::split_paths(&inherited));
        let path = env::join_paths(folders).context("can't put the helper's folder on PATH")?;
        Ok(Self { home, path })
    }

    /// Reads a file of the home; empty if it is missing.
    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.home.path().join(file)).unwrap_or_default()
    }

    /// Writes a file and creates its folders.
    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let file = self.home.path().join(file);
        let made = fs::create_dir_all(file.parent().unwrap_or(&file)).and_then(|()| fs::write(&file, content));
        made.with_context(|| format!("can't write {}", file.display()))
    }

    /// A program to be run in the home.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", &self.path).current_dir(self.home.path()).stdin(Stdio::null());
        command.envs(HOME.map(|variable| (variable, self.home.path())));
        command.envs(FOLDERS.map(|(variable, folder)| (variable, self.home.path().join(folder))));
        command.envs(OF_WINDOWS.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        command.env("ATCR_NO_UPDATE_NOTIFIER", "1");
        command
    }

    /// Runs the helper as a person would, and shows the command and its output.
    pub(crate) fn helper(&self, arguments: &[&str]) -> Result<Ran> {
        screen::command(&format!("{} {}", helper::NAME, arguments.join(" ")));
        run(self.command(helper::NAME).args(arguments))
    }

    pub(crate) fn remove(self) -> Result<()> {
        self.home.close().context("can't remove the temporary home")
    }
}

/// Runs a command and shows its output.
pub(crate) fn run(command: &mut Command) -> Result<Ran> {
    let program = command.get_program().to_owned();
    let ran = command.output().with_context(|| format!("can't start {}", program.display()))?;
    let text = [ran.stdout, ran.stderr].map(|stream| String::from_utf8_lossy(&stream).into_owned()).concat();
    screen::output(&text);
    Ok(Ran { success: ran.status.success(), text })
}
