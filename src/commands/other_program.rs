//! Other programs that are run to see whether they work.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::platform::child::{self, Ended, Running};
use crate::text::{percent_decoded, sanitize, without_os_code};

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

/// Docker repeats an address that it can't use, and parts of it: `parse "tcp://u:PASS": invalid port ":PASS"`. Where its
/// password ends nobody can tell, so what is quoted, or begins like an address, is left out with all that follows.
fn without_address(line: &str) -> Cow<'_, str> {
    let holds_user = percent_decoded(line).contains('@');
    let quote = line.find(['"', '`']).filter(|_| holds_user || line.contains("parse "));
    let address = start_of_address(line).filter(|_| holds_user);
    match quote.into_iter().chain(address).min() {
        Some(start) => format!("{}***", &line[..start]).into(),
        None => line.into(),
    }
}

/// Where the first word begins that has a colon, but not at its end.
fn start_of_address(line: &str) -> Option<usize> {
    let mut end = 0;
    line.split_inclusive(char::is_whitespace).find_map(|word| {
        let start = end;
        end += word.len();
        word.trim_end().trim_end_matches(':').contains(':').then_some(start)
    })
}

fn answer(ended: &Ended) -> Result<String, Refusal> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if ended.status.success() {
        return Ok(text(&ended.stdout));
    }
    let said = text(if ended.stderr.trim_ascii().is_empty() { &ended.stdout } else { &ended.stderr });
    // An address may go on in the next line.
    let said = without_address(&said);
    Err(match said.lines().rev().find(|line| !line.trim().is_empty()) {
        Some(line) => Refusal { reason: format!("it says: {}", sanitize(line.trim())), is_its_own: true },
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
            ("context \"a b:Z, q@h\" does not exist", "context ***"),
            ("Invalid bind address format: https://u:Z, (q9@h/y", "Invalid bind address format: ***"),
            ("no context: u:Z q%40h", "no context: ***"),
            ("parsing failed for a@b: h", "parsing failed for a@b: h"),
        ] {
            assert_eq!(without_address(line), expected);
        }
    }
}
