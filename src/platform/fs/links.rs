//! Where links lead.

use std::collections::VecDeque;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// A longer chain of links is circular, as Linux has it.
const MOST_LINKS: usize = 40;

/// The file that `path` leads to through links, whether or not it exists: what to replace so that the links stay.
/// `check` sees every step, links too, in the order in which the system takes them.
pub(crate) fn resolve_links<E: From<io::Error>>(
    path: &Path,
    mut check: impl FnMut(&Path, &Metadata) -> Result<(), E>,
) -> Result<PathBuf, E> {
    let path = std::path::absolute(path)?;
    let (mut here, mut steps) = (root(&path), steps(&path));
    let mut links = 0;
    while let Some(step) = steps.pop_front() {
        if step == Path::new("..") {
            here.pop();
            continue;
        }
        let next = here.join(&step);
        let found = match fs::symlink_metadata(&next) {
            Ok(found) => found,
            // Windows may hide folders on the way to a file that it opens.
            Err(error) if error.kind() == ErrorKind::NotFound || cfg!(windows) => {
                here = next;
                continue;
            }
            Err(error) => return Err(error.into()),
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
        let target = fs::read_link(&next)?;
        if target.is_absolute() {
            here = root(&target);
        }
        steps = self::steps(&target).into_iter().chain(steps).collect();
    }
    Ok(here)
}

fn root(path: &Path) -> PathBuf {
    let is_root = |step: &Component<'_>| matches!(step, Component::Prefix(_) | Component::RootDir);
    path.components().take_while(is_root).collect()
}

fn steps(path: &Path) -> VecDeque<PathBuf> {
    let is_step = |step: &Component<'_>| matches!(step, Component::Normal(_) | Component::ParentDir);
    path.components().filter(is_step).map(|step| PathBuf::from(step.as_os_str())).collect()
}
