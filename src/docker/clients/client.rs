//! A process above this one, with what it was started with.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A process above this one, as far as it says which files it reads. All of it is text, from which [`Files`] makes the paths:
/// see [`text_of`].
///
/// [`Files`]: super::files::Files
/// [`text_of`]: crate::platform::os_text::text_of
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its command line, the program first.
    pub words: Vec<String>,
    /// Its working folder.
    pub folder: PathBuf,
    /// Its environment.
    pub variables: BTreeMap<String, String>,
}
