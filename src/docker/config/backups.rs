//! The files from before a change, beside the config file: `config.json.atcr-backup`, `config.json.atcr-backup-2` and so on.
//! None is written over.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::platform::fs::{OpenError, Trusted, entries, replace_private};

/// Whether a change needs a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backup {
    None,
    /// Without it the file would not be restored byte for byte.
    IfPossible,
    /// Without it something would be lost.
    Required,
}

/// The backups of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Backups {
    /// The name of the first.
    first: PathBuf,
    /// With their numbers, from the oldest on. `None`: it can't be read, or is no text.
    all: Vec<(u32, Option<String>)>,
}

impl Backups {
    /// `read` opens a file as the config file is opened.
    pub(super) fn read(config_file: &Path, read: impl Fn(&Path) -> Result<Option<Vec<u8>>, OpenError>) -> Self {
        let mut backups = Self { first: config_file.with_added_extension("atcr-backup"), all: Vec::new() };
        for entry in backups.first.parent().into_iter().flat_map(entries) {
            if let Some(number) = backups.number(&entry.path()) {
                let content = read(&entry.path()).ok().flatten();
                backups.all.push((number, content.and_then(|content| String::from_utf8(content).ok())));
            }
        }
        backups.all.sort_by_key(|(number, _)| *number);
        backups
    }

    pub(super) fn newest(&self) -> Option<&str> {
        self.newest_first().next()
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &str> {
        self.all.iter().rev().filter_map(|(_, content)| content.as_deref())
    }

    /// Folders and the like that have such a name are none.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let paths = self.all.iter().map(|(number, content)| (self.path(*number), content.is_some()));
        paths.filter(|(path, is_read)| *is_read || is_file(path)).map(|(path, _)| path).collect()
    }

    /// Keeps `content`, if it is needed, for nobody who could not read it in the file `of`. The new file's path.
    pub(super) fn add(&self, content: &str, need: Backup, of: Option<&Metadata>) -> Result<Option<PathBuf>, OpenError> {
        if need == Backup::None {
            return Ok(None);
        }
        let path = self.next();
        let place = Trusted::find_to_edit(&path)?;
        place.check_creation()?;
        match replace_private(place.path(), content.as_bytes(), of) {
            Ok(()) => Ok(Some(path)),
            // As where a container is given the file alone.
            Err(error) if need == Backup::IfPossible && is_denied(&error) => Ok(None),
            Err(error) => Err(io::Error::new(error.kind(), format!("no backup can be made: {error}")).into()),
        }
    }

    /// Removes what the file has again. What can't be removed stays, and does no harm.
    pub(super) fn remove_equal_to(&self, content: &str) {
        for (number, of_backup) in &self.all {
            if of_backup.as_deref() == Some(content) {
                let _ = fs::remove_file(self.path(*number));
            }
        }
    }

    /// Those beside which killed writers may have left something behind.
    pub(super) fn paths_to_clean(&self) -> Vec<PathBuf> {
        self.paths().into_iter().chain([self.next()]).collect()
    }

    fn next(&self) -> PathBuf {
        self.path(self.all.last().map_or(1, |(number, _)| number + 1))
    }

    fn path(&self, number: u32) -> PathBuf {
        let mut path = self.first.clone().into_os_string();
        if number > 1 {
            path.push(format!("-{number}"));
        }
        path.into()
    }

    fn number(&self, path: &Path) -> Option<u32> {
        let (name, first) = (path.file_name()?.to_str()?, self.first.file_name()?.to_str()?);
        match name.strip_prefix(first)? {
            "" => Some(1),
            rest => rest.strip_prefix('-')?.parse().ok().filter(|number| (2..u32::MAX).contains(number)),
        }
    }
}

fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

pub(super) fn is_denied(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}
