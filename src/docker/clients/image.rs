//! An image that a file names.

use super::files::Files;
use crate::domain::{Access, ImageOwner, RegistryUrl, owner_of};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) reference: String,
    pub(super) access: Access,
    /// The name of the file, for people.
    file: Option<String>,
}

impl Image {
    pub(super) fn new(reference: impl Into<String>, access: Access) -> Self {
        Self { reference: reference.into(), access, file: None }
    }

    pub(super) fn in_file(self, file: &str) -> Self {
        Self { file: Some(file.to_owned()), ..self }
    }

    /// Its owner, if it is an image of this registry.
    pub(super) fn owner(&self, registry: &RegistryUrl) -> Option<ImageOwner> {
        if !is_reference(&self.reference) {
            return None;
        }
        let identity = owner_of(&self.reference, registry)?;
        Some(ImageOwner { identity, access: self.access, file: self.file.clone() })
    }
}

/// Where a file was given up on, what is read may stand in it too. What is written stands where the build is described.
pub(super) fn drop_doubtful(images: &mut Vec<Image>, files: &Files) {
    if files.is_in_doubt() {
        images.retain(|image| image.access != Access::Read);
    }
}

/// The image of `type=registry,ref=IMAGE`, or of a plain `IMAGE`, in `cache_from` and `cache_to`.
pub(super) fn registry_cache(cache: &str) -> Option<&str> {
    if !cache.contains('=') {
        return Some(cache);
    }
    let value = |wanted: &str| cache.split(',').find_map(|pair| pair.trim().strip_prefix(wanted)?.strip_prefix('='));
    value("ref").filter(|_| value("type") == Some("registry"))
}

/// Clients refuse a name with an empty part or a blank before they ask for it.
fn is_reference(reference: &str) -> bool {
    let (_, name) = reference.split_once("://").unwrap_or(("", reference));
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-/:@+".contains(c);
    name.chars().all(is_allowed) && name.split('/').all(|part| !part.is_empty())
}
