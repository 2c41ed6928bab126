//! Programs, as Docker and shells look for them on `PATH`.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::platform::environment::Environment;

/// The name under which Docker looks for us: `atcr` in its config.json stands for it.
pub const NAME: &str = "docker-credential-atcr";

/// Where Docker finds this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathLookup {
    /// Nowhere on `PATH`.
    NotFound {
        /// The file of the running program, to be put there.
        running: Option<PathBuf>,
    },
    /// Here, and it is the running program.
    Current(PathBuf),
    /// Here, and it is another one.
    Shadowed {
        /// What Docker runs.
        found: PathBuf,
        /// What is running.
        running: PathBuf,
    },
}

impl PathLookup {
    /// Whether Docker finds a program by our name.
    #[must_use]
    pub fn is_found(&self) -> bool {
        !matches!(self, Self::NotFound { .. })
    }
}

/// The file of the running program, whatever links led to it.
///
/// # Errors
/// When it is there no more.
pub fn running() -> io::Result<PathBuf> {
    let path = fs::canonicalize(env::current_exe()?)?;
    // Windows' own form of a path, which people and other programs find strange, where the usual one says the same.
    let usual =
        path.to_str().and_then(|path| path.strip_prefix(r"\\?\")).filter(|path| path.chars().nth(1) == Some(':'));
    Ok(usual.map(PathBuf::from).unwrap_or(path))
}

/// Looks for this program as Docker does.
#[must_use]
pub fn place(environment: &Environment) -> PathLookup {
    let running = env::current_exe().ok();
    let Some(found) = find(NAME, environment.search_path.as_deref()) else {
        return PathLookup::NotFound { running };
    };
    match running {
        Some(running) if !is_same(&found, &running) => PathLookup::Shadowed { found, running },
        _ => PathLookup::Current(found),
    }
}

/// The first file on `PATH` that would be run by this name.
#[must_use]
pub fn find(name: &str, search_path: Option<&OsStr>) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(search_path?).map(|folder| folder.join(&file)).find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Whether two paths lead to one file, by links or not.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}
