//! The rule on Windows, where the access list of the profile decides, which everything in it inherits.

use std::fs::Metadata;
use std::path::Path;

use super::{OpenError, Untrusted};

#[derive(Debug, Clone, Copy)]
pub(super) struct Rule;

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Unix")]
impl Rule {
    pub(super) fn new() -> Self {
        Self
    }

    pub(super) fn to_edit() -> Self {
        Self
    }

    pub(super) fn check_step(&mut self, _: &Path, _: &Metadata) -> Result<(), OpenError> {
        Ok(())
    }

    pub(super) fn check(self, _: &Path, _: &Metadata) -> Result<(), OpenError> {
        Ok(())
    }

    pub(super) fn check_creation(self, _: &Path, _: &Metadata) -> Result<(), OpenError> {
        Ok(())
    }

    pub(super) fn open(self, path: &Path, found: &Metadata) -> Untrusted {
        Untrusted::Open { path: path.to_owned(), is_folder: found.is_dir(), is_linked: false, has_list: false }
    }
}

pub(super) fn is_open_to_others(_: &Path, _: &Metadata) -> bool {
    false
}

/// What a folder holds inherits its access list.
pub(crate) fn is_as_safe_as(_: &Path, _: &Path) -> bool {
    true
}
