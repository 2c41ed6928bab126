//! The package manager that installed this program, which is left to update it.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::platform::executable::{NAME, find};
use crate::platform::fs::read_regular;
use crate::text::sanitize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageManager {
    pub name: &'static str,
    /// The command that updates the package.
    pub command: String,
}

impl PackageManager {
    /// The owner of `program`, a path without links: known by its folder, by cargo's list, or from a manager on
    /// `search_path`.
    pub fn of(program: &Path, search_path: Option<&OsStr>) -> Option<Self> {
        by_folder(&program.to_string_lossy()).or_else(|| by_cargo(program)).or_else(|| by_query(program, search_path))
    }
}

/// A folder that only this manager has, its name, and its command, which the package's name follows.
const FOLDERS: [(&str, &str, &str); 5] = [
    ("/Cellar/", "Homebrew", "brew upgrade "),
    ("/nix/store/", "Nix", "nix profile upgrade "),
    ("/scoop/apps/", "Scoop", "scoop update "),
    ("/WinGet/Packages/", "winget", "winget upgrade --id "),
    ("/chocolatey/lib/", "Chocolatey", "choco upgrade "),
];

fn by_folder(path: &str) -> Option<PackageManager> {
    // Paths of Windows ignore case.
    let (portable, is_windows) = (path.replace('\\', "/"), path.contains('\\'));
    let comparable = |text: &str| if is_windows { text.to_ascii_lowercase() } else { text.to_owned() };
    FOLDERS.iter().find_map(|(folder, name, command)| {
        let after = &portable[comparable(&portable).find(&comparable(folder))? + folder.len()..];
        // Nix puts a hash before the package, winget the source after it.
        let package = if *name == "Nix" { NAME } else { after.split(['/', '_']).next()? };
        Some(PackageManager { name, command: format!("{command}{package}") })
    })
}

/// In bytes: a list of some thousand programs.
const LONGEST_LIST: u64 = 1024 * 1024;

/// `cargo install` keeps a list of what it installed into the folder `bin`.
fn by_cargo(program: &Path) -> Option<PackageManager> {
    let bin = program.parent().filter(|folder| folder.ends_with("bin"))?;
    let list = read_regular(&bin.parent()?.join(".crates.toml"), LONGEST_LIST).ok()?;
    let list = String::from_utf8(list).ok()?;
    let file = format!("\"{NAME}{EXE_SUFFIX}\"");
    let entry = list.lines().find(|line| line.split_once('=').is_some_and(|(_, files)| files.contains(&file)))?;
    let source = entry.split_once('(')?.1.split_once(')')?.0;
    Some(PackageManager { name: "cargo", command: format!("cargo install --locked {}", from_source(source)) })
}

/// The arguments that install it from the same source: `registry+URL`, `git+URL?branch=b#commit`, `path+file:///folder`.
fn from_source(source: &str) -> String {
    let clean = |url: &str| sanitize(url.split(['?', '#']).next().unwrap_or_default()).into_owned();
    match source.split_once('+') {
        Some(("git", url)) => format!("--git {}", clean(url)),
        Some(("path", url)) => format!("--path {}", clean(url.trim_start_matches("file://"))),
        _ => NAME.to_owned(),
    }
}

/// A package manager of Linux, the query for the package that owns a file, and the command that updates it.
const MANAGERS: [(&str, &str, &[&str], &str); 3] = [
    ("dpkg", "dpkg-query", &["--search"], "sudo apt-get install --only-upgrade "),
    ("rpm", "rpm", &["--query", "--queryformat", "%{NAME}\\n", "--file"], "sudo dnf upgrade "),
    ("pacman", "pacman", &["--query", "--quiet", "--owns"], "sudo pacman -Syu "),
];

fn by_query(program: &Path, search_path: Option<&OsStr>) -> Option<PackageManager> {
    if !cfg!(unix) {
        return None;
    }
    MANAGERS.iter().find_map(|(name, program_name, arguments, command)| {
        let mut query = Command::new(find(program_name, search_path)?);
        query.args(*arguments).arg(program).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null());
        let answer = query.output().ok().filter(|answer| answer.status.success())?;
        // dpkg names the file too: `package: /usr/bin/file`.
        let answer = String::from_utf8(answer.stdout).ok()?;
        let package = answer.lines().next()?.split(':').next()?.trim();
        let is_package = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let is_named = !package.is_empty() && package.chars().all(is_package);
        is_named.then(|| PackageManager { name, command: format!("{command}{package}") })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_tells_the_package_manager() {
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
            let command = by_folder(path).map(|manager| manager.command).unwrap_or_default();
            assert_eq!(command, expected, "{path}");
        }
    }

    #[test]
    fn cargo_updates_from_the_same_source() {
        for (source, expected) in [
            ("registry+https://registry.example/index", "docker-credential-atcr"),
            ("sparse+https://registry.example/index/", "docker-credential-atcr"),
            ("git+https://git.example/helper?branch=main#0123456", "--git https://git.example/helper"),
            ("path+file:///home/a/helper", "--path /home/a/helper"),
            ("", "docker-credential-atcr"),
        ] {
            assert_eq!(from_source(source), expected);
        }
    }
}
