//! The name of a credential store other than device.json.

use std::fmt;
use std::str::FromStr;

use crate::text::is_secret;

/// In bytes. Docker's own stores have at most 13.
const LONGEST: usize = 64;

/// `pass` stands for the program `docker-credential-pass`, as in `credsStore` of Docker's config.json.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StoreName(Box<str>);

impl StoreName {
    pub fn program(&self) -> String {
        format!("docker-credential-{self}")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStoreName {
    #[error("not the name of a credential store, such as osxkeychain, wincred, secretservice or pass")]
    Name,
    #[error("a secret, not the name of a credential store")]
    Secret,
}

impl FromStr for StoreName {
    type Err = InvalidStoreName;

    /// The name becomes part of a file's name, so it has no folder in it. `atcr`, also with
    /// an account's name, would be this program, which would run itself for ever, and `file` means none. The name of the
    /// whole program is taken for its store.
    fn from_str(text: &str) -> Result<Self, InvalidStoreName> {
        let text = text.strip_prefix("docker-credential-").unwrap_or(text);
        let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_name = (1..=LONGEST).contains(&text.len())
            && text.bytes().all(is_safe)
            && text.starts_with(|first: char| first.is_ascii_alphanumeric());
        let lower = text.to_ascii_lowercase();
        let program = lower.strip_suffix(".exe").unwrap_or(&lower);
        let is_taken = ["atcr", "file"].contains(&program) || program.starts_with("atcr-");
        match is_name && !is_taken {
            _ if is_secret(text) => Err(InvalidStoreName::Secret),
            true => Ok(Self(text.into())),
            false => Err(InvalidStoreName::Name),
        }
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word_and_never_our_own() {
        for name in ["pass", "osxkeychain", "desktop.exe", "ecr-login", "x_1"] {
            let program = format!("docker-credential-{name}");
            assert_eq!(name.parse::<StoreName>().unwrap().program(), program);
            assert_eq!(program.parse::<StoreName>().unwrap().program(), program);
        }
        let long = "a".repeat(65);
        for name in [
            "",
            "atcr",
            "ATCR",
            "atcr.exe",
            "docker-credential-atcr",
            "atcr-a.example",
            "file",
            "a/b",
            r"a\b",
            "../a",
            ".a",
            "-a",
            "a b",
            "a\n",
            "ä",
            &long,
        ] {
            assert_eq!(name.parse::<StoreName>(), Err(InvalidStoreName::Name), "{name:?}");
        }
        assert_eq!("atcr_device_x".parse::<StoreName>(), Err(InvalidStoreName::Secret));
    }
}
