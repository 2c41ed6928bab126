//! What lets this user at a file.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::aside::move_aside;
use super::hard_links::hard_links_fix;
use super::links::may_lead_elsewhere;
use crate::error::Hint;
use crate::text::shell_quote;

/// What fixes the error that `path` could not be read or written with; `variable` is where another place for it is named.
/// `None`: nothing that can be said without knowing more.
pub(crate) fn access_fix(path: &Path, error: &io::Error, variable: &str) -> Option<Hint> {
    let elsewhere = || Hint::text(format_args!("use a place of your own: set {variable}"));
    match error.kind() {
        // Not of what a link leads to, which may be anything.
        ErrorKind::PermissionDenied if may_lead_elsewhere(path) => Some(elsewhere()),
        ErrorKind::PermissionDenied => Some(permission_fix(path).unwrap_or_else(elsewhere)),
        // Docker makes an empty one where a file was to be mounted and is not there.
        ErrorKind::IsADirectory if is_empty(path) => Some(Hint::run(move_aside(path, "old"))),
        // `AlreadyExists` is for a link that leads nowhere in the place of a folder.
        ErrorKind::IsADirectory | ErrorKind::ReadOnlyFilesystem | ErrorKind::AlreadyExists => Some(elsewhere()),
        ErrorKind::ResourceBusy => Some(Hint::text(format_args!(
            "it is mounted by itself, and can't be replaced: mount its folder instead, or set {variable} elsewhere"
        ))),
        ErrorKind::NotADirectory => Some(Hint::text(format_args!("its folder is a file: set {variable} elsewhere"))),
        _ if is_no_room(error) => Some("make room on that disk, and try again".into()),
        _ => hard_links_fix(path, error),
    }
}

/// Whether the disk is full, or what this user may have of it.
pub(crate) fn is_no_room(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// For the first of the file and its folder that is not this user's, or else not open to this user. `None`: neither, or the
/// folder can't even be looked at, or it is others' altogether, such as /etc.
#[cfg(unix)]
fn permission_fix(path: &Path) -> Option<Hint> {
    use std::os::unix::fs::MetadataExt;

    let user = rustix::process::geteuid().as_raw();
    let folder = path.parent().unwrap_or(path);
    let is_own = |folder: &Path| fs::metadata(folder).is_ok_and(|found| found.uid() == user);
    let own = |path: &Path| {
        let is_in_own = path.ancestors().skip(1).any(is_own);
        is_in_own.then(|| Hint::run(format_args!("sudo chown {user} {}", shell_quote(path))))
    };
    let open = |path: &Path, rights: &str| Some(Hint::run(format_args!("chmod u+{rights} {}", shell_quote(path))));
    let (file, folder_found) = (fs::metadata(path), fs::metadata(folder).ok()?);
    match file {
        Ok(file) if file.uid() != user => own(path),
        Ok(file) if file.mode() & 0o600 != 0o600 => open(path, "rw"),
        _ if folder_found.uid() != user => own(folder),
        _ if folder_found.mode() & 0o700 != 0o700 => open(folder, "rwx"),
        _ => None,
    }
}

#[cfg(windows)]
fn permission_fix(path: &Path) -> Option<Hint> {
    let is_read_only = fs::metadata(path).is_ok_and(|found| found.permissions().readonly());
    let path = shell_quote(path);
    let command = if is_read_only { format!("attrib -r {path}") } else { format!("icacls {path} /reset") };
    Some(Hint::run(command))
}
