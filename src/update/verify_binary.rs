//! A new program is run once before it replaces one that works.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use semver::Version;

use crate::platform::executable::NAME;
use crate::text::sanitize;

/// The longest it may take to say its version: long enough for a virus scanner that sees it for the first time.
const LIMIT: Duration = Duration::from_secs(30);

/// The most that is read of what it says, in bytes.
const LONGEST: u64 = 1024;

/// Has the program at `path` say its version, which must be `version`.
///
/// # Errors
/// When it does not run here, does not end, or says that it is anything else.
pub fn verify_binary(path: &Path, version: &Version) -> Result<()> {
    let mut command = Command::new(path);
    command.arg("version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().context("the new program does not run here")?;
    let said = said_by(&mut child);
    // One that has ended can't be killed, which is as well.
    drop(child.kill());
    drop(child.wait());
    judge(&said?, version)
}

fn said_by(child: &mut Child) -> Result<String> {
    let output = child.stdout.take().context("the new program can't be heard")?;
    let (sender, receiver) = channel();
    let end = Instant::now() + LIMIT;
    thread::spawn(move || {
        let mut text = Vec::new();
        let read = output.take(LONGEST).read_to_end(&mut text);
        // Nobody may be waiting any more.
        drop(sender.send(read.map(|_| String::from_utf8_lossy(&text).into_owned())));
    });
    let said = receiver.recv_timeout(LIMIT).map_err(|_| anyhow!("the new program does not say its version"))??;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(said),
            Some(status) => bail!("the new program fails when it is run ({status})"),
            None if Instant::now() >= end => bail!("the new program does not end when it is run"),
            None => thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// `docker-credential-atcr v1.2.3 (commit: abc1234, built: 2025-01-15T10:30:00Z)`, of which the first two words count.
fn judge(said: &str, version: &Version) -> Result<()> {
    let line = said.lines().next().unwrap_or_default();
    let mut words = line.split_whitespace();
    if (words.next(), words.next()) != (Some(NAME), Some(&format!("v{version}"))) {
        bail!("the new program is not {NAME} v{version}, but says {:?}", sanitize(&format!("{line:.100}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_program_and_the_version_that_were_announced_will_do() {
        for (said, expected) in [
            ("docker-credential-atcr v1.2.3 (commit: abc1234, built: 2025-01-15T10:30:00Z)\n", true),
            ("docker-credential-atcr v1.2.3\r\n", true),
            ("docker-credential-atcr v1.2.30\n", false),
            ("docker-credential-atcr 1.2.3\n", false),
            ("docker-credential-pass v1.2.3\n", false),
            ("\ndocker-credential-atcr v1.2.3\n", false),
            ("", false),
        ] {
            assert_eq!(judge(said, &Version::new(1, 2, 3)).is_ok(), expected, "{said:?}");
        }
    }
}
