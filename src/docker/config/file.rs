//! A config file on disk: read, and replaced so that its links, mode and owner stay.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};
use std::process;

use crate::platform::fs::{create, create_private_folder, private, rename};

/// Stands between a file's name and the id of the process that writes a new one.
const BEFORE_ID: &str = ".atcr-";

/// A chain of links that is longer goes round.
const MOST_LINKS: usize = 40;

/// A file as it was read.
#[derive(Debug, Clone)]
pub(super) struct ConfigFile {
    /// Where its readers look for it; the file itself may be behind links.
    pub(super) path: PathBuf,
    /// What it held; `None`: there was none.
    pub(super) content: Option<Vec<u8>>,
}

impl ConfigFile {
    /// Reads the file, if there is one. A link that leads nowhere is no file yet.
    pub(super) fn read(path: PathBuf) -> io::Result<Self> {
        let content = read(&path)?;
        Ok(Self { path, content })
    }

    /// Where the file was before it was changed.
    pub(super) fn backup(&self) -> PathBuf {
        self.path.with_added_extension("atcr-backup")
    }

    /// Takes away what a killed process left of its new file, which may hold passwords.
    pub(super) fn remove_leftovers(&self) {
        remove_leftovers(&self.backup());
        // Links that go round are told of by the write.
        if let Ok(target) = behind_links(&self.path) {
            remove_leftovers(&target);
        }
    }

    /// Puts this content in the place of what the file held, or removes it; before that keeps what it held, if `keeps`.
    /// Returns whether it is kept. `ErrorKind::Interrupted`: somebody else changed the file meanwhile, and it stays as
    /// they left it.
    pub(super) fn write(&self, content: Option<&[u8]>, keeps: bool) -> io::Result<bool> {
        let target = behind_links(&self.path)?;
        if read(&target)? != self.content {
            return Err(ErrorKind::Interrupted.into());
        }
        let present = present(&target)?;
        // Renaming over it, and removing it, would work, and override what somebody wanted.
        if present.as_ref().is_some_and(|present| present.permissions().readonly()) {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
        }
        let Some(content) = content else { return fs::remove_file(target).map(|()| false) };
        let is_kept = keeps && self.keep()?;
        let written = self.put(&target, content, present.as_ref());
        if written.is_err() && is_kept {
            drop(fs::remove_file(self.backup()));
        }
        written.map(|()| is_kept)
    }

    /// Keeps what the file held beside it, for its owner's eyes alone. `false`: that folder can't be written, as
    /// where a container is given the file alone.
    fn keep(&self) -> io::Result<bool> {
        let Some(content) = &self.content else { return Ok(false) };
        match replace(&self.backup(), content, None) {
            Err(error) if is_denied(&error) => Ok(false),
            done => done.map(|()| true),
        }
    }

    fn put(&self, target: &Path, content: &[u8], present: Option<&Metadata>) -> io::Result<()> {
        if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            create_private_folder(folder)?;
        }
        match replace(target, content, present) {
            Err(error) if present.is_some() && is_in_place_only(&error) => {
                write_in_place(target, content, self.content.as_deref().unwrap_or_default())
            }
            done => done,
        }
    }
}

fn present(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A folder may be writable for nobody, or a file be mounted alone (EBUSY, EXDEV): then it is changed where it is.
fn is_in_place_only(error: &io::Error) -> bool {
    is_denied(error) || matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices)
}

fn is_denied(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The file that links lead to, whether or not it is there.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            // A relative link starts at the folder that holds it.
            Ok(link) => path = path.parent().map_or_else(|| link.clone(), |folder| folder.join(&link)),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its links go round"))
}

/// Writes a new file beside `target` and renames it over it. What is there already gives it mode and owner.
fn replace(target: &Path, content: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    let temporary = target.with_added_extension(format!("{}{}", &BEFORE_ID[1..], process::id()));
    let written = write_new(&temporary, content, like).and_then(|file| {
        let renamed = rename(&temporary, target);
        drop(file);
        renamed
    });
    match written {
        // Swept away by another before it was locked: as if that one had been quicker.
        Err(error) if error.kind() == ErrorKind::NotFound => Err(ErrorKind::Interrupted.into()),
        Err(error) => {
            // The first failure is the one to report.
            drop(fs::remove_file(&temporary));
            Err(error)
        }
        Ok(()) => Ok(()),
    }
}

/// The lock lasts as long as the returned file is open: what is not locked is a stray.
fn write_new(path: &Path, content: &[u8], like: Option<&Metadata>) -> io::Result<File> {
    let mut file = create(path)?;
    // A file system without locks has no strays removed either.
    drop(file.try_lock());
    file.write_all(content)?;
    if let Some(like) = like {
        resemble(&file, like)?;
    }
    file.sync_all()?;
    Ok(file)
}

/// Removes what processes that are no more left beside `target`.
fn remove_leftovers(target: &Path) {
    let (Some(folder), Some(name)) = (target.parent(), target.file_name().and_then(OsStr::to_str)) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let stray = entry.file_name();
        let id = stray.to_str().and_then(|stray| stray.strip_prefix(name)?.strip_prefix(BEFORE_ID));
        if id.is_some_and(|id| id.parse::<u32>().is_ok()) && is_unlocked(&entry.path()) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

fn is_unlocked(path: &Path) -> bool {
    private().open(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// The owner first: a change of owner takes bits off the mode. Through the open file, because with sudo whoever owns the
/// folder could have put a link in its place.
#[cfg(unix)]
fn resemble(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let ours = file.metadata()?;
    if (ours.uid(), ours.gid()) != (like.uid(), like.gid()) {
        fchown(file, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(like.permissions())
}

/// Windows gives a new file the rights of its folder.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "the other platforms' can fail")]
fn resemble(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Puts back what was there where the new content can't be written to its end. Nothing is cut off before that: the
/// space that the old content has is still its own then.
fn write_in_place(path: &Path, content: &[u8], old: &[u8]) -> io::Result<()> {
    let mut file = private().open(path)?;
    let written = overwrite(&mut file, content);
    if written.is_err() {
        drop(overwrite(&mut file, old));
    }
    written
}

fn overwrite(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}
