//! Package managers that keep a list of what they installed beside it.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::Path;

use super::manager::PackageManager;
use crate::platform::executable::NAME;
use crate::platform::fs::read_regular;
use crate::text::{shell_quote, shell_word};

pub(super) fn owner(program: &Path) -> Option<PackageManager> {
    by_cargo(program).or_else(|| by_conda(program))
}

/// In bytes: a list of some thousand programs.
const LONGEST_LIST: u64 = 1024 * 1024;

/// `cargo install` keeps a list of what it installed into the folder `bin`.
fn by_cargo(program: &Path) -> Option<PackageManager> {
    let bin = program.parent().filter(|folder| folder.ends_with("bin"))?;
    let list = String::from_utf8(read_regular(&bin.parent()?.join(".crates.toml"), LONGEST_LIST).ok()?).ok()?;
    let file = format!("\"{NAME}{EXE_SUFFIX}\"");
    let entry = list.lines().find(|line| line.split_once('=').is_some_and(|(_, files)| files.contains(&file)))?;
    let source = entry.split_once('(')?.1.split_once(')')?.0;
    Some(PackageManager::run("cargo", format_args!("cargo install --locked {}", from_source(source))))
}

/// The arguments that install it from the same source: `registry+URL`, `git+URL?branch=b#commit`, `path+file:///folder`.
fn from_source(source: &str) -> String {
    let clean = |url: &str| shell_word(url.split(['?', '#']).next().unwrap_or_default());
    match source.split_once('+') {
        Some(("git", url)) => format!("--git {}", clean(url)),
        Some(("path", url)) => format!("--path {}", clean(url.trim_start_matches("file://"))),
        _ => NAME.to_owned(),
    }
}

/// How deep programs are in an environment: `bin`, on Windows also `Library\bin`.
const DEPTH: usize = 2;

/// An environment has a list of each package's files in `conda-meta`. Pixi's are of the same kind.
fn by_conda(program: &Path) -> Option<PackageManager> {
    let environment = program.ancestors().skip(2).take(DEPTH).find(|folder| has_our_package(folder))?;
    Some(by_pixi(environment).unwrap_or_else(|| {
        PackageManager::run("conda", format_args!("conda update --prefix {} {NAME}", shell_quote(environment)))
    }))
}

fn has_our_package(environment: &Path) -> bool {
    let Ok(lists) = fs::read_dir(environment.join("conda-meta")) else { return false };
    lists.flatten().any(|list| {
        let file = list.file_name();
        let name = file.to_string_lossy();
        // PACKAGE-VERSION-BUILD.json
        name.strip_suffix(".json").and_then(|name| name.rsplitn(3, '-').nth(2)) == Some(NAME)
    })
}

/// An environment is `.pixi/envs/NAME` in a project, or for `pixi global` in the folder that also has its manifest.
fn by_pixi(environment: &Path) -> Option<PackageManager> {
    let environments = environment.parent().filter(|folder| folder.ends_with(".pixi/envs"))?;
    let pixi = environments.parent()?;
    let command = if pixi.join("manifests").is_dir() {
        format!("pixi global update {}", shell_quote(Path::new(environment.file_name()?)))
    } else {
        format!("pixi update --manifest-path {} {NAME}", shell_quote(pixi.parent()?))
    };
    Some(PackageManager::run("pixi", command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_updates_from_the_same_source() {
        for (source, expected) in [
            ("registry+https://registry.example/index", "docker-credential-atcr"),
            ("sparse+https://registry.example/index/", "docker-credential-atcr"),
            ("git+https://git.example/helper?branch=main#0123456", "--git https://git.example/helper"),
            ("path+file:///home/a/helper", "--path /home/a/helper"),
            (
                "path+file:///home/a b/helper",
                if cfg!(windows) { "--path \"/home/a b/helper\"" } else { "--path '/home/a b/helper'" },
            ),
            ("", "docker-credential-atcr"),
        ] {
            assert_eq!(from_source(source), expected);
        }
    }
}
