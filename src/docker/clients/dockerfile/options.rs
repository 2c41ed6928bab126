//! What a build was told.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Builder {
    /// Builds the stages that the target needs.
    #[default]
    BuildKit,
    /// Docker's before BuildKit: builds every stage up to the target.
    Classic,
    /// Of podman and buildah.
    Buildah,
}

/// What a build was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Build {
    pub(crate) builder: Builder,
    /// `--build-arg`.
    pub(crate) arguments: BTreeMap<String, String>,
    /// `--build-context`: what stands for an image or a stage of this name.
    pub(crate) contexts: BTreeMap<String, String>,
    /// The stage to build, instead of the last.
    pub(crate) target: String,
    pub(crate) platforms: Vec<String>,
    /// The stages that the target does not need are built too.
    pub(crate) builds_unused: bool,
}
