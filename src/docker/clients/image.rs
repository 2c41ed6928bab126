//! An image that a file names.

use std::borrow::Cow;

use super::files::Files;
use super::interpolate::UNKNOWN;
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
        let reference = without_unknown(&self.reference)?;
        if !is_reference(&reference) {
            return None;
        }
        let identity = owner_of(&reference, registry)?;
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

/// With something in the place of what is not known, if that begins behind the owner: `HOST/OWNER/app:${TAG}` has the
/// owner that it has, whatever the tag.
fn without_unknown(reference: &str) -> Option<Cow<'_, str>> {
    let Some((known, _)) = reference.split_once(UNKNOWN) else { return Some(reference.into()) };
    let (start, _) = known.rsplit_once('/')?;
    let (_, name) = start.split_once("://").unwrap_or(("", start));
    name.contains('/').then(|| format!("{start}/unknown").into())
}

/// Clients refuse a name with an empty part or a blank before they ask for it.
fn is_reference(reference: &str) -> bool {
    let (_, name) = reference.split_once("://").unwrap_or(("", reference));
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-/:@+".contains(c);
    name.chars().all(is_allowed) && name.split('/').all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_behind_the_owner_leaves_it() {
        for (reference, expected) in [
            ("r/a.test/app:1", Some("r/a.test/app:1")),
            ("r/a.test/app:\u{fffd}", Some("r/a.test/unknown")),
            ("r/a.test/\u{fffd}", Some("r/a.test/unknown")),
            ("docker://r/a.test/app@\u{fffd}/\u{fffd}", Some("docker://r/a.test/unknown")),
            ("r/a.test\u{fffd}/app", None),
            ("r/\u{fffd}/app", None),
            ("docker://r/\u{fffd}", None),
            ("\u{fffd}", None),
        ] {
            assert_eq!(without_unknown(reference).as_deref(), expected, "{reference}");
        }
    }
}
