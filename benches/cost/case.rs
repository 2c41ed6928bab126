//! One way to start a program, the same each time.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A program with its arguments, its input and its surroundings.
pub(crate) struct Case {
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(&'static str, PathBuf)>,
    input: Option<PathBuf>,
    before: Before,
}

/// What is put right before each start, so that each has the same to do.
pub(crate) enum Before {
    Nothing,
    Write(PathBuf, Vec<u8>),
    Remove(PathBuf),
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

    /// Puts everything right, and returns the command: by itself, or as an argument of `tool`.
    pub(crate) fn command(&self, tool: &[&str]) -> Command {
        match &self.before {
            Before::Nothing => {}
            Before::Write(path, content) => fs::write(path, content).expect("write a case's file"),
            Before::Remove(path) => drop(fs::remove_file(path).or_else(|_| fs::remove_dir_all(path))),
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

    /// What it prints. Makes sure that what is measured does what it is measured for.
    pub(crate) fn output(&self) -> String {
        let output = self.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("start a case");
        assert!(output.status.success(), "{}: {}", self.program.display(), String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
