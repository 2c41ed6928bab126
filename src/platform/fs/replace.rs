//! Atomic replacement of files.

use std::fs::{self, DirEntry, File, Metadata};
use std::io;
use std::path::Path;
use std::process;

#[cfg(target_os = "linux")]
use super::attributes::Original;
use super::displaced::Displaced;
#[cfg(target_os = "linux")]
use super::exchange::rename_over;
use super::owner::copy_owner_as_root;
#[cfg(unix)]
use super::owner::copy_special_bits;
use super::regular::{open_regular, read_regular};
use super::rename::rename;
use super::{copy_rights, create_new, create_own, options_0600, write_all};

/// Between a file's name and the id of the process that writes a new one. Nobody dates a copy of their own so.
pub(super) const BEFORE_ID: &str = ".atcr-new-";

/// Whose a new file is, and who may read it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rights<'a> {
    /// Private, and under sudo the person's.
    New,
    /// Private, and the owner's of what it is a copy of.
    PrivateLike(&'a Metadata),
    /// Those of what it replaces, with its other attributes.
    Like(&'a Path, &'a Metadata),
}

/// Replaces the file at `path` as a whole, or creates it: at any moment there is the old one or the new one. It gets what
/// `like`, which was found there, has besides its content, else it is private. Links are not followed: see `Trusted`.
///
/// `ErrorKind::NotFound`: another process removed the temporary file before it was locked.
pub(crate) fn replace(path: &Path, content: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    let rights = like.map_or(Rights::New, |like| Rights::Like(path, like));
    replace_with(path, content, rights, &|new| rename(new, path))
}

/// The same for a file that other programs write without a lock: only in the place of `known`, the text that it had when it
/// was looked at, or `None`. Else `ErrorKind::NotFound`. `is_known` looks again right before.
pub(crate) fn replace_known(
    path: &Path,
    known: Option<&[u8]>,
    is_known: &dyn Fn() -> bool,
    content: &[u8],
    like: Option<&Metadata>,
) -> io::Result<()> {
    let rights = like.map_or(Rights::New, |like| Rights::Like(path, like));
    replace_with(path, content, rights, &|new| {
        if !is_known() {
            return Err(io::ErrorKind::NotFound.into());
        }
        rename_over(new, path, known, like)
    })
}

/// The same, but private in any case, for content that comes from the file `of`: nobody gets it who could not read that.
pub(crate) fn replace_private(path: &Path, content: &[u8], of: Option<&Metadata>) -> io::Result<()> {
    replace_with(path, content, of.map_or(Rights::New, Rights::PrivateLike), &|new| rename(new, path))
}

