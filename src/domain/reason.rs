//! Why an account is used.

use std::fmt;

use super::Access;

/// Why an account was selected, strongest reason first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    Environment,
    AccountVariable,
    /// A person's `--account`.
    Flag,
    /// The helper is named after it.
    Helper,
    /// In the server string or in the client's command line.
    Image,
    /// In a file that the client reads.
    File {
        name: String,
        access: Access,
    },
    Active,
    Sole,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "ATCR_HANDLE",
            Self::AccountVariable => "ATCR_ACCOUNT",
            Self::Flag => "--account",
            Self::Helper => "named by the helper",
            Self::Image => "named by the image",
            Self::File { name, access: Access::Written } => return write!(f, "pushed by {name}"),
            Self::File { name, access: Access::Read } => return write!(f, "pulled by {name}"),
            Self::File { name, access: Access::Local } => return write!(f, "named in {name}"),
            Self::Active => "active",
            Self::Sole => "only account",
        })
    }
}
