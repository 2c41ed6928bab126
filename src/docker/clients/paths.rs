//! Paths as Go has them.

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
