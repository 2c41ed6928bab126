//! Files that decide nothing.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::platform::os_text::path_of;
use crate::text::redact_given;

pub(super) const STANDARD_INPUT: &str = "it is standard input";

/// A file that decides nothing, although a client reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    file: PathBuf,
    why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    Missing,
    /// The bound, or what is wrong with the file.
    Unreadable(String),
}

impl GivenUp {
    pub(super) fn new(file: &Path, why: Why) -> Self {
        Self { file: file.to_owned(), why }
    }

    pub(super) fn standard_input() -> Self {
        Self::new(Path::new("-"), Why::Unreadable(STANDARD_INPUT.to_owned()))
    }

    /// Whether it may say whose images are meant.
    pub fn may_name_images(&self) -> bool {
        self.why != Why::Missing
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it does not exist"),
            Self::Unreadable(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} decides nothing: {}", redact_given(&path_of(&self.file).to_string_lossy()), self.why)
    }
}
