//! Where links lead.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// A longer chain of links is circular, as Linux has it.
const MOST_LINKS: usize = 40;

/// Whether a path may be another name of somebody else's file: it is a link, or leads through one that is not root's, such as a
/// system's own `/tmp` or `/home`.
pub(crate) fn may_lead_elsewhere(path: &Path) -> bool {
    path.is_symlink() || path.ancestors().skip(1).any(is_persons_link)
}

#[cfg(unix)]
fn is_persons_link(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    path.symlink_metadata().is_ok_and(|found| found.is_symlink() && found.uid() != 0)
}

#[cfg(not(unix))]
fn is_persons_link(path: &Path) -> bool {
    path.is_symlink()
}

/// What `name` in `folder` leads to through links, whether or not it exists. An absolute name is one in the root. `check`
/// sees every step, links too, in the order in which the system takes them; the folder itself has none.
pub(super) fn resolve_links<E: From<io::Error>>(
    folder: &Path,
    name: &Path,
    mut check: impl FnMut(&Path, &Metadata) -> Result<(), E>,
) -> Result<(PathBuf, Option<Metadata>), E> {
    let (mut here, mut rest) = (folder.to_owned(), name.to_owned());
    for _ in 0..=MOST_LINKS {
        match walk(&mut here, &rest, &mut check)? {
            End::Found(found) => return Ok((here, found)),
            End::Link(path) => rest = path,
        }
    }
    Err(io::Error::other("circular links").into())
}

enum End {
    /// `None`: it does not exist.
    Found(Option<Metadata>),
    /// Where to go on from the folder of a link.
    Link(PathBuf),
}

/// Goes on from `here` up to the first link.
fn walk<E: From<io::Error>>(
    here: &mut PathBuf,
    rest: &Path,
    check: &mut impl FnMut(&Path, &Metadata) -> Result<(), E>,
) -> Result<End, E> {
    let mut found = None;
    let mut is_missing = false;
    let mut steps = rest.components();
    while let Some(step) = steps.next() {
        match step {
            Component::ParentDir => {
                here.pop();
                (found, is_missing) = (None, false);
                continue;
            }
            Component::CurDir => continue,
            // The root takes the place of what was before it.
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => here.push(step),
        }
        if is_missing || !matches!(step, Component::Normal(_)) {
            continue;
        }
        found = find(here)?;
        let Some(step) = &found else {
            is_missing = !cfg!(windows);
            continue;
        };
        check(here, step)?;
        if step.is_symlink() {
            let target = fs::read_link(&*here)?;
            here.pop();
            return Ok(End::Link(target.join(steps.as_path())));
        }
    }
    // After `..`, or without a step.
    let is_unknown = found.is_none() && !is_missing;
    Ok(End::Found(if is_unknown { find(here)? } else { found }))
}

fn find(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        // Windows may hide folders on the way to a file that it opens.
        Err(error) if error.kind() == ErrorKind::NotFound || cfg!(windows) => Ok(None),
        Err(error) => Err(error),
    }
}
