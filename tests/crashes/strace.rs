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

impl Scenario {
    /// Every call that the program makes after its start, in order.
    pub fn calls(&self) -> Vec<Call> {
        let (home, trace) = (self.home(), tempfile::NamedTempFile::new().unwrap());
        let words = ["-f", "-qq", "-y", "-s", "0", "-o", trace.path().to_str().unwrap()];
        let output = self.command(&home, "strace", &words).output().unwrap();
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

    /// Kills the program as it makes this call, before the system does what is asked.
    pub fn killed_at(&self, call: &Call, home: &Home) {
        let status = self.with(&format!("signal=SIGKILL:when={}", call.nth), call, home).status;
        assert_eq!(status.signal(), Some(9), "{} is not killed at {}: {status:?}", self.name, call.line);
    }

    /// Has this call fail.
    pub fn failing_at(&self, call: &Call, error: &str, home: &Home) -> Output {
        self.with(&format!("error={error}:when={}", call.nth), call, home)
    }

    fn with(&self, what: &str, call: &Call, home: &Home) -> Output {
        let (trace, inject) = (format!("trace={}", call.name), format!("inject={}:{what}", call.name));
        self.command(home, "strace", &["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject]).output().unwrap()
    }
}
