//! Where links lead.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use crate::error::Hint;
use crate::text::shell_quote;

/// A longer chain of links is circular, as Linux has it.
const MOST_LINKS: usize = 40;

/// Whether a path may be another name of somebody else's file: it is a link, or leads through one. Nobody is told to change the
/// owner or the mode of what a link leads to.
pub(crate) fn may_lead_elsewhere(path: &Path) -> bool {
    let is_link = |step: &Path| step.symlink_metadata().is_ok_and(|found| is_link(step, &found));
    path.ancestors().any(is_link)
}

/// What is said instead.
pub(crate) fn look_first(path: &Path) -> Hint {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Hint::text(format_args!("a link leads to {}: look at that first", shell_quote(&target)))
}

/// Whether this is a link, and not one of the system's own, such as `/tmp` or `/home`: those are root's, and in its root.
#[cfg(unix)]
pub(super) fn is_link(path: &Path, found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let is_systems = || found.uid() == 0 && path.parent() == Some(Path::new("/"));
    found.is_symlink() && !is_systems()
}

#[cfg(not(unix))]
fn is_link(_: &Path, found: &Metadata) -> bool {
    found.is_symlink()
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
