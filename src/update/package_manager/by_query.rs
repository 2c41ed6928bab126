//! Package managers of Linux, which are asked.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::manager::PackageManager;
use crate::error::Hint;
use crate::platform::executable::{NAME, find};

/// Where releases are.
const RELEASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/latest");

/// A package manager, the query for the package that owns a file, the name of the package of a release, and what
/// updates that, which is in no repository, and any other.
struct Manager {
    name: &'static str,
    query: (&'static str, &'static [&'static str]),
    released: &'static str,
    update_released: fn() -> Hint,
    update: &'static str,
}

const MANAGERS: [Manager; 3] = [
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
];

fn download(command: &str) -> Hint {
    Hint::text(format_args!("download the new package from {RELEASES}, then run: {command}"))
}

pub(super) fn owner(program: &Path, search_path: Option<&OsStr>) -> Option<PackageManager> {
    if !cfg!(unix) {
        return None;
    }
    MANAGERS.iter().find_map(|manager| {
        let package = manager.package_of(program, search_path)?;
        let is_released = package == manager.released;
        let update = || Hint::run(format_args!("{} {package}", manager.update));
        let hint = if is_released { (manager.update_released)() } else { update() };
        Some(PackageManager { name: manager.name, hint })
    })
}

impl Manager {
    fn package_of(&self, program: &Path, search_path: Option<&OsStr>) -> Option<String> {
        let (query, arguments) = self.query;
        let mut query = Command::new(find(query, search_path)?);
        query.args(arguments).arg(program).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null());
        let answer = query.output().ok().filter(|answer| answer.status.success())?;
        // dpkg names the file too: `package: /usr/bin/file`.
        let answer = String::from_utf8(answer.stdout).ok()?;
        let package = answer.lines().next()?.split(':').next()?.trim();
        let is_package = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let is_named = !package.is_empty() && package.chars().all(is_package);
        is_named.then(|| package.to_owned())
    }
}
