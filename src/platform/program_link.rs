//! This program under another name, by which it knows what it is to be: a link, or on Windows, where not everybody may make
//! one, a copy.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::executable::{NAME, PathLookup, is_same, running};
#[cfg(unix)]
use super::fs::owner_of_new;
use super::fs::{OpenError, Trusted, create_private_folder, free_name, is_as_safe_as, is_foreign, is_read_only};
use crate::text::display_path;

/// In every copy of this program, of this version or a later one, because it looks for it.
const MARK: &[u8] = b"a copy of docker-credential-atcr is known by this text";

/// In bytes: no build of this program is as large, and a larger file is not read to find out.
const LARGEST: u64 = 256 << 20;

/// How often the link is made anew where others make and remove it meanwhile.
const TRIES: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// What runs when this program is meant: on Windows also a copy of it.
    ThisProgram,
    /// A link of ours that leads to a program that is gone, or to another copy of this program; or an older copy.
    Outdated,
    /// Not ours.
    Other,
}

/// What is there under another name.
pub(crate) fn find_link(path: &Path) -> Found {
    let Ok(found) = fs::symlink_metadata(path) else { return Found::Nothing };
    if is_running(path) {
        return Found::ThisProgram;
    }
    if path.parent().is_some_and(is_foreign) {
        return Found::Other;
    }
    if found.is_file() {
        return if found.len() > LARGEST { Found::Other } else { of_copy(path) };
    }
    match fs::read_link(path) {
        Ok(target) if leads_to_the_name(&target) => Found::Outdated,
        // Another process of ours has just removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => Found::Nothing,
        _ => Found::Other,
    }
}

fn is_running(path: &Path) -> bool {
    running().is_ok_and(|running| is_same(path, &running))
}

fn leads_to_the_name(target: &Path) -> bool {
    target.file_name().is_some_and(|name| *name == *format!("{NAME}{EXE_SUFFIX}"))
}

fn of_copy(path: &Path) -> Found {
    let read = Trusted::find_to_edit(path).and_then(|file| file.read(LARGEST));
    let Ok(Some(content)) = read else { return Found::Other };
    // A comparison with a constant may leave no whole text in the program.
    let mark = black_box(MARK);
    let is_current = || running().and_then(fs::read).is_ok_and(|running| running == content);
    match content.windows(mark.len()).any(|part| part == mark) {
        false => Found::Other,
        true if cfg!(windows) && is_current() => Found::ThisProgram,
        true => Found::Outdated,
    }
}

/// Makes the link, or makes one lead to this program again. `false`: it does already. Fails with
/// [`ErrorKind::AlreadyExists`] where something else has the name.
pub(crate) fn make_link(path: &Path, lookup: &PathLookup) -> Result<bool, OpenError> {
    for _ in 1..TRIES {
        match try_to_make(path, lookup) {
            Err(OpenError::Failed(error)) if is_passing(&error) && find_link(path) != Found::Other => {}
            made => return made,
        }
    }
    try_to_make(path, lookup)
}

/// Whether another process may have made or removed the link, or its folder, in between: there is no lock for it.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound)
}

fn try_to_make(path: &Path, lookup: &PathLookup) -> Result<bool, OpenError> {
    let found = find_link(path);
    match found {
        Found::ThisProgram => return Ok(false),
        Found::Other => return Err(taken(path).into()),
        Found::Nothing | Found::Outdated => {}
    }
    let (folder, path) = place(path)?;
    create_private_folder(&folder)?;
    if found == Found::Outdated {
        replace_with_link(&path, lookup, || Ok(()))?;
    } else {
        put(&path, lookup)?;
    }
    Ok(true)
}

/// Whoever is killed meanwhile leaves what was there, or the link. `before` is done when the link is ready.
fn replace_with_link(path: &Path, lookup: &PathLookup, before: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    if cfg!(windows) {
        before()?;
        return put(path, lookup);
    }
    // Hidden, or Docker would take it for a plugin.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(format!(".{name}.new"));
    if is_link_of_ours(&new) {
        let _ = fs::remove_file(&new);
    }
    put(&new, lookup)?;
    let replaced = before().and_then(|()| fs::rename(&new, path));
    if replaced.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&new);
    }
    replaced
}

/// Makes the link where nothing is, or a link of ours. An older copy is somebody's file.
pub(crate) fn make_new_link(path: &Path, lookup: &PathLookup) -> Result<(), OpenError> {
    if path.symlink_metadata().is_ok_and(|found| found.is_file()) && find_link(path) != Found::ThisProgram {
        return Err(taken(path).into());
    }
    refuse_others_program(path)?;
    make_link(path, lookup).map(drop)
}

