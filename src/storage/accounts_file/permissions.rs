//! Who besides their owner can get at the accounts: modes, owners and links of `device.json` and its folder.

use std::path::{Path, PathBuf};

/// One way in which the accounts are open to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionIssue {
    /// The mode lets others in.
    Loose {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// Those that it should have at most.
        wanted: u32,
    },
    /// It belongs to somebody else than the home folder does, as after a command by sudo.
    Foreign {
        /// The file.
        path: PathBuf,
        /// Whose it is, and whose it should be: user ids.
        owner: u32,
        /// The owner of the home folder.
        wanted: u32,
    },
}

/// Everything that is open to others about the accounts in `folder`. Knows only Unix's modes: on
/// Windows a folder in the profile is private, and `doctor` warns of one outside.
#[must_use]
pub fn exposures(folder: &Path, home: Option<&Path>) -> Vec<PermissionIssue> {
    #[cfg(unix)]
    return unix::exposures(folder, home);
    #[cfg(not(unix))]
    {
        let _ = (folder, home);
        Vec::new()
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Metadata};
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use super::PermissionIssue;

    pub(super) fn exposures(folder: &Path, home: Option<&Path>) -> Vec<PermissionIssue> {
        let file = folder.join("device.json");
        let backup = folder.join("device.json.bak");
        let home = home.and_then(|home| fs::metadata(home).ok());
        let modes = [(folder, 0o700), (&file, 0o600), (&backup, 0o600)];
        let mut found: Vec<PermissionIssue> =
            modes.into_iter().filter_map(|(path, wanted)| loose(path, wanted)).collect();
        found.extend(home.and_then(|home| foreign(&file, &home)));
        found
    }

    fn loose(path: &Path, wanted: u32) -> Option<PermissionIssue> {
        let mode = fs::metadata(path).ok()?.mode() & 0o777;
        (mode & !wanted & 0o077 != 0).then(|| PermissionIssue::Loose { path: path.to_owned(), mode, wanted })
    }

    fn foreign(file: &Path, home: &Metadata) -> Option<PermissionIssue> {
        let (owner, wanted) = (fs::metadata(file).ok()?.uid(), home.uid());
        (owner != wanted).then(|| PermissionIssue::Foreign { path: file.to_owned(), owner, wanted })
    }
}
