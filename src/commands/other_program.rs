//! Other programs that are run to see whether they work.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::platform::child::{self, Ended, Running};
use crate::text::{redact_words, sanitize, without_os_code};

/// None of them does much: one that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(5);

/// Why a program gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: String,
    /// Whether it ran, and failed in its own words.
    pub(super) is_its_own: bool,
}

/// What a program prints with these arguments.
pub(super) fn ask(program: &Path, arguments: &[&str]) -> Result<String, Refusal> {
    let mut command = child::command(program);
    command.args(arguments);
    let ended = Running::start(command, Zeroizing::default(), LIMIT).and_then(Running::finish);
    ended.map_err(|error| other(&error)).and_then(|ended| answer(&ended))
}

fn other(error: &std::io::Error) -> Refusal {
    let reason = match error.kind() {
        ErrorKind::TimedOut => format!("no answer within {} seconds", LIMIT.as_secs()),
        _ => without_os_code(&error.to_string()).into_owned(),
    };
    Refusal { reason, is_its_own: false }
}

/// Docker repeats an address that it can't parse, and parts of it: `parse "tcp://u:PASS": invalid port ":PASS"`.
fn without_address(line: &str) -> Cow<'_, str> {
    match line.find(['"', '`']).filter(|_| line.contains("parse ")) {
        Some(start) => format!("{}***", &line[..start]).into(),
        None => line.into(),
    }
}

fn answer(ended: &Ended) -> Result<String, Refusal> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if ended.status.success() {
        return Ok(text(&ended.stdout));
    }
    let said = text(if ended.stderr.trim_ascii().is_empty() { &ended.stdout } else { &ended.stderr });
    Err(match said.lines().rev().find(|line| !line.trim().is_empty()) {
        Some(line) => {
            let line = redact_words(&without_address(line.trim()));
            Refusal { reason: format!("it says: {}", sanitize(&line)), is_its_own: true }
        }
        None => Refusal { reason: format!("it failed ({})", ended.status), is_its_own: false },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_can_not_be_parsed_is_left_out() {
        for (line, expected) in [
            ("error: parse \"tcp://u:Zq9\": invalid port \":Zq9\" after host", "error: parse ***"),
            ("parse \"tcp://u:Z\\\"q9 x@h\": net/url: invalid userinfo", "parse ***"),
            ("unable to parse docker host `u:Zq9 x@h`", "unable to parse docker host ***"),
            ("Cannot connect to the Docker daemon at tcp://h:1.", "Cannot connect to the Docker daemon at tcp://h:1."),
            ("context \"x\": context not found", "context \"x\": context not found"),
        ] {
            assert_eq!(without_address(line), expected);
        }
    }
}
