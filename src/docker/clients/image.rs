//! An image that a file names.

use crate::domain::{Access, ImageOwner, RegistryUrl, find_owners};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) reference: String,
    pub(super) access: Access,
}

impl Image {
    pub(super) fn new(reference: impl Into<String>, access: Access) -> Self {
        Self { reference: reference.into(), access }
    }

    /// Its owner, if it is an image of this registry.
    pub(super) fn owner(&self, registry: &RegistryUrl) -> Option<ImageOwner> {
        let owner = find_owners(&[&self.reference], registry).pop()?;
        Some(ImageOwner { access: self.access, ..owner })
    }
}
