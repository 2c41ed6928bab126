//! A config file on disk: read, and replaced so that its links, mode and owner stay.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process;

use crate::private_file::{create_private_folder, private, rename};

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
        let written = put(&target, content, present.as_ref());
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
}

fn put(target: &Path, content: &[u8], present: Option<&Metadata>) -> io::Result<()> {
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        create_private_folder(folder)?;
    }
    match replace(target, content, present) {
        Err(error) if present.is_some() && is_in_place_only(&error) => write_in_place(target, content),
        done => done,
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
    let temporary = target.with_added_extension(format!("atcr-{}", process::id()));
    let written = write_new(&temporary, content, like).and_then(|()| rename(&temporary, target));
    if written.is_err() {
        // The first failure is the one to report.
        drop(fs::remove_file(&temporary));
    }
    written
}

fn write_new(path: &Path, content: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    file.write_all(content)?;
    if let Some(like) = like {
        resemble(&file, path, like)?;
    }
    file.sync_all()
}

/// The owner first: a change of owner takes bits off the mode.
#[cfg(unix)]
fn resemble(file: &File, path: &Path, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let ours = file.metadata()?;
    if (ours.uid(), ours.gid()) != (like.uid(), like.gid()) {
        chown(path, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(like.permissions())
}

/// Windows gives a new file the rights of its folder.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "the other platforms' can fail")]
fn resemble(_: &File, _: &Path, _: &Metadata) -> io::Result<()> {
    Ok(())
}

fn write_in_place(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private().truncate(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
