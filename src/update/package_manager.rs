//! Who put a copy of the program there: one that a package manager owns is left to it.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::platform::executable::{NAME, find};
use crate::text::sanitize;

/// A package manager that owns a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its name.
    pub name: &'static str,
    /// The command by which it updates the package.
    pub command: String,
}

/// Who owns `program`, a path without links: known by where it is, by what cargo noted down, or by who says so of those
/// on `search_path`.
#[must_use]
pub fn owner(program: &Path, search_path: Option<&OsStr>) -> Option<Owner> {
    by_place(&program.to_string_lossy()).or_else(|| by_cargo(program)).or_else(|| by_asking(program, search_path))
}

/// What only one manager's paths hold, and how it is called there: the package's name follows in the path, or is ours.
const PLACES: [(&str, &str, &str); 5] = [
    ("/Cellar/", "Homebrew", "brew upgrade "),
    ("/nix/store/", "Nix", "nix profile upgrade "),
    ("/scoop/apps/", "Scoop", "scoop update "),
    ("/WinGet/Packages/", "winget", "winget upgrade --id "),
    ("/chocolatey/lib/", "Chocolatey", "choco upgrade "),
];

fn by_place(path: &str) -> Option<Owner> {
    // Windows' paths, in which case counts for nothing, as everybody's.
    let (portable, is_windows) = (path.replace('\\', "/"), path.contains('\\'));
    let comparable = |text: &str| if is_windows { text.to_ascii_lowercase() } else { text.to_owned() };
    PLACES.iter().find_map(|(place, name, command)| {
        let after = &portable[comparable(&portable).find(&comparable(place))? + place.len()..];
        // Nix puts a hash before the package, winget the source behind it.
        let package = if *name == "Nix" { NAME } else { after.split(['/', '_']).next()? };
        Some(Owner { name, command: format!("{command}{package}") })
    })
}

/// `cargo install` keeps a list of what it put into the folder `bin`.
fn by_cargo(program: &Path) -> Option<Owner> {
    let bin = program.parent().filter(|folder| folder.ends_with("bin"))?;
    let list = fs::read_to_string(bin.parent()?.join(".crates.toml")).ok()?;
    let file = format!("\"{NAME}{EXE_SUFFIX}\"");
    let entry = list.lines().find(|line| line.split_once('=').is_some_and(|(_, files)| files.contains(&file)))?;
    let source = entry.split_once('(')?.1.split_once(')')?.0;
    Some(Owner { name: "cargo", command: format!("cargo install --locked {}", of_source(source)) })
}

/// What to install from where it was installed from: `registry+URL`, `git+URL?branch=b#commit`, `path+file:///folder`.
fn of_source(source: &str) -> String {
    let clean = |url: &str| sanitize(url.split(['?', '#']).next().unwrap_or_default()).into_owned();
    match source.split_once('+') {
        Some(("git", url)) => format!("--git {}", clean(url)),
        Some(("path", url)) => format!("--path {}", clean(url.trim_start_matches("file://"))),
        _ => NAME.to_owned(),
    }
}

/// How the managers of Linux are asked for the package of a file, and how each updates it.
const MANAGERS: [(&str, &str, &[&str], &str); 3] = [
    ("dpkg", "dpkg-query", &["--search"], "sudo apt-get install --only-upgrade "),
    ("rpm", "rpm", &["--query", "--queryformat", "%{NAME}\\n", "--file"], "sudo dnf upgrade "),
    ("pacman", "pacman", &["--query", "--quiet", "--owns"], "sudo pacman -Syu "),
];

fn by_asking(program: &Path, search_path: Option<&OsStr>) -> Option<Owner> {
    if !cfg!(unix) {
        return None;
    }
    MANAGERS.iter().find_map(|(name, asked, arguments, command)| {
        let mut asked = Command::new(find(asked, search_path)?);
        asked.args(*arguments).arg(program).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null());
        let answer = asked.output().ok().filter(|answer| answer.status.success())?;
        // dpkg names the file too: `package: /usr/bin/file`.
        let answer = String::from_utf8(answer.stdout).ok()?;
        let package = answer.lines().next()?.split(':').next()?.trim();
        let is_package = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let is_named = !package.is_empty() && package.chars().all(is_package);
        is_named.then(|| Owner { name, command: format!("{command}{package}") })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_managers_folder_tells_who_updates_the_copy() {
        for (path, expected) in [
            (
                "/opt/homebrew/Cellar/docker-credential-atcr/1.2.3/bin/docker-credential-atcr",
                "brew upgrade docker-credential-atcr",
            ),
            ("/home/linuxbrew/.linuxbrew/Cellar/atcr/1.2.3/bin/docker-credential-atcr", "brew upgrade atcr"),
            (
                "/nix/store/0123abc-docker-credential-atcr-1.2.3/bin/docker-credential-atcr",
                "nix profile upgrade docker-credential-atcr",
            ),
            (
                r"\\?\C:\Users\a\scoop\apps\docker-credential-atcr\1.2.3\docker-credential-atcr.exe",
                "scoop update docker-credential-atcr",
            ),
            (
                r"C:\Users\a\AppData\Local\Microsoft\WinGet\Packages\Atcr.Helper_Microsoft.Winget.Source_8wekyb3d8bbwe\docker-credential-atcr.exe",
                "winget upgrade --id Atcr.Helper",
            ),
            (
                r"C:\ProgramData\chocolatey\lib\docker-credential-atcr\tools\docker-credential-atcr.exe",
                "choco upgrade docker-credential-atcr",
            ),
            ("/usr/local/bin/docker-credential-atcr", ""),
            ("/home/cellar/bin/docker-credential-atcr", ""),
            (r"C:\Program Files\ATCR\docker-credential-atcr.exe", ""),
        ] {
            let command = by_place(path).map(|owner| owner.command).unwrap_or_default();
            assert_eq!(command, expected, "{path}");
        }
    }

    #[test]
    fn cargo_is_told_to_install_from_where_it_did() {
        for (source, expected) in [
            ("registry+https://registry.example/index", "docker-credential-atcr"),
            ("sparse+https://registry.example/index/", "docker-credential-atcr"),
            ("git+https://git.example/helper?branch=main#0123456", "--git https://git.example/helper"),
            ("path+file:///home/a/helper", "--path /home/a/helper"),
            ("", "docker-credential-atcr"),
        ] {
            assert_eq!(of_source(source), expected);
        }
    }
}
