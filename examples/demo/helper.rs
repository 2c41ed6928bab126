//! The credential helper, which is the demo's own file under another name: nothing is compiled twice.

use std::env::{self, consts};
use std::path::Path;

use anyhow::{Context, Result};

pub(crate) const NAME: &str = "docker-credential-atcr";

/// Whether this process was started as the helper.
pub(crate) fn is_this_process() -> bool {
    env::args_os().next().is_some_and(|program| Path::new(&program).file_stem() == Some(NAME.as_ref()))
}

/// Puts the helper into `folder`.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let demo = env::current_exe().context("can't find the demo's own file")?;
    let helper = folder.join(NAME).with_extension(consts::EXE_EXTENSION);
    link(&demo, &helper).with_context(|| format!("can't create {}", helper.display()))
}

#[cfg(unix)]
fn link(demo: &Path, helper: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(demo, helper)
}

/// A copy: a link of a program that runs can't be removed.
#[cfg(not(unix))]
fn link(demo: &Path, helper: &Path) -> std::io::Result<()> {
    std::fs::copy(demo, helper).map(drop)
}
