//! The names under which Docker's clients start this program, each a credential helper of its own.

use std::fmt;
use std::str::FromStr;

use super::{Identity, InvalidIdentity};

/// This program in a config file: what follows `docker-credential-` in its name.
const ATCR: &str = "atcr";

/// Which accounts a helper stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelperName {
    /// `atcr`: whichever the image names.
    Any,
    /// `atcr-evan.jarrett.net`: this one alone, a handle or DID.
    Account(Identity),
}

impl HelperName {
    pub fn program(&self) -> String {
        format!("docker-credential-{self}")
    }

    /// The name that a process was started with: the first of its words, which may be a path.
    pub fn of_process(word: &str) -> Result<Self, InvalidIdentity> {
        // A test, a package or a person may call it anything else.
        Self::account_in(word).map_or(Ok(Self::Any), |account| Identity::exact(account).map(Self::Account))
    }

    /// What stands in the place of an account in that name, be it one or not.
    pub fn account_in(word: &str) -> Option<&str> {
        let file = word.rsplit(['/', '\\']).next()?;
        without_exe(file).strip_prefix("docker-credential-atcr-")
    }
}

fn without_exe(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((name, end)) if end.eq_ignore_ascii_case("exe") => name,
        _ => file,
    }
}

/// As in `credHelpers`.
impl FromStr for HelperName {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        match text.strip_prefix(ATCR) {
            Some("") => Ok(Self::Any),
            Some(rest) => Identity::exact(rest.strip_prefix('-').unwrap_or_default()).map(Self::Account),
            None => Err(InvalidIdentity::Handle),
        }
    }
}

impl fmt::Display for HelperName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str(ATCR),
            Self::Account(identity) => write!(f, "{ATCR}-{identity}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(identity: &str) -> HelperName {
        HelperName::Account(identity.parse().unwrap())
    }

    #[test]
    fn the_last_name_of_a_path_is_the_account() {
        for (word, expected) in [
            ("docker-credential-atcr", Ok(HelperName::Any)),
            ("/usr/bin/docker-credential-atcr", Ok(HelperName::Any)),
            ("", Ok(HelperName::Any)),
            ("/opt/atcr-a.example/docker-credential-atcr", Ok(HelperName::Any)),
            ("docker-credential-other", Ok(HelperName::Any)),
            ("docker-credential-atcr-a.example", Ok(account("a.example"))),
            ("./x/docker-credential-atcr-A.Example", Ok(account("a.example"))),
            (r"C:\bin\docker-credential-atcr-a.example.exe", Ok(account("a.example"))),
            ("docker-credential-atcr-a.example.EXE", Ok(account("a.example"))),
            ("docker-credential-atcr-did:plc:abc", Ok(account("did:plc:abc"))),
            ("docker-credential-atcr-evan", Err(InvalidIdentity::Handle)),
            ("docker-credential-atcr-", Err(InvalidIdentity::Handle)),
            ("docker-credential-atcr-.exe", Err(InvalidIdentity::Handle)),
            ("docker-credential-atcr-atcr_device_x", Err(InvalidIdentity::Secret)),
        ] {
            assert_eq!(HelperName::of_process(word), expected, "{word}");
        }
    }

    #[test]
    fn a_config_names_all_accounts_or_one() {
        for name in ["atcr", "atcr-a.example", "atcr-did:plc:abc"] {
            let parsed: HelperName = name.parse().unwrap();
            assert_eq!((parsed.to_string(), parsed.program()), (name.to_owned(), format!("docker-credential-{name}")));
        }
        for name in ["", "pass", "atcrx", "atcr.exe", "atcr-", "atcr-x", "atcr.a.example"] {
            assert!(name.parse::<HelperName>().is_err(), "{name}");
        }
    }
}
