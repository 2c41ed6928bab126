//! Programs put where a test needs them, to be run at once.
//!
//! On Unix another process writes them. A child that another test is starting has, until it is the program that it is
//! to be, every file open that this process writes; and a program that is open for writing can't be run (ETXTBSY).

use std::path::Path;

/// Copies a program.
#[cfg(unix)]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    let copied = std::process::Command::new("cp").args([from.as_ref(), to.as_ref()]).status().unwrap();
    assert!(copied.success());
}

/// Copies a program.
#[cfg(not(unix))]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    std::fs::copy(from, to).unwrap();
}

/// A link to a program, which has a name of its own.
#[cfg(unix)]
pub fn link(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    std::os::unix::fs::symlink(from, to).unwrap();
}

/// A hard link, or a copy on another disk: on Windows a symbolic link needs rights that a test does not have.
#[cfg(not(unix))]
pub fn link(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    std::fs::hard_link(&from, &to).unwrap_or_else(|_| copy(&from, &to));
}

/// Writes a script for sh, in a folder that is made where there is none.
#[cfg(unix)]
pub fn script(path: impl AsRef<Path>, text: &str) {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    let path = path.as_ref();
    let staged = path.with_extension("staged");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&staged, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&staged, fs::Permissions::from_mode(0o755)).unwrap();
    copy(&staged, path);
    fs::remove_file(staged).unwrap();
}
