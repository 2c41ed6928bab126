//! Who besides their owner can get at the accounts: modes and owners of `device.json` and its folder. On Windows the
//! access list of the profile decides.

#[cfg(unix)]
use std::fs::{self, Metadata, ReadDir};
use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use super::names::{BACKUP, FILE, LOCK};
use crate::error::Hint;
use crate::platform::fs::{OpenError, look_first, may_lead_elsewhere};
#[cfg(unix)]
use crate::platform::fs::{Trusted, chown_roots_folder, is_foreign};
#[cfg(unix)]
use crate::storage::validation_cache;
use crate::text::{display_path, shell_quote};

#[cfg(unix)]
const CACHE: &str = validation_cache::FOLDER;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionIssue {
    /// `wanted` are the most permissive mode bits that are all right.
    Loose { path: PathBuf, mode: u32, wanted: u32 },
    /// It does not belong to the user whose home folder it is in, as after a command by sudo.
    Foreign { path: PathBuf, owner: u32, wanted: u32 },
}

impl PermissionIssue {
    /// Whether closing the file is all there is to do. Where anybody could write, or a link leads to it, somebody has to look
    /// at it first.
    pub(crate) fn is_harmless(&self) -> bool {
        matches!(self, Self::Loose { path, mode, .. } if mode & 0o002 == 0 && !may_lead_elsewhere(path))
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Loose { path, .. } | Self::Foreign { path, .. } => path,
        }
    }
}

/// What is wrong, and the command that fixes it.
pub(crate) fn describe(issue: &PermissionIssue) -> (String, Hint) {
    let (message, hint) = direct(issue);
    (message, if may_lead_elsewhere(issue.path()) { look_first(issue.path()) } else { hint })
}

/// The same where no link leads to it.
fn direct(issue: &PermissionIssue) -> (String, Hint) {
    match issue {
        PermissionIssue::Loose { path, mode, wanted } => {
            let message = format!("{} is open to other users (mode {mode:04o})", display_path(path));
            let command = format!("chmod {wanted:o} {}", shell_quote(path));
            let is_harmless = issue.is_harmless();
            let if_yours = || Hint::text(format_args!("if its content is yours, run: {command}"));
            (message, if is_harmless { Hint::run(&command) } else { if_yours() })
        }
        PermissionIssue::Foreign { path, owner, wanted } => {
            let whose = format!("belongs to user {owner}, not to user {wanted} whose home this is");
            let message = format!("{} {whose}", display_path(path));
            (message, Hint::run(format_args!("sudo chown {wanted} {}", shell_quote(path))))
        }
    }
}

#[cfg(unix)]
pub fn issues(folder: &Path, home: Option<&Path>) -> Vec<PermissionIssue> {
    use std::os::unix::fs::MetadataExt;
    let [file, backup, lock] = [FILE, BACKUP, LOCK].map(|name| folder.join(name));
    // A folder with other things in it too may be open on purpose.
    let mut issues: Vec<PermissionIssue> =
        if holds_only_ours(folder) { loose((folder, 0o700)).into_iter().collect() } else { Vec::new() };
    // Who can open the lock could hold it, and keep every change waiting.
    let files = [&file, &backup, &lock].into_iter().filter(|path| path.is_file());
    issues.extend(files.filter_map(|path| loose((path, 0o600))));
    // A link, or another user's, is not used at all.
    let is_own = |cache: &Metadata| cache.is_dir() && fs::metadata(folder).is_ok_and(|own| own.uid() == cache.uid());
    let cache = Some(folder.join(CACHE)).filter(|cache| fs::symlink_metadata(cache).is_ok_and(|found| is_own(&found)));
    issues.extend(cache.and_then(|cache| loose((&cache, 0o700))));
    if let (Ok(found), Some(Ok(home))) = (fs::metadata(&file), home.map(fs::metadata))
        && found.is_file()
        && found.uid() != home.uid()
    {
        issues.push(PermissionIssue::Foreign { path: file, owner: found.uid(), wanted: home.uid() });
    }
    issues
}

