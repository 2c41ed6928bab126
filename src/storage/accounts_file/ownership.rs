//! Whether a file of accounts is ours to believe: somebody else who can put one there decides who we are, where our
//! secret goes, and which credential store is run.
//!
//! Believed are files and folders of this user and of root. Root itself also believes those of whoever the folder belongs
//! to, because `sudo docker push` with the person's own home must find the person's accounts; there a link must lead to a
//! file of that person too, or it would have root read and rewrite anything.

use std::fmt;
use std::io;
use std::path::PathBuf;
#[cfg(windows)]
use std::{fs::File, path::Path};

use crate::error::Hint;
use crate::text::shell_quote;

/// Why a file is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untrusted {
    /// It belongs to somebody else.
    Foreign {
        /// The file or folder, or one that the way to it leads through.
        path: PathBuf,
        /// Whose it is: a user id.
        owner: u32,
        /// Whose it should be.
        wanted: u32,
    },
    /// The way to it leads through a folder where anybody can put files in the place of ours.
    Open {
        /// The folder.
        folder: PathBuf,
    },
}

impl Untrusted {
    /// The command that mends it.
    #[must_use]
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

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { path, owner, wanted } => {
                write!(f, "{} is not trusted: it belongs to user {owner}, not to user {wanted}", path.display())
            }
            Self::Open { folder } => {
                write!(f, "{} is not trusted with accounts: anybody can put files there", folder.display())
            }
        }
    }
}

/// What keeps a file from being opened.
#[derive(Debug)]
pub(super) enum OpenError {
    /// It is not believed.
    #[cfg_attr(windows, expect(dead_code, reason = "there the profile's access list decides"))]
    Distrusted(Untrusted),
    /// The system can't, or there is none.
    Failed(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// On Windows the access list of the profile decides, which everything in it inherits.
#[cfg(windows)]
pub(super) fn open(_: &Path, file: &Path) -> Result<File, OpenError> {
    Ok(File::open(file)?)
}

/// See [`open`].
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

    /// Anybody may write here, and (the sticky bit) may also remove and rename what is not theirs.
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;

    /// Who may own what we believe.
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
            let path = path.to_owned();
            Err(OpenError::Distrusted(Untrusted::Foreign { path, owner: found.uid(), wanted: self.person }))
        }
    }

    impl AllowedOwners {
        fn in_folder(found: &Metadata) -> Self {
            let us = geteuid().as_raw();
            Self { person: if us == ROOT { found.uid() } else { us }, root: Some(ROOT) }
        }

        /// Root must not be led to a file of its own by a link of the person's.
        fn behind_a_link(self) -> Self {
            Self { root: self.root.filter(|_| !geteuid().is_root()), ..self }
        }
    }

    /// Opens a file in `folder` for reading. Where neither is a link, that costs one look at the folder and one at the
    /// open file.
    pub(in crate::storage::accounts_file) fn open(folder: &Path, file: &Path) -> Result<File, OpenError> {
        let believed = believe(folder)?;
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
        let opened = match options.open(file) {
            Err(_) if fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink()) => {
                follow(file, believed)?;
                let opened = File::open(file)?;
                believed.behind_a_link().check(file, &opened.metadata()?)?;
                return Ok(opened);
            }
            opened => opened?,
        };
        believed.check(file, &opened.metadata()?)?;
        Ok(opened)
    }

    /// Whether what is put into `folder` is in good hands.
    pub(in crate::storage::accounts_file) fn check_folder(folder: &Path) -> Result<(), OpenError> {
        believe(folder).map(drop)
    }

    fn believe(folder: &Path) -> Result<AllowedOwners, OpenError> {
        let mut found = fs::symlink_metadata(folder)?;
        if found.is_symlink() {
            found = fs::metadata(folder)?;
            follow(folder, AllowedOwners::in_folder(&found))?;
        }
        let believed = AllowedOwners::in_folder(&found);
        believed.check(folder, &found)?;
        Ok(believed)
    }

    /// Looks at every step to `path`: nobody else may own or exchange one of them.
    fn follow(path: &Path, believed: AllowedOwners) -> Result<(), OpenError> {
        let target = resolve_links(path, |step, found| {
            believed.check(step, found)?;
            if found.is_dir() && found.mode() & (OTHERS_WRITE | STICKY) == OTHERS_WRITE {
                return Err(OpenError::Distrusted(Untrusted::Open { folder: step.to_owned() }));
            }
            Ok(())
        });
        target.map(drop)
    }
}
