//! One run of a program: what it is given, and everything it must do.

use std::process::Command;
use std::time::Duration;

use serde_json::json;

use super::home::example;

/// Longer than any limit of the program's own: what takes this long hangs.
const HANGS: Duration = Duration::from_mins(1);

/// A run that is to be made. Unless told otherwise it must succeed and print nothing, on neither stream.
#[must_use]
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
    status: i32,
    stdout: Expected,
    stderr: Expected,
}

/// What a run printed.
pub struct Seen {
    pub stdout: String,
    pub stderr: String,
}

enum Expected {
    Exactly(String),
    Containing(Vec<String>),
}

impl Expected {
    fn check(&self, stream: &str, seen: &Seen, text: &str) {
        let context = || format!("{stream} is\n{text}\nof stdout\n{}\nand stderr\n{}", seen.stdout, seen.stderr);
        match self {
            Self::Exactly(expected) => assert!(text == expected, "expected {stream}\n{expected}\n{}", context()),
            Self::Containing(parts) => {
                for part in parts {
                    assert!(text.contains(part), "expected {part:?}, {}", context());
                }
            }
        }
    }
}

impl Run {
    pub fn new(command: Command) -> Self {
        let nothing = || Expected::Exactly(String::new());
        Self { command, stdin: Vec::new(), status: 0, stdout: nothing(), stderr: nothing() }
    }

    pub fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.stdin = input.into();
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Starts the program from a process with these words on its command line, and that one from the next.
    pub fn under(mut self, ancestors: &[&[&str]]) -> Self {
        let text = |text: &std::ffi::OsStr| text.to_str().unwrap().to_owned();
        let mut chain: Vec<Vec<String>> =
            ancestors.iter().rev().map(|words| words.iter().map(|&word| word.to_owned()).collect()).collect();
        let program = [self.command.get_program()].into_iter().chain(self.command.get_args()).map(text).collect();
        let outermost = if chain.is_empty() { Vec::new() } else { chain.remove(0) };
        chain.push(program);
        let mut parent = Command::new(example("parent"));
        parent.args(outermost).env_clear().env("PARENT_CHAIN", json!(chain).to_string());
        for (name, value) in self.command.get_envs() {
            parent.env(name, value.unwrap_or_default());
        }
        self.command = parent;
        self
    }

    pub fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    pub fn stdout(mut self, expected: impl Into<String>) -> Self {
        self.stdout = Expected::Exactly(expected.into());
        self
    }

    pub fn stderr(mut self, expected: impl Into<String>) -> Self {
        self.stderr = Expected::Exactly(expected.into());
        self
    }

    pub fn stdout_has(mut self, parts: &[&str]) -> Self {
        self.stdout = Expected::Containing(parts.iter().map(|&part| part.to_owned()).collect());
        self
    }

    pub fn stderr_has(mut self, parts: &[&str]) -> Self {
        self.stderr = Expected::Containing(parts.iter().map(|&part| part.to_owned()).collect());
        self
    }

    /// Expects the same line on both streams and exit code 1: how a protocol verb fails.
    pub fn fails_with(self, line: &str) -> Self {
        self.status(1).stdout(format!("{line}\n")).stderr(format!("{line}\n"))
    }

    /// Makes the run and checks all of it.
    #[track_caller]
    pub fn check(self) -> Seen {
        let mut command = assert_cmd::Command::from_std(self.command);
        let output = command.write_stdin(self.stdin).timeout(HANGS).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let seen = Seen { stdout: text(output.stdout), stderr: text(output.stderr) };
        self.stdout.check("stdout", &seen, &seen.stdout);
        self.stderr.check("stderr", &seen, &seen.stderr);
        assert_eq!(output.status.code(), Some(self.status), "exit code; stderr is\n{}", seen.stderr);
        seen
    }
}
