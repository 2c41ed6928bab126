//! Files that decide nothing.

use std::fmt;
use std::path::{self, Path, PathBuf};

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
        write!(f, "{} decides nothing: {}", shown(&path_of(&self.file)), self.why)
    }
}

/// What a client was given instead of a file's name, such as a URL, may have been joined to a folder.
fn shown(file: &Path) -> String {
    let text = file.to_string_lossy();
    let behind_drive = if cfg!(windows) && text.get(1..2) == Some(":") { 2 } else { 0 };
    let colon = text[behind_drive..].find(':').map_or(0, |at| behind_drive + at);
    let start = text[..colon].rfind(path::is_separator).map_or(0, |at| at + 1);
    let (folder, given) = text.split_at(start);
    format!("{folder}{}", redact_given(given))
}

/// Why a file of this name is not one that anybody else can read.
pub(super) fn elsewhere(name: &str) -> &'static str {
    if matches!(name, "-" | "/dev/stdin") { STANDARD_INPUT } else { "it is on another machine" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_what_was_given_as_a_file_is_starred() {
        for (file, expected) in [
            ("/home/evan/compose.yaml", "/home/evan/compose.yaml"),
            ("/home/evan/https:/user:Z,9 q@h/x", "/home/evan/***@h/x"),
            ("/home/evan/https://user:Z,9 q@h/x", "/home/evan/https://***@h/x"),
            ("oci://h/x", "oci://h/x"),
            ("/home/evan/user:Zq9@h:x.yaml", "/home/evan/***@h:x.yaml"),
            ("user:Zq9@h", "***@h"),
            ("app:1/compose.yaml", "app:1/compose.yaml"),
            ("-", "-"),
        ] {
            assert_eq!(shown(Path::new(file)), expected);
        }
    }
}
