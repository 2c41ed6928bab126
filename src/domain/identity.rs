//! Handles and DIDs, by the grammar of the AT Protocol (atproto.com/specs/handle and /specs/did).

use std::fmt;
use std::str::FromStr;

use super::copied::bare;
use crate::text::is_secret;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdentity {
    #[error("not a handle (a domain name such as evan.jarrett.net)")]
    Handle,
    #[error("not a DID (such as did:plc:7iza6de2dwap2sbkpav7c6c6)")]
    Did,
    #[error("a secret, not a handle")]
    Secret,
}

/// The domain name that people know an account by. In lower case, because handles are compared without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handle(Box<str>);

impl Handle {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As a person or a file has it: see [`bare`].
impl FromStr for Handle {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        Self::exact(text).or_else(|_| Self::exact(&bare(text)))
    }
}

impl Handle {
    fn exact(text: &str) -> Result<Self, InvalidIdentity> {
        let mut labels = text.split('.');
        let top = labels.next_back().unwrap_or_default();
        let is_valid = text.len() <= 253
            && text.contains('.')
            && is_label(top)
            && !top.starts_with(|first: char| first.is_ascii_digit())
            && labels.all(is_label);
        match is_valid {
            true => Ok(Self(text.to_ascii_lowercase().into())),
            false if is_secret(text) => Err(InvalidIdentity::Secret),
            false => Err(InvalidIdentity::Handle),
        }
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an account that never changes. Case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Did(Box<str>);

impl Did {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Did {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        Self::exact(text).or_else(|_| Self::exact(&bare(text)))
    }
}

impl Did {
    fn exact(text: &str) -> Result<Self, InvalidIdentity> {
        let parts = text.strip_prefix("did:").and_then(|rest| rest.split_once(':'));
        match parts {
            Some((method, name))
                if text.len() <= 2048 && is_method(method) && is_method_specific(name) && !is_secret(name) =>
            {
                Ok(Self(text.into()))
            }
            _ if is_secret(text) => Err(InvalidIdentity::Secret),
            _ => Err(InvalidIdentity::Did),
        }
    }
}

fn is_method(method: &str) -> bool {
    !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_method_specific(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:%-".contains(&byte))
        && !name.ends_with([':', '%'])
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The owner of a repository: what stands between the host and the repository in an image's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    Handle(Handle),
    /// Docker's reference grammar has no colon in a path, so only laxer clients name a DID.
    Did(Did),
}

impl Identity {
    /// The identity that the path of an image or server string begins with: `identity`, `identity/repo:tag`,
    /// `identity:tag`, `identity@sha256:...`. `None` where that segment is neither handle nor DID.
    pub fn first_of(path: &str) -> Option<Self> {
        let segment = path.split(['/', '@', '?', '#']).next()?;
        let end = if segment.starts_with("did:") { None } else { segment.find(':') };
        Self::exact(&segment[..end.unwrap_or(segment.len())]).ok()
    }

    /// As programs write it, where another spelling would name somebody else, or nobody.
    pub(super) fn exact(text: &str) -> Result<Self, InvalidIdentity> {
        if text.starts_with("did:") { Did::exact(text).map(Self::Did) } else { Handle::exact(text).map(Self::Handle) }
    }
}

impl FromStr for Identity {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        Self::exact(text).or_else(|_| Self::exact(&bare(text)))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handle(handle) => handle.fmt(f),
            Self::Did(did) => did.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
