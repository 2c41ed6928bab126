//! Runs a credential store's program: the verb is its only argument, everything else goes through its streams.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::Cause;
use crate::platform::child;
use crate::terminal::is_interactive;

/// A store only opens a local database. Docker itself would wait for ever.
const LIMIT: Duration = Duration::from_secs(3);

/// It may prompt for the password that unlocks it.
const INTERACTIVE_LIMIT: Duration = Duration::from_mins(1);

/// In bytes. A credential is far shorter.
const LONGEST: usize = 64 * 1024;

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
    if requests.is_empty() {
        return Vec::new();
    }
    let limit = if is_interactive() { INTERACTIVE_LIMIT } else { LIMIT };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return requests.into_iter().map(|_| Err(Cause::Broken(error.kind().into()))).collect(),
    };
    let answers = runtime.block_on(async {
        let mut running = Vec::new();
        for request in requests {
            running.push(tokio::spawn(async move {
                timeout(limit, exchange(request?)).await.unwrap_or(Err(Cause::TimedOut(limit)))
            }));
        }
        let mut answers = Vec::new();
        for one in running {
            answers.push(one.await.unwrap_or(Err(Cause::NoAnswer)));
        }
        answers
    });
    // Does not wait for a store that took too long.
    runtime.shutdown_background();
    answers
}

async fn exchange(request: Request) -> Result<Answer, Cause> {
    let mut command = Command::from(child::command(&request.program));
    command.arg(request.verb).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let writing = async {
        if let Some(mut stdin) = stdin {
            // A store that does not read says why with its exit code.
            let _ = stdin.write_all(&request.input).await;
        }
    };
    let ((), output, errors, status) = tokio::join!(writing, read(stdout), read(stderr), child.wait());
    Ok(Answer { is_success: status?.success(), output: output?, errors: errors? })
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> Result<Zeroizing<Vec<u8>>, Cause> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    if let Some(stream) = stream {
        stream.take(LONGEST as u64 + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() > LONGEST { Err(Cause::NoCredential) } else { Ok(bytes) }
}
