//! One run of a program: its input, and everything that is expected of it.

use std::io::{self, Write};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::home::example;

/// Longer than any limit of the program's own.
const HANGS: Duration = Duration::from_mins(1);

/// Starts a program as `attempt` does. Under wine it is tried again where wine, with many programs starting at the same time,
/// fails to hand a new one its memory: "Internal error", which Windows itself does not say.
pub fn start<T>(attempt: impl FnMut() -> io::Result<T>) -> T {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    let is_wines = |begun: &io::Result<T>| {
        begun.as_ref().is_err_and(|error| cfg!(windows) && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR))
    };
    again_while(is_wines, attempt).unwrap()
}

/// Runs a program to its end. Under wine it is run again where wine did not begin with it at all: one of some thousands that
/// start while others do ends with 1 and prints nothing. No failure of ours is silent.
fn begun<T>(run: impl FnMut() -> (T, Output)) -> (T, Output) {
    let is_wines = |(_, output): &(T, Output)| {
        let is_silent = output.stdout.is_empty() && output.stderr.is_empty();
        cfg!(windows) && output.status.code() == Some(1) && is_silent
    };
    again_while(is_wines, run)
}

/// What `attempt` returns, at the sixth time at the latest.
fn again_while<T>(has_failed: impl Fn(&T) -> bool, mut attempt: impl FnMut() -> T) -> T {
    for _ in 0..5 {
        let result = attempt();
        if !has_failed(&result) {
            return result;
        }
    }
    attempt()
}

/// A run to make. Unless told otherwise it must succeed and print nothing on either stream.
#[must_use]
pub struct Run {
    command: Command,
    name: String,
    stdin: Vec<u8>,
    status: Option<i32>,
    stdout: Expected,
    stderr: Expected,
}

/// What a run printed, and how it ended.
pub struct RunOutput {
    pub stdout: String,
    pub stderr: String,
    status: ExitStatus,
}

enum Expected {
    Exactly(String),
    Containing(Vec<String>),
}

impl Expected {
    fn check(&self, name: &str, stream: &str, seen: &RunOutput, text: &str) {
        let RunOutput { stdout, stderr, status } = seen;
        let context = || format!("{name}{stream} is\n{text}\nof stdout\n{stdout}\nand stderr\n{stderr}\nand {status}");
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
        Self { command, name: String::new(), stdin: Vec::new(), status: Some(0), stdout: nothing(), stderr: nothing() }
    }

    /// The name of this row of a table, for failures.
    pub fn named(mut self, name: &str) -> Self {
        self.name = format!("{name}: ");
        self
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

    pub fn in_folder(mut self, folder: impl AsRef<std::path::Path>) -> Self {
        self.command.current_dir(folder);
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
        if let Some(folder) = self.command.get_current_dir() {
            parent.current_dir(folder);
        }
        self.command = parent;
        self
    }

    /// The same for one process, whose words are no UTF-8.
    #[cfg(target_os = "linux")]
    pub fn under_bytes(self, words: &[&std::ffi::OsStr]) -> Self {
        let mut run = self.under(&[&[]]);
        run.command.args(words);
        run
    }

    /// Runs it as another user and group.
    #[cfg(target_os = "linux")]
    pub fn uid(mut self, id: u32) -> Self {
        std::os::unix::process::CommandExt::uid(&mut self.command, id);
        std::os::unix::process::CommandExt::gid(&mut self.command, id);
        self
    }

    pub fn status(mut self, status: i32) -> Self {
        self.status = Some(status);
        self
    }

    /// However it ends, and whatever it prints.
    pub fn any_end(mut self) -> Self {
        self.status = None;
        self.any_stdout().any_stderr()
    }

    pub fn stdout(mut self, expected: impl Into<String>) -> Self {
        self.stdout = Expected::Exactly(expected.into());
        self
    }

    pub fn stderr(mut self, expected: impl Into<String>) -> Self {
        self.stderr = Expected::Exactly(expected.into());
        self
    }

    pub fn any_stdout(self) -> Self {
        self.stdout_has(&[])
    }

    pub fn any_stderr(self) -> Self {
        self.stderr_has(&[])
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

    /// Makes the run and checks nothing: its time, exit code, stdout and stderr. It has no time limit, which would cost
    /// more than the run where there are hundreds of them.
    pub fn timed(mut self) -> (Duration, (i32, String, String)) {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (taken, output) = begun(|| {
            let (started, mut child) = start(|| Ok((Instant::now(), self.command.spawn()?)));
            // One that ends without reading closes the pipe.
            let _ = child.stdin.take().unwrap().write_all(&self.stdin);
            let output = child.wait_with_output().unwrap();
            (started.elapsed(), output)
        });
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (taken, (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr)))
    }

    /// Makes the run and checks all of it.
    #[track_caller]
    pub fn check(self) -> RunOutput {
        let mut command = assert_cmd::Command::from_std(self.command);
        command.write_stdin(self.stdin).timeout(HANGS);
        let ((), output) = begun(|| ((), start(|| command.output())));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let seen = RunOutput { stdout: text(output.stdout), stderr: text(output.stderr), status: output.status };
        self.stdout.check(&self.name, "stdout", &seen, &seen.stdout);
        self.stderr.check(&self.name, "stderr", &seen, &seen.stderr);
        let (code, expected) = (output.status.code(), self.status);
        let is_expected = expected.map_or(matches!(code, Some(0..=2)), |expected| code == Some(expected));
        assert!(is_expected, "{}exit code {code:?}, not {expected:?}; stderr is\n{}", self.name, seen.stderr);
        seen
    }
}
