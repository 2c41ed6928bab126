//! A package manager, and what it is asked to do.

use std::fmt;

use crate::error::Hint;

/// Where releases are.
pub(super) const RELEASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/latest");

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageManager {
    pub name: &'static str,
    /// What updates the package.
    pub hint: Hint,
}

impl PackageManager {
    pub(super) fn run(name: &'static str, command: impl fmt::Display) -> Self {
        Self { name, hint: Hint::run(command) }
    }
}
