//! Where links lead.

use std::collections::VecDeque;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// A longer chain of links is circular, as Linux has it.
const MOST_LINKS: usize = 40;

/// The file that `name` in `folder` leads to through links, whether or not it exists. An absolute name is one in the
/// root. `check` sees every step, links too, in the order in which the system takes them; the folder itself has none.
pub(super) fn resolve_links<E: From<io::Error>>(
    folder: &Path,
    name: &Path,
    mut check: impl FnMut(&Path, &Metadata) -> Result<(), E>,
) -> Result<PathBuf, E> {
    let (mut here, mut steps) = (folder.to_owned(), VecDeque::new());
    go_on(name, &mut here, &mut steps);
    let (mut links, mut is_missing) = (0, false);
    while let Some(step) = steps.pop_front() {
        if step == Path::new("..") {
            here.pop();
            is_missing = false;
            continue;
        }
        let next = here.join(&step);
        let found = if is_missing { None } else { find(&next)? };
        let Some(found) = found else {
            is_missing = !cfg!(windows);
            here = next;
            continue;
        };
        check(&next, &found)?;
        if !found.is_symlink() {
            here = next;
            continue;
        }
        links += 1;
        if links > MOST_LINKS {
            return Err(io::Error::other("circular links").into());
        }
        go_on(&fs::read_link(&next)?, &mut here, &mut steps);
    }
    Ok(here)
}

fn find(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        // Windows may hide folders on the way to a file that it opens.
        Err(error) if error.kind() == ErrorKind::NotFound || cfg!(windows) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts the steps of a path before those that are left.
fn go_on(path: &Path, here: &mut PathBuf, steps: &mut VecDeque<PathBuf>) {
    if path.is_absolute() {
        let is_root = |step: &Component<'_>| matches!(step, Component::Prefix(_) | Component::RootDir);
        *here = path.components().take_while(is_root).collect();
    }
    let is_step = |step: &Component<'_>| matches!(step, Component::Normal(_) | Component::ParentDir);
    for step in path.components().rev().filter(is_step) {
        steps.push_front(PathBuf::from(step.as_os_str()));
    }
}
