//! The command that lets this user at a config file.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::Hint;
use crate::platform::fs::hard_links_fix;
use crate::text::shell_quote;

/// What fixes the error that `path` could not be read or written with. `None`: no one command does.
pub(super) fn fix(path: &Path, error: &io::Error) -> Option<Hint> {
    match error.kind() {
        ErrorKind::PermissionDenied => Some(permission_fix(path)),
        ErrorKind::IsADirectory => Some(Hint::run(format_args!("mv {0} {0}.old", shell_quote(path)))),
        _ => hard_links_fix(path, error),
    }
}

/// The first of the file and the folders above it that is not this user's, or else not open to this user.
#[cfg(unix)]
fn permission_fix(path: &Path) -> Hint {
    use std::os::unix::fs::MetadataExt;

    let user = rustix::process::geteuid().as_raw();
    let (file, folder) = (fs::metadata(path), path.parent().unwrap_or(path));
    match (file, fs::metadata(folder)) {
        (Ok(file), _) if file.uid() != user => Hint::run(format_args!("sudo chown {user} {}", shell_quote(path))),
        (Ok(file), _) if file.mode() & 0o600 != 0o600 => Hint::run(format_args!("chmod u+rw {}", shell_quote(path))),
        (_, Ok(found)) if found.uid() != user => Hint::run(format_args!("sudo chown {user} {}", shell_quote(folder))),
        _ => Hint::run(format_args!("chmod u+rwx {}", shell_quote(folder))),
    }
}

#[cfg(windows)]
fn permission_fix(path: &Path) -> Hint {
    let is_read_only = fs::metadata(path).is_ok_and(|found| found.permissions().readonly());
    let path = shell_quote(path);
    let command = if is_read_only { format!("attrib -r {path}") } else { format!("icacls {path} /reset") };
    Hint::run(command)
}
