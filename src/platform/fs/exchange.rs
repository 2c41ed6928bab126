//! The name of a file that other programs write, too, and take no lock for.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, RenameFlags, openat, renameat_with};

use super::displaced::Displaced;
use super::regular::{options_without_waiting, read_at_most, refuse_irregular};
use super::rename::{rename, sync_folder};

/// Gives `new`, which the caller has open, the name `path`, if the file there has the text `old` at that very moment; `None`:
/// if there is none; and the owner and mode of `like`, which `new` was given. Else `ErrorKind::NotFound`, and at `path` is what another program put there.
///
/// With a look and then a rename, what is written between the two would be lost. So the names are exchanged, and what was
/// taken out is looked at: if it is not `old`, it goes back. If one more was written meanwhile, that stays, and what was taken
/// out is kept beside it: [`Displaced`]. A file system that can't exchange names gets a rename.
pub(super) fn rename_over(new: &Path, path: &Path, old: Option<&[u8]>, like: Option<&Metadata>) -> io::Result<()> {
    rename_by(exchange, new, path, old, like)
}

fn rename_by(
    exchange: impl Fn(&Path, &Path) -> io::Result<()>,
    new: &Path,
    path: &Path,
    old: Option<&[u8]>,
    like: Option<&Metadata>,
) -> io::Result<()> {
    let Some(old) = old else { return rename_to_nothing(new, path) };
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(ErrorKind::NotFound.into());
    }
    // Locked before: under the temporary name it must not pass for a leftover.
    let known = open(path)?;
    let _ = known.try_lock();
    let ours = identity(&fs::symlink_metadata(new)?);
    let present = known.metadata()?;
    if like.is_some_and(|like| rights(like) != rights(&present)) {
        return Err(ErrorKind::NotFound.into());
    }
    let (mut expected, mut put) = (identity(&present), ours);
    if let Err(error) = exchange(new, path) {
        return if error.kind() == ErrorKind::NotFound { Err(error) } else { rename(new, path) };
    }
    let is_unchanged = || {
        let has_rights = known.metadata().is_ok_and(|found| rights(&found) == rights(&present));
        has_rights && read_at_most(&known, old.len() as u64, old.len() as u64).is_ok_and(|text| text == old)
    };
    // Open as long as identities are compared: the inode of a file that is gone is soon another's.
    let mut held = Vec::new();
    let mut is_ours = true;
    loop {
        held.push(hold(new));
        // What is not even found is not what was expected.
        let taken_out = fs::symlink_metadata(new).map_or((0, 0), |found| identity(&found));
        if taken_out == expected && (!is_ours || is_unchanged()) {
            if !is_ours && taken_out != ours {
                return Err(Displaced::keep(new, path));
            }
            break;
        }
        // Newer than what has its name now.
        exchange(new, path).or_else(|_| rename(new, path))?;
        (expected, put, is_ours) = (put, taken_out, false);
    }
    if !is_ours {
        return Err(ErrorKind::NotFound.into());
    }
    // Else the next change takes it for a leftover.
    let _ = fs::remove_file(new);
    sync_folder(path);
    Ok(())
}

/// Keeps the file at `path` from being gone, whatever it is and whoever may read it.
fn hold(path: &Path) -> io::Result<OwnedFd> {
    Ok(openat(CWD, path, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?)
}

/// Device and inode.
fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// Owner, group and mode, which is another with most access lists.
fn rights(found: &Metadata) -> (u32, u32, u32) {
    (found.uid(), found.gid(), found.mode())
}

fn rename_to_nothing(new: &Path, path: &Path) -> io::Result<()> {
    match renameat_with(CWD, new, CWD, path, RenameFlags::NOREPLACE).map_err(io::Error::from) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(ErrorKind::NotFound.into()),
        Err(_) => rename(new, path),
        Ok(()) => {
            sync_folder(path);
            Ok(())
        }
    }
}

fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// No link, nor anything that waits.
fn open(path: &Path) -> io::Result<File> {
    let file = options_without_waiting(false).open(path)?;
    refuse_irregular(&file.metadata()?)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tempfile::TempDir;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
    fn write(path: &Path, content: &str) {
        fs::write(path, content).unwrap();
    }

    #[test]
    fn what_is_written_while_names_are_exchanged_is_all_kept() {
        let folder = TempDir::new().unwrap();
        let (new, path, other) = ["new", "file", "other"].map(|name| folder.path().join(name)).into();
        write(&path, "known");
        write(&new, "ours");
        let write_over = |text| {
            write(&other, text);
            fs::rename(&other, &path).unwrap();
        };
        let count = Cell::new(0);
        let racing = |one: &Path, other: &Path| {
            // Before the first exchange, and before the one that gives the name back.
            if count.replace(count.get() + 1) < 2 {
                write_over(["first", "ours and second"][count.get() - 1]);
            }
            exchange(one, other)
        };
        let error = rename_by(racing, &new, &path, Some(b"known"), None).unwrap_err();
        assert!(Displaced::is(&error), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours and second");
        let kept = folder.path().join(format!("file.atcr-kept-{}", std::process::id()));
        assert_eq!(fs::read_to_string(&kept).unwrap(), "first");
        assert!(error.to_string().ends_with(&format!("is in {}", kept.display())) && !new.exists());
    }

    #[test]
    fn only_the_known_text_is_replaced() {
        let folder = TempDir::new().unwrap();
        let (new, path) = (folder.path().join("new"), folder.path().join("file"));
        let renamed = |old: Option<&str>| {
            write(&new, "ours");
            let renamed = rename_over(&new, &path, old.map(str::as_bytes), None).map_err(|error| error.kind());
            (renamed, fs::read_to_string(&path).ok())
        };
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(renamed(Some("known")), (Err(ErrorKind::NotFound), None), "it is gone");
        assert_eq!(renamed(None), (Ok(()), is("ours")));
        write(&path, "known");
        assert_eq!(renamed(Some("known")), (Ok(()), is("ours")));
        assert!(!new.exists());
        for theirs in ["another's", "", "a longer one than either"] {
            write(&path, theirs);
            assert_eq!(renamed(Some("known")), (Err(ErrorKind::NotFound), is(theirs)));
            assert_eq!(fs::read_to_string(&new).unwrap(), "ours");
            assert_eq!(renamed(None), (Err(ErrorKind::NotFound), is(theirs)));
        }
        fs::remove_file(&path).unwrap();
        write(&folder.path().join("target"), "known");
        std::os::unix::fs::symlink("target", &path).unwrap();
        assert_eq!(renamed(Some("known")), (Err(ErrorKind::NotFound), is("known")), "a link");
        assert!(path.is_symlink());
    }

    #[test]
    fn a_mode_that_is_changed_meanwhile_is_kept() {
        use std::os::unix::fs::PermissionsExt;

        let folder = TempDir::new().unwrap();
        let (new, path) = (folder.path().join("new"), folder.path().join("file"));
        let close = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        for is_before in [true, false] {
            write(&path, "known");
            write(&new, "ours");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let like = fs::metadata(&path).unwrap();
            let racing = |one: &Path, other: &Path| {
                close(other);
                exchange(one, other)
            };
            if is_before {
                close(&path);
            }
            let error = rename_by(racing, &new, &path, Some(b"known"), Some(&like)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
            assert_eq!(
                (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().mode() & 0o777),
                (b"known".to_vec(), 0o600)
            );
        }
    }
}
