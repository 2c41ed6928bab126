//! Files that decide nothing.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::platform::os_text::path_of;
use crate::text::redact_given;

const STANDARD_INPUT: &str = "it is standard input";

/// A file that decides nothing, although a client reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    file: PathBuf,
    why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    Missing,
    /// Whoever it is meant for would have stopped there, or it says what this program does not know.
    NotUnderstood,
    /// The bound, or what is wrong with the file.
    Unreadable(String),
}

impl GivenUp {
    fn new(file: &Path, why: Why) -> Self {
        Self { file: file.to_owned(), why }
    }

    /// The first counts, but one that may name no images not before one that may.
    pub(super) fn note(noted: &mut Option<Self>, file: &Path, why: Why) {
        let new = Self::new(file, why);
        if noted.as_ref().is_none_or(|noted| !noted.may_name_images() && new.may_name_images()) {
            *noted = Some(new);
        }
    }

    pub(super) fn standard_input() -> Self {
        Self::new(Path::new("-"), Why::Unreadable(STANDARD_INPUT.to_owned()))
    }

    /// Whether it may say whose images are meant.
    pub fn may_name_images(&self) -> bool {
        matches!(self.why, Why::Unreadable(_))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it does not exist"),
            Self::NotUnderstood => f.write_str("it, or what it refers to, is not understood"),
            Self::Unreadable(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} decides nothing: {}", redact_given(&path_of(&self.file).to_string_lossy()), self.why)
    }
}

/// Why a file of this name is not one that anybody else can read.
pub(super) fn elsewhere(name: &str) -> &'static str {
    if matches!(name, "-" | "/dev/stdin") { STANDARD_INPUT } else { "it is on another machine" }
}
