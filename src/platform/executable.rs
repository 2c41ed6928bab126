//! Programs on `PATH`, looked up as Docker and shells do.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The program that Docker runs for the helper `atcr` in its config.json.
pub const NAME: &str = "docker-credential-atcr";

/// What Docker finds on `PATH` as [`NAME`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathLookup {
    NotFound {
        running: Option<PathBuf>,
    },
    /// The running program.
    Current(PathBuf),
    /// Another program than the running one.
    Shadowed {
        found: PathBuf,
        running: PathBuf,
    },
}

impl PathLookup {
    pub fn is_found(&self) -> bool {
        !matches!(self, Self::NotFound { .. })
    }
}

/// The file of the running program, links resolved. Fails if it was removed.
pub fn running() -> io::Result<PathBuf> {
    let path = fs::canonicalize(env::current_exe()?)?;
    // Without the prefix of Windows' verbatim paths, which other programs do not understand.
    let usual =
        path.to_str().and_then(|path| path.strip_prefix(r"\\?\")).filter(|path| path.chars().nth(1) == Some(':'));
    Ok(usual.map(PathBuf::from).unwrap_or(path))
}

/// Looks this program up as Docker does.
pub fn look_up(search_path: Option<&OsStr>) -> PathLookup {
    // Linux gives a name of its own to one that was removed.
    let running = env::current_exe().ok().filter(|path| path.exists());
    let Some(found) = find(NAME, search_path) else {
        return PathLookup::NotFound { running };
    };
    match running {
        Some(running) if !is_same(&found, &running) => PathLookup::Shadowed { found, running },
        _ => PathLookup::Current(found),
    }
}

/// The first program with this name on `PATH`. Never one in a folder relative to the current one, which may be anybody's.
pub fn find(name: &str, search_path: Option<&OsStr>) -> Option<PathBuf> {
    let suffix = if name.ends_with(env::consts::EXE_SUFFIX) { "" } else { env::consts::EXE_SUFFIX };
    let file = format!("{name}{suffix}");
    absolute_folders(search_path?).map(|folder| folder.join(&file)).find(|path| is_program(path))
}

/// The program that a command line begins with: an absolute path, or a name to be found.
pub(crate) fn resolve(program: &str, search_path: Option<&OsStr>) -> Option<PathBuf> {
    let path = Path::new(program);
    if path.is_absolute() {
        return Some(path.to_owned());
    }
    // Any other path is relative to the current folder.
    let is_name = path.file_name() == Some(path.as_os_str());
    if is_name { find(program, search_path) } else { None }
}

/// Those that depend neither on the current folder nor, on Windows, on its drive.
pub(crate) fn absolute_folders(search_path: &OsStr) -> impl Iterator<Item = PathBuf> {
    env::split_paths(search_path).filter(|folder| folder.is_absolute())
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

/// Whether both paths lead to the same file.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_depend_on_the_current_one_do_not_count() {
        let (all, expected): (&[&str], &[&str]) = if cfg!(windows) {
            (&[r"C:\a", r"\b", "C:c", "d", ".", "", r"\\host\e"], &[r"C:\a", r"\\host\e"])
        } else {
            (&["/a", "b", ".", "", "./c", "../d", "/e"], &["/a", "/e"])
        };
        let folders: Vec<PathBuf> = absolute_folders(&env::join_paths(all).unwrap()).collect();
        assert_eq!(folders, expected.iter().map(PathBuf::from).collect::<Vec<_>>());
    }
}