fn replace_with(
    path: &Path,
    content: &[u8],
    rights: Rights<'_>,
    give_name: &dyn Fn(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = path.with_added_extension(format!("{}{}", &BEFORE_ID[1..], process::id()));
    let replaced = write_new(&temporary, content, rights).and_then(|file| {
        // Windows' locks would keep readers out of the file under its new name.
        let _locked = if cfg!(windows) { None } else { Some(file) };
        give_name(&temporary)
    });
    if replaced.as_ref().is_err_and(|error| !Displaced::is(error)) {
        // The first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    replaced
}

/// Removes the file at `path`, if it has this content at the moment at which it loses its name. `false`: it has another, and
/// its name again. Where one more was written meanwhile, that stays, and the other is kept beside it: [`Displaced`].
pub(crate) fn remove_if(path: &Path, content: &[u8]) -> io::Result<bool> {
    remove_by(|aside| read_regular(aside, content.len() as u64).is_ok_and(|found| found == content), path)
}

fn remove_by(is_wanted: impl Fn(&Path) -> bool, path: &Path) -> io::Result<bool> {
    let aside = path.with_added_extension(format!("{}{}", &BEFORE_ID[1..], process::id()));
    // Not a leftover. Windows' locks would keep readers out.
    let held = if cfg!(windows) { None } else { open_regular(path).ok() };
    let _ = held.as_ref().map(|(file, _)| file.try_lock());
    fs::rename(path, &aside)?;
    if is_wanted(&aside) {
        return fs::remove_file(&aside).map(|()| true);
    }
    match fs::hard_link(&aside, path) {
        Ok(()) => fs::remove_file(&aside).map(|()| false),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Displaced::keep(&aside, path)),
        Err(_) => fs::rename(&aside, path).map(|()| false),
    }
}

/// The lock lasts as long as the returned file is open: one that is not locked is a leftover. It is given away before
/// anything is in it: who had it before could keep it open.
pub(super) fn write_new(path: &Path, content: &[u8], rights: Rights<'_>) -> io::Result<File> {
    let file = match rights {
        Rights::New => create_new(path)?,
        Rights::Like(..) | Rights::PrivateLike(_) => create_own(path)?,
    };
    // A file system without locks has no leftovers removed either.
    let _ = file.try_lock();
    match rights {
        Rights::New => {}
        Rights::Like(path, found) => {
            #[cfg(target_os = "linux")]
            Original::open(path, found)?.copy_other_attributes(&file)?;
            copy_rights(path, found, &file)?;
        }
        Rights::PrivateLike(of) => copy_owner_as_root(of, &file)?,
    }
    write_all(&file, content)?;
    #[cfg(unix)]
    if let Rights::Like(_, found) = rights {
        copy_special_bits(found, &file)?;
    }
    file.sync_all()?;
    Ok(file)
}

/// Removes what killed writers of these files left behind, which may contain secrets. What can't be removed stays.
pub(crate) fn remove_leftovers(paths: &[&Path]) {
    for (at, folder) in paths.iter().enumerate().filter_map(|(at, path)| Some((at, path.parent()?))) {
        let is_of_folder = |path: &&&Path| path.parent() == Some(folder);
        if paths[..at].iter().any(|path| is_of_folder(&path)) {
            continue;
        }
        let names: Vec<&str> =
            paths.iter().filter(is_of_folder).filter_map(|path| path.file_name()?.to_str()).collect();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let leftover = entry.file_name();
            let mut ids =
                names.iter().filter_map(|name| leftover.to_str()?.strip_prefix(name)?.strip_prefix(BEFORE_ID));
            if ids.any(|id| id.parse::<u32>().is_ok()) && is_own(&entry, folder) && is_unlocked(&entry.path()) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Of this user, of the person whose folder root writes to, or of root before it gave the file away.
#[cfg(unix)]
fn is_own(entry: &DirEntry, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(found), Ok(folder)) = (entry.metadata(), folder.metadata()) else { return false };
    [rustix::process::geteuid().as_raw(), folder.uid(), 0].contains(&found.uid())
}

#[cfg(not(unix))]
fn is_own(_entry: &DirEntry, _folder: &Path) -> bool {
    true
}

fn is_unlocked(path: &Path) -> bool {
    options_0600().open(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// What only Linux can do.
#[cfg(not(target_os = "linux"))]
fn rename_over(new: &Path, path: &Path, _known: Option<&[u8]>, _like: Option<&Metadata>) -> io::Result<()> {
    rename(new, path)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
    fn write(path: &Path, content: &str) {
        fs::write(path, content).unwrap();
    }

    #[test]
    fn what_is_written_while_a_file_is_removed_is_all_kept() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("file");
        write(&path, "first");
        let racing = |_: &Path| {
            write(&path, "second");
            false
        };
        let error = remove_by(racing, &path).unwrap_err();
        assert!(Displaced::is(&error), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        let kept = folder.path().join(format!("file.atcr-kept-{}", process::id()));
        assert_eq!(fs::read_to_string(kept).unwrap(), "first");
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_place_of_the_temporary_file_leads_nowhere() {
        let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let path = folder.path().join("file");
        let temporary = folder.path().join(format!("file.atcr-new-{}", process::id()));
        std::os::unix::fs::symlink(elsewhere.path().join("file"), &temporary).unwrap();
        assert!(replace(&path, b"new", None).is_err());
        assert!(!path.exists() && fs::read_dir(elsewhere.path()).unwrap().next().is_none());
    }

    #[test]
    #[cfg(unix)]
    fn what_is_another_users_is_no_leftover() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = TempDir::new().unwrap();
        let (file, stranger) = (folder.path().join("file"), folder.path().join("file.atcr-new-1"));
        write(&stranger, "precious");
        std::os::unix::fs::chown(&stranger, Some(54321), None).unwrap();
        remove_leftovers(&[&file]);
        assert!(stranger.exists());
        // Root writes in the person's folder.
        std::os::unix::fs::chown(folder.path(), Some(54321), None).unwrap();
        remove_leftovers(&[&file]);
        assert!(!stranger.exists());
    }

    #[test]
    fn only_leftovers_of_ended_writers_are_removed() {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        let kept = [
            "file",
            "file.atcr-20261127",
            "file.atcr-backup",
            "file.atcr-new-2",
            "file.atcr-new-2b",
            "file.backup.atcr-new-1",
            "other.atcr-new-1",
        ];
        for name in kept.iter().chain(&["file.atcr-new-1"]) {
            write(&path(name), "");
        }
        let writer = options_0600().open(path("file.atcr-new-2")).unwrap();
        writer.try_lock().unwrap();
        remove_leftovers(&[&path("file")]);
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, kept);
        drop(writer);
        remove_leftovers(&[&path("file"), &folder.path().join("elsewhere/file"), &path("file.backup")]);
        assert!(!path("file.atcr-new-2").exists() && !path("file.backup.atcr-new-1").exists());
        assert!(path("file.atcr-new-2b").exists() && path("other.atcr-new-1").exists());
    }
}
