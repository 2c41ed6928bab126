//! The calls of the system that a scenario makes, one by one, and the program killed or failed at each.

use std::collections::HashMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Output;

use super::Scenario;
use crate::support::Home;

/// One call, as strace counts them.
pub struct Call {
    pub name: String,
    pub nth: usize,
    /// Whether it is about a file in the home folder.
    pub is_at_home: bool,
    /// The call as strace shows it.
    pub line: String,
}

/// Every call that a program makes after its start, in order. `run` runs it, with these words for strace.
pub fn calls(run: impl FnOnce(&[&str]) -> Output, home: &Home) -> Vec<Call> {
    let trace = tempfile::NamedTempFile::new().unwrap();
    let output = run(&["-f", "-qq", "-y", "-s", "0", "-o", trace.path().to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let (mut counts, mut calls) = (HashMap::new(), Vec::new());
    for line in fs::read_to_string(trace.path()).unwrap().lines() {
        let call = line.split_once(' ').map_or("", |(_, call)| call.trim_start());
        let Some((name, _)) = call.split_once('(') else { continue };
        let nth = counts.entry(name.to_owned()).or_insert(0);
        *nth += 1;
        let is_at_home = line.contains(home.path("").to_str().unwrap());
        calls.push(Call { name: name.to_owned(), nth: *nth, is_at_home, line: call.to_owned() });
    }
    // The program is started by the first, and is over with the last.
    let is_inside = |call: &Call| call.name != "execve" && !call.name.starts_with("exit");
    calls.into_iter().filter(is_inside).collect()
}

/// Has this call fail.
pub fn failing(run: impl FnOnce(&[&str]) -> Output, call: &Call, error: &str) -> Output {
    with(&format!("error={error}:when={}", call.nth), call, run)
}

fn with(what: &str, call: &Call, run: impl FnOnce(&[&str]) -> Output) -> Output {
    let (trace, inject) = (format!("trace={}", call.name), format!("inject={}:{what}", call.name));
    run(&["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject])
}

impl Scenario {
    pub fn calls(&self) -> Vec<Call> {
        let home = self.home();
        calls(|words| self.traced(words, &home), &home)
    }

    /// Kills the program as it makes this call, before the system does what is asked.
    pub fn killed_at(&self, call: &Call, home: &Home) {
        let status = with(&format!("signal=SIGKILL:when={}", call.nth), call, |words| self.traced(words, home)).status;
        assert_eq!(status.signal(), Some(9), "{} is not killed at {}: {status:?}", self.name, call.line);
    }

    pub fn failing_at(&self, call: &Call, error: &str, home: &Home) -> Output {
        failing(|words| self.traced(words, home), call, error)
    }

    fn traced(&self, words: &[&str], home: &Home) -> Output {
        self.command(home, "strace", words).output().unwrap()
    }
}