/// Makes the link in the place of a program, and returns where that is now: `NAME.old`, or another free name. Where the link
/// can't be made, everything is as it was.
pub(crate) fn make_link_instead(path: &Path, lookup: &PathLookup) -> Result<PathBuf, OpenError> {
    let path = place(path)?.1;
    refuse_others_program(&path)?;
    let aside = free_name(&path, "old");
    match replace_with_link(&path, lookup, || set_aside(&path, &aside)) {
        Ok(()) => Ok(aside),
        Err(error) => {
            let has_two_names = path.symlink_metadata().is_ok();
            let _ = if has_two_names { fs::remove_file(&aside) } else { fs::rename(&aside, &path) };
            Err(error.into())
        }
    }
}

/// As a second name where that is possible: then there is always something under the first. Windows replaces no program that
/// is running.
fn set_aside(path: &Path, aside: &Path) -> io::Result<()> {
    if cfg!(unix) && fs::hard_link(path, aside).is_ok() {
        return Ok(());
    }
    fs::rename(path, aside)
}

/// Whether links are made in this folder: not where others could exchange them, nor on a file system that is read-only.
pub(crate) fn takes_links(folder: &Path) -> bool {
    place(&folder.join(NAME)).is_ok() && !is_read_only(folder)
}

/// Who runs what a folder of `PATH` holds, trusts root and whoever has the folder: with sudo a program from somebody's home must
/// not become everybody's.
fn refuse_others_program(link: &Path) -> io::Result<()> {
    let (running, folder) = (running()?, link.parent().unwrap_or(link));
    if is_as_safe_as(&running, folder) {
        return Ok(());
    }
    let (program, folder) = (display_path(&running), display_path(folder));
    Err(io::Error::other(format!("others than the owner of {folder} could replace {program}")))
}

fn taken(path: &Path) -> io::Error {
    io::Error::new(ErrorKind::AlreadyExists, format!("{} is there already", display_path(path)))
}

/// Whether a link or copy of ours is there.
pub(crate) fn is_link_of_ours(path: &Path) -> bool {
    match find_link(path) {
        // The program itself may have been given any name.
        Found::ThisProgram => path.is_symlink() || !is_running(path),
        Found::Outdated => true,
        Found::Nothing | Found::Other => false,
    }
}

/// Whether a link of ours leads to the running program or to nothing. On Windows, whether it is a copy: which program made it,
/// nothing tells.
pub(crate) fn leads_to_no_other(path: &Path) -> bool {
    if cfg!(windows) {
        return path.is_file();
    }
    path.is_symlink() && (is_running(path) || matches!(path.try_exists(), Ok(false)))
}

/// Removes a link or copy of ours. `false`: there is none.
pub(crate) fn remove_link(path: &Path) -> Result<bool, OpenError> {
    if !is_link_of_ours(path) {
        return Ok(false);
    }
    match place(path).and_then(|(_, path)| Ok(fs::remove_file(path)?)) {
        Err(OpenError::Failed(error)) if error.kind() == ErrorKind::NotFound => Ok(false),
        removed => removed.map(|()| true),
    }
}

/// The folder behind all links, and the path in it: the last step may be a link of ours, which is not followed.
fn place(path: &Path) -> Result<(PathBuf, PathBuf), OpenError> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::from(ErrorKind::InvalidInput).into());
    };
    let folder = Trusted::find_to_edit(folder)?;
    folder.check_creation()?;
    Ok((folder.path().to_owned(), folder.path().join(name)))
}

/// Leads to the name on `PATH`, which stays where a package manager replaces the program.
#[cfg(unix)]
fn put(path: &Path, lookup: &PathLookup) -> io::Result<()> {
    let target = match lookup {
        PathLookup::Current(found) if are_in_one_folder(found, path) => PathBuf::from(NAME),
        PathLookup::Current(found) => found.clone(),
        PathLookup::NotFound { .. } | PathLookup::Shadowed { .. } => running()?,
    };
    std::os::unix::fs::symlink(target, path)?;
    // As every new file under sudo.
    if let Some((user, group)) = owner_of_new(path) {
        let _ = std::os::unix::fs::lchown(path, Some(user), Some(group));
    }
    Ok(())
}

#[cfg(unix)]
fn are_in_one_folder(one: &Path, other: &Path) -> bool {
    one.parent().zip(other.parent()).is_some_and(|(one, other)| is_same(one, other))
}

#[cfg(windows)]
fn put(path: &Path, _: &PathLookup) -> io::Result<()> {
    super::fs::replace(path, &fs::read(running()?)?, None)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use super::*;

    /// Sparse, so that it takes no room.
    #[test]
    fn a_copy_is_not_looked_for_in_a_file_that_is_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker-atcr");
        let mut file = File::create(&path).unwrap();
        file.write_all(MARK).unwrap();
        assert_eq!(find_link(&path), Found::Outdated);
        file.set_len(LARGEST + 1).unwrap();
        assert_eq!(find_link(&path), Found::Other);
    }
}
