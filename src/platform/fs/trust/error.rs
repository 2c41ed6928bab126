//! Why a file is refused, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::error::{Error, Hint};
use crate::platform::fs::look_first;
use crate::text::{display_path, shell_quote};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// `path` is the file, its folder, or one on the way to it; `owner` and `wanted` are user ids, `is_linked`
    /// that a link has led to it.
    #[error("refusing to use {}: it belongs to user {owner}, not to user {wanted}", display_path(path))]
    Foreign { path: PathBuf, owner: u32, wanted: u32, is_linked: bool },
    /// Any user can write to the file, or replace files in the folder; or one who is not its owner, by its access list.
    #[error("refusing to use {}: {} writable by other users", display_path(path), if *is_folder { "the directory is" } else { "it is" })]
    Open { path: PathBuf, is_folder: bool, is_linked: bool, has_list: bool },
    /// Root would read or change a file of its own under a name that another user gave it.
    #[error("refusing to use {}: it is another name (hard link) of a file of root's", display_path(path))]
    HardLink { path: PathBuf },
    /// Where nobody but this program puts anything, and it puts no links.
    #[error("refusing to use {}: it is a link", display_path(path))]
    Link { path: PathBuf },
}

impl Untrusted {
    pub fn hint(&self) -> Hint {
        match self {
            // What it leads to may be anything: no command that changes its owner or its mode.
            Self::Foreign { path, is_linked: true, .. } | Self::Open { path, is_linked: true, .. } => look_first(path),
            Self::Foreign { path, wanted, .. } => {
                Hint::text(format_args!("if it is yours, run: sudo chown {wanted} {}", shell_quote(path)))
            }
            Self::Open { path, is_folder, has_list, .. } => {
                let advice =
                    if *is_folder { "keep it in a folder of your own, or" } else { "if its content is yours," };
                // The bits of the group are the mask of an access list.
                let whose = if *has_list { "go" } else { "o" };
                Hint::text(format_args!("{advice} run: chmod {whose}-w {}", shell_quote(path)))
            }
            Self::HardLink { .. } => "replace it with a copy".into(),
            Self::Link { path } => {
                let remove = if cfg!(windows) { "del" } else { "rm" };
                Hint::run(format_args!("{remove} {}", shell_quote(path)))
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) enum OpenError {
    Untrusted(#[from] Untrusted),
    Failed(#[from] io::Error),
}

impl From<Untrusted> for Error {
    fn from(untrusted: Untrusted) -> Self {
        Self::new(&untrusted).hint(untrusted.hint())
    }
}