#[cfg(unix)]
fn loose((path, wanted): (&Path, u32)) -> Option<PermissionIssue> {
    use std::os::unix::fs::MetadataExt;
    let mode = fs::metadata(path).ok()?.mode() & 0o777;
    let is_loose = mode & !wanted & 0o077 != 0;
    is_loose.then(|| PermissionIssue::Loose { path: path.to_owned(), mode, wanted })
}

/// The same for the file that `ATCR_DEVICE_SECRET_FILE` names, if it is ours: one that is root's, as Kubernetes mounts it,
/// has the mode that root wants, and Kubernetes mounts a link.
#[cfg(unix)]
pub fn secret_file_issue(path: &Path) -> Option<PermissionIssue> {
    use std::os::unix::fs::MetadataExt;
    let (user, found) = (rustix::process::geteuid(), fs::metadata(path).ok().filter(Metadata::is_file)?);
    let is_mounted = user.is_root() && may_lead_elsewhere(path);
    if found.uid() == user.as_raw() && !is_mounted { loose((path, 0o600)) } else { None }
}

#[cfg(not(unix))]
pub fn secret_file_issue(_: &Path) -> Option<PermissionIssue> {
    None
}

#[cfg(not(unix))]
pub fn issues(_: &Path, _: Option<&Path>) -> Vec<PermissionIssue> {
    Vec::new()
}

/// Fixes permissions left too open by older versions or the umask: those of the folder, of the cache, of the lock and of the backup.
/// `device.json` itself is new with every change that is one. What can't be changed stays, and `status` goes on to warn of it.
#[cfg(unix)]
pub(super) fn restrict(device_json: &Path) {
    let Some(folder) = device_json.parent() else { return };
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut holds_only_ours = true;
    for entry in entries.flatten() {
        match entry.file_name().to_str() {
            Some(name @ (CACHE | FILE | BACKUP | LOCK)) => {
                let is_folder = name == CACHE;
                // Most are closed, and need not be opened. What is of another kind is somebody's own.
                if entry.metadata().is_ok_and(|found| is_loose(&found) && found.is_dir() == is_folder) {
                    restrict_to(&entry.path(), if is_folder { 0o700 } else { 0o600 });
                }
            }
            name => holds_only_ours &= name.is_some_and(is_ours),
        }
    }
    if holds_only_ours {
        // Closed, it would be closed to the person.
        chown_roots_folder(folder);
        restrict_to(folder, 0o700);
    }
}

#[cfg(unix)]
fn holds_only_ours(folder: &Path) -> bool {
    let all_ours = |entries: ReadDir| entries.flatten().all(|entry| entry.file_name().to_str().is_some_and(is_ours));
    !is_foreign(folder) && fs::read_dir(folder).is_ok_and(all_ours)
}

#[cfg(unix)]
fn is_ours(name: &str) -> bool {
    [FILE, "update-check.json", CACHE].iter().any(|ours| name.starts_with(ours))
}

/// Does what [`describe`] names, where that needs no other user's rights, and says so.
#[cfg(unix)]
pub(crate) fn fix(issue: &PermissionIssue) -> Result<String, OpenError> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    match issue {
        PermissionIssue::Loose { path, wanted, .. } => {
            let (opened, _) = Trusted::find(path)?.open_any()?;
            opened.set_permissions(Permissions::from_mode(*wanted))?;
            Ok(format!("{} is closed to other users now (mode {wanted:04o}).", display_path(path)))
        }
        PermissionIssue::Foreign { .. } => Err(io::Error::from(io::ErrorKind::PermissionDenied).into()),
    }
}

#[cfg(not(unix))]
pub(crate) fn fix(_: &PermissionIssue) -> Result<String, OpenError> {
    Err(io::Error::from(io::ErrorKind::Unsupported).into())
}

/// Never what a link leads to: with sudo that could be anything.
#[cfg(unix)]
fn restrict_to(path: &Path, wanted: u32) {
    use std::fs::{File, Permissions};
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let Ok(opened) = File::options().read(true).custom_flags(flags).open(path) else { return };
    if opened.metadata().is_ok_and(|found| is_loose(&found)) {
        let _ = opened.set_permissions(Permissions::from_mode(wanted));
    }
}

#[cfg(unix)]
fn is_loose(found: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o077 != 0
}
