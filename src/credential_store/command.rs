//! Runs a credential store's program: the verb is its only argument, everything else goes through its streams.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Cause;
use crate::platform::child::{self, Ended, LONGEST_OUTPUT, Running};
use crate::terminal::is_interactive;

/// A store only opens a local database. Docker itself would wait for ever.
const LIMIT: Duration = Duration::from_secs(3);

/// It may prompt for the password that unlocks it.
const INTERACTIVE_LIMIT: Duration = Duration::from_mins(1);

pub(super) struct Request {
    pub(super) program: PathBuf,
    pub(super) verb: &'static str,
    pub(super) input: Zeroizing<Vec<u8>>,
}

pub(super) struct Answer {
    is_success: bool,
    pub(super) output: Zeroizing<Vec<u8>>,
    errors: Zeroizing<Vec<u8>>,
}

impl Answer {
    /// What it printed, if it failed: stores print errors to stdout, programs that can't be stores to stderr.
    pub(super) fn refusal(&self) -> Option<Zeroizing<String>> {
        if self.is_success {
            return None;
        }
        let text = if self.output.trim_ascii().is_empty() { &self.errors } else { &self.output };
        Some(Zeroizing::new(String::from_utf8_lossy(text).into_owned()))
    }
}

/// Runs all at the same time. The answers are in the order of the requests.
pub(super) fn run_all(requests: Vec<Result<Request, Cause>>) -> Vec<Result<Answer, Cause>> {
    let limit = if is_interactive() { INTERACTIVE_LIMIT } else { LIMIT };
    let mut running = Vec::new();
    for request in requests {
        running.push(request.and_then(|request| Ok(start(request, limit)?)));
    }
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.and_then(|one| answer(one, limit)));
    }
    answers
}

fn start(request: Request, limit: Duration) -> io::Result<Running> {
    let mut command = child::command(&request.program);
    command.arg(request.verb);
    Running::start(command, request.input, limit)
}

fn answer(running: Running, limit: Duration) -> Result<Answer, Cause> {
    let Ended { status, stdout, stderr } = running.finish().map_err(|error| match error.kind() {
        ErrorKind::TimedOut => Cause::TimedOut(limit),
        _ => Cause::Broken(error),
    })?;
    if stdout.len().max(stderr.len()) > LONGEST_OUTPUT {
        return Err(Cause::NoCredential);
    }
    Ok(Answer { is_success: status.success(), output: stdout, errors: stderr })
}
