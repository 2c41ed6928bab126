//! A machine within the machine: a temporary home, and an environment that leads nowhere else.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::screen;

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

/// The machine. Its home is gone when it is dropped.
pub(crate) struct Machine {
    home: TempDir,
    path: OsString,
}

/// What a command said, and whether it succeeded.
pub(crate) struct Ran {
    pub(crate) success: bool,
    pub(crate) text: String,
}

impl Machine {
    /// A new home, and a `PATH` on which `binary` comes first, as if it were installed.
    pub(crate) fn new(binary: &Path) -> Result<Self> {
        let home = tempfile::Builder::new().prefix("atcr-demo-").tempdir().context("can't make a temporary home")?;
        for folder in [".docker", "run", "tmp"] {
            fs::create_dir(home.path().join(folder)).context("can't furnish the temporary home")?;
        }
        let real = env::var_os("PATH").unwrap_or_default();
        let folders = binary.parent().map(Path::to_owned).into_iter().chain(env::split_paths(&real));
        let path = env::join_paths(folders).context("can't put the program's folder on PATH")?;
        Ok(Self { home, path })
    }

    /// Writes a file, whose folders are made too.
    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let file = self.home.path().join(file);
        let made = fs::create_dir_all(file.parent().unwrap_or(&file)).and_then(|()| fs::write(&file, content));
        made.with_context(|| format!("can't write {}", file.display()))
    }

    /// A program of this machine's, to be run in its home.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", &self.path).current_dir(self.home.path()).stdin(Stdio::null());
        command.envs(HOME.map(|variable| (variable, self.home.path())));
        command.envs(FOLDERS.map(|(variable, folder)| (variable, self.home.path().join(folder))));
        command.envs(OF_WINDOWS.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        command.env("ATCR_NO_UPDATE_NOTIFIER", "1");
        command
    }

    /// Runs the real program as a person would, and shows what was typed and what it said.
    pub(crate) fn helper(&self, arguments: &[&str]) -> Result<Ran> {
        let program = "docker-credential-atcr";
        screen::command(&format!("{program} {}", arguments.join(" ")));
        run(self.command(program).args(arguments))
    }

    /// Removes the home now, to hear whether that works.
    pub(crate) fn remove(self) -> Result<()> {
        self.home.close().context("can't remove the temporary home")
    }
}

/// Runs a command and shows what it said.
pub(crate) fn run(command: &mut Command) -> Result<Ran> {
    let program = command.get_program().to_owned();
    let ran = command.output().with_context(|| format!("can't start {}", program.display()))?;
    let text = [ran.stdout, ran.stderr].map(|stream| String::from_utf8_lossy(&stream).into_owned()).concat();
    screen::output(&text);
    Ok(Ran { success: ran.status.success(), text })
}
