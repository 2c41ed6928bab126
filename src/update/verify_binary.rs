//! Smoke test of a new binary, before it replaces one that works.

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

/// Long enough for a virus scanner that sees the file for the first time.
const LIMIT: Duration = Duration::from_secs(30);

/// The most that is read of its output, in bytes.
const LONGEST_OUTPUT: u64 = 1024;

/// Runs `version` of the program at `path`, which must be this version.
pub fn verify_binary(path: &Path, version: &Version) -> Result<()> {
    let mut command = Command::new(path);
    command.arg("version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().context("the new version does not run here")?;
    let output = output(&mut child);
    // Fails if it has exited.
    let _ = child.kill();
    let _ = child.wait();
    judge(&output?, version)
}

fn output(child: &mut Child) -> Result<String> {
    let stdout = child.stdout.take().context("can't read the new version's output")?;
    let (sender, receiver) = channel();
    let end = Instant::now() + LIMIT;
    thread::spawn(move || {
        let mut text = Vec::new();
        let read = stdout.take(LONGEST_OUTPUT).read_to_end(&mut text);
        // Nobody receives it after the time limit.
        let _ = sender.send(read.map(|_| String::from_utf8_lossy(&text).into_owned()));
    });
    let output = receiver.recv_timeout(LIMIT).map_err(|_| anyhow!("the new version does not print its version"))??;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(output),
            Some(status) => bail!("the new version fails to run ({status})"),
            None if Instant::now() >= end => bail!("the new version does not exit"),
            None => thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// `docker-credential-atcr v1.2.3 (commit: abc1234, built: 2025-01-15T10:30:00Z)`, of which the first two words count.
fn judge(output: &str, version: &Version) -> Result<()> {
    let line = output.lines().next().unwrap_or_default();
    let mut words = line.split_whitespace();
    if (words.next(), words.next()) != (Some(NAME), Some(&format!("v{version}"))) {
        bail!("the download is not {NAME} v{version}: it prints {:?}", sanitize(&format!("{line:.100}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_announced_program_and_version_are_right() {
        for (output, expected) in [
            ("docker-credential-atcr v1.2.3 (commit: abc1234, built: 2025-01-15T10:30:00Z)\n", true),
            ("docker-credential-atcr v1.2.3\r\n", true),
            ("docker-credential-atcr v1.2.30\n", false),
            ("docker-credential-atcr 1.2.3\n", false),
            ("docker-credential-pass v1.2.3\n", false),
            ("\ndocker-credential-atcr v1.2.3\n", false),
            ("", false),
        ] {
            assert_eq!(judge(output, &Version::new(1, 2, 3)).is_ok(), expected, "{output:?}");
        }
    }
}
