//! Ownership checks for `device.json` (compare sshd's StrictModes): another user who could put one there would decide
//! where a secret goes, and which credential store is run.
//!
//! Files and folders of this user and of root are trusted. Root also trusts those of the folder's owner, because `sudo
//! docker push` with a person's home must find that person's accounts; a link there must lead to a file of that person
//! too, or root could be made to read and rewrite anything.

use std::io;
use std::path::PathBuf;
#[cfg(windows)]
use std::{
    fs::{File, Metadata},
    path::Path,
};

use crate::error::Hint;
use crate::text::shell_quote;

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// `path` is the file, its folder, or one on the way to it; `owner` and `wanted` are user ids.
    #[error("refusing to use {}: it belongs to user {owner}, not to user {wanted}", path.display())]
    Foreign { path: PathBuf, owner: u32, wanted: u32 },
    /// A folder on the way to it is one where any user can replace files.
    #[error("refusing to use {}: the directory is writable by other users", folder.display())]
    Open { folder: PathBuf },
}

impl Untrusted {
    pub fn hint(&self) -> Hint {
        match self {
            Self::Foreign { path, wanted, .. } => {
                Hint::text(format_args!("if it is yours, run: sudo chown {wanted} {}", shell_quote(path)))
            }
            Self::Open { folder } => {
                Hint::text(format_args!("keep it in a folder of your own, or run: chmod o-w {}", shell_quote(folder)))
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) enum OpenError {
    Untrusted(#[from] Untrusted),
    /// Also where there is none.
    Failed(#[from] io::Error),
}

/// On Windows the access list of the profile decides, which everything in it inherits.
#[cfg(windows)]
pub(super) fn open(_: &Path, file: &Path) -> Result<(File, Metadata), OpenError> {
    let opened = File::open(file)?;
    let found = opened.metadata()?;
    Ok((opened, found))
}

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "the other platforms' can fail")]
pub(super) fn check_folder(_: &Path) -> Result<(), OpenError> {
    Ok(())
}

#[cfg(unix)]
pub(super) use unix::{check_folder, open};

#[cfg(unix)]
mod unix {
    use std::fs::{self, File, Metadata, OpenOptions};
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    use std::path::Path;

    use rustix::fs::OFlags;
    use rustix::process::geteuid;

    use super::{OpenError, Untrusted};
    use crate::platform::fs::resolve_links;

    const ROOT: u32 = 0;

    /// Without the sticky bit, whoever may write to a folder may also replace the files of others in it.
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;

    #[derive(Clone, Copy)]
    struct AllowedOwners {
        /// Ourselves; for root the person whose folder it is.
        person: u32,
        root: Option<u32>,
    }

    impl AllowedOwners {
        fn check(self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
            if found.uid() == self.person || Some(found.uid()) == self.root {
                return Ok(());
            }
            Err(Untrusted::Foreign { path: path.to_owned(), owner: found.uid(), wanted: self.person }.into())
        }

        fn in_folder(found: &Metadata) -> Self {
            let us = geteuid().as_raw();
            Self { person: if us == ROOT { found.uid() } else { us }, root: Some(ROOT) }
        }

        /// A person's link must not lead root to a file of root's.
        fn behind_a_link(self) -> Self {
            Self { root: self.root.filter(|_| !geteuid().is_root()), ..self }
        }
    }

    /// Opens a file in `folder` for reading. Where neither is a link, that costs two `stat`s.
    pub(in crate::storage::accounts_file) fn open(folder: &Path, file: &Path) -> Result<(File, Metadata), OpenError> {
        let owners = check_owner(folder)?;
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
        let (opened, owners) = match options.open(file) {
            Err(_) if fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink()) => {
                follow(file, owners)?;
                (File::open(file)?, owners.behind_a_link())
            }
            opened => (opened?, owners),
        };
        let found = opened.metadata()?;
        owners.check(file, &found)?;
        Ok((opened, found))
    }

    pub(in crate::storage::accounts_file) fn check_folder(folder: &Path) -> Result<(), OpenError> {
        check_owner(folder).map(|_| ())
    }

    fn check_owner(folder: &Path) -> Result<AllowedOwners, OpenError> {
        let mut found = fs::symlink_metadata(folder)?;
        if found.is_symlink() {
            found = fs::metadata(folder)?;
            follow(folder, AllowedOwners::in_folder(&found))?;
        }
        let owners = AllowedOwners::in_folder(&found);
        owners.check(folder, &found)?;
        Ok(owners)
    }

    /// Checks each step to `path`: no other user may own or replace one.
    fn follow(path: &Path, owners: AllowedOwners) -> Result<(), OpenError> {
        let target = resolve_links(path, |step, found| {
            owners.check(step, found)?;
            if found.is_dir() && found.mode() & (OTHERS_WRITE | STICKY) == OTHERS_WRITE {
                return Err(Untrusted::Open { folder: step.to_owned() }.into());
            }
            Ok(())
        });
        target.map(drop)
    }
}
