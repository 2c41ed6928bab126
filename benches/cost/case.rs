//! A program to start, the same way each time.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) struct Case {
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(&'static str, PathBuf)>,
    input: Option<PathBuf>,
    before: Before,
}

/// What is restored before each start, so that every start does the same work.
pub(crate) enum Before {
    Nothing,
    Write(PathBuf, Vec<u8>),
    RemoveFolder(PathBuf),
}

impl Case {
    pub(crate) fn new(program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Self { program: program.into(), arguments, environment: Vec::new(), input: None, before: Before::Nothing }
    }

    pub(crate) fn with(mut self, variable: &'static str, value: impl Into<PathBuf>) -> Self {
        self.environment.push((variable, value.into()));
        self
    }

    pub(crate) fn reading(mut self, input: PathBuf) -> Self {
        self.input = Some(input);
        self
    }

    pub(crate) fn after(mut self, before: Before) -> Self {
        self.before = before;
        self
    }

    /// The same below another program, which is told by a variable what to start.
    pub(crate) fn started_by(mut self, variable: &'static str, program: PathBuf, words: &[&str]) -> Self {
        let helper = std::mem::replace(&mut self.program, program);
        self.arguments = words.iter().map(ToString::to_string).collect();
        self.with(variable, helper)
    }

    /// Restores what the last start changed, and returns the command, as an argument of `tool` if there is one.
    pub(crate) fn command(&self, tool: &[&str]) -> Command {
        match &self.before {
            Before::Nothing => {}
            Before::Write(path, content) => fs::write(path, content).expect("write a case's file"),
            Before::RemoveFolder(path) => {
                let _ = fs::remove_dir_all(path);
            }
        }
        let mut words: Vec<std::ffi::OsString> = tool.iter().map(Into::into).collect();
        words.push(self.program.clone().into());
        words.extend(self.arguments.iter().map(Into::into));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(self.input.as_ref().map_or_else(Stdio::null, |input| File::open(input).expect("open").into()));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// What it prints, for a check that it does what it is measured for.
    pub(crate) fn output(&self) -> String {
        let output = self.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("start a case");
        assert!(output.status.success(), "{}: {}", self.program.display(), String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
