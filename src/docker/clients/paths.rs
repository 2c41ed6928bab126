//! Paths as Go's clients have them, and what is none.

use std::path::{Component, Path, PathBuf};

/// Without `.` and `..`, by the text alone: what Go's clients do with a path before they open it, whatever links are on it.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
    }
    normal
}

/// Standard input, or on another machine.
pub(super) fn is_elsewhere(path: &str) -> bool {
    matches!(path, "-" | "/dev/stdin") || is_remote(path)
}

/// `oci://`, a Git repository or a URL.
pub(super) fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.starts_with("github.com/")
}
