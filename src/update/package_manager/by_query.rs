//! Package managers of Linux, which are asked.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use super::manager::{PackageManager, RELEASES};
use crate::error::Hint;
use crate::platform::child::{self, Ended, Running};
use crate::platform::executable::{NAME, find};

/// A package manager, the query for the package that owns a file, the name of the package of a release, and what
/// updates that, which is in no repository, and any other.
struct Manager {
    name: &'static str,
    query: (&'static str, &'static [&'static str]),
    released: &'static str,
    update_released: fn() -> Hint,
    update: &'static str,
}

const MANAGERS: [Manager; 4] = [
    Manager {
        name: "dpkg",
        query: ("dpkg-query", &["--search"]),
        released: NAME,
        update_released: || download(&format!("sudo dpkg -i {NAME}_*.deb")),
        update: "sudo apt-get install --only-upgrade",
    },
    Manager {
        name: "rpm",
        query: ("rpm", &["--query", "--queryformat", "%{NAME}\\n", "--file"]),
        released: NAME,
        update_released: || download(&format!("sudo rpm -U {NAME}-*.rpm")),
        update: "sudo dnf upgrade",
    },
    Manager {
        name: "pacman",
        query: ("pacman", &["--query", "--quiet", "--owns"]),
        released: "docker-credential-atcr-bin",
        update_released: || Hint::run(format_args!("curl -fLO {RELEASES}/download/PKGBUILD && makepkg -si")),
        update: "sudo pacman -Syu",
    },
    Manager {
        name: "apk",
        // Quiet, it names the package alone, else its version too, in a sentence.
        query: ("apk", &["info", "--quiet", "--who-owns"]),
        released: NAME,
        update_released: || {
            Hint::text(format_args!(
                "download APKBUILD from {RELEASES}, run abuild -r, then sudo apk add with the new package in ~/packages"
            ))
        },
        update: "sudo apk add --upgrade",
    },
];

fn download(command: &str) -> Hint {
    Hint::text(format_args!("download the new package from {RELEASES}, then run: {command}"))
}

/// Where a database of thousands of packages is read from a slow disk.
const LIMIT: Duration = Duration::from_secs(10);

/// Nothing can be made below it. Debian's rpm would make a database in the home folder.
const NO_HOME: &str = "/dev/null";

pub(super) fn owner(program: &Path, search_path: Option<&OsStr>) -> Result<Option<PackageManager>> {
    if !cfg!(unix) {
        return Ok(None);
    }
    for manager in &MANAGERS {
        let Some(found) = find(manager.query.0, search_path) else { continue };
        if let Some(package) = manager.package_of(program, &found)? {
            let is_released = package == manager.released;
            let update = || Hint::run(format_args!("{} {package}", manager.update));
            let hint = if is_released { (manager.update_released)() } else { update() };
            return Ok(Some(PackageManager { name: manager.name, hint }));
        }
    }
    Ok(None)
}

impl Manager {
    fn package_of(&self, program: &Path, found: &Path) -> Result<Option<String>> {
        let (name, arguments) = self.query;
        let mut query = child::command(found);
        query.args(arguments).arg(program).env("LC_ALL", "C").env("HOME", NO_HOME);
        match Running::start(query, Zeroizing::default(), LIMIT).and_then(Running::finish) {
            // It may own the program, which then is not ours to replace.
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                bail!("{name} does not say whether it installed this program: {error}")
            }
            answer => Ok(answer.ok().and_then(|answer| package(&answer).map(str::to_owned))),
        }
    }
}

/// The package that a manager names. dpkg names the file too: `package: /usr/bin/file`.
fn package(answer: &Ended) -> Option<&str> {
    let text = str::from_utf8(&answer.stdout).ok().filter(|_| answer.status.success())?;
    let package = text.lines().next()?.split(':').next()?.trim();
    let is_package = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
    (!package.is_empty() && package.chars().all(is_package)).then_some(package)
}
