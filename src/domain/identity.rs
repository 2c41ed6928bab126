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
mod tests {
    use super::*;

    #[test]
    fn handles_of_the_specification_parse() {
        let long = format!("{}.{}.{}.{}.com", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(57));
        assert_eq!(long.len(), 253);
        for text in
            ["evan.jarrett.net", "A.ISI.EDU", "jay.bsky.social", "8.cn", "name.t--t", "xn--ls8h.test", "a.co", &long]
        {
            assert!(text.parse::<Handle>().is_ok(), "{text}");
        }
    }

    #[test]
    fn malformed_handles_are_refused() {
        let long = format!("{}.{}.{}.{}.com", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(58));
        let label = format!("{}.com", "a".repeat(64));
        for text in [
            "",
            ".",
            "alice",
            "jo@hn.test",
            "john..test",
            ".john.test",
            "john.test.",
            "john.-a.test",
            "john.a-.test",
            "john.0",
            "john.1test",
            "xn--bücher.de",
            "a b.com",
            "a_b.com",
            "@@a.b.com",
            "@ a.b.com",
            "at://",
            "at://a.b.com/app",
            "https://bsky.app/profile/",
            "https://bsky.app/a.b.com",
            "https://bsky.app.example/profile/a.b.com",
            "a.b.com\u{2028}c.com",
            "did:plc:abc",
            &long,
            &label,
        ] {
            assert_eq!(text.parse::<Handle>(), Err(InvalidIdentity::Handle), "{text}");
        }
    }

    #[test]
    fn a_secret_is_no_identity() {
        for text in [
            "atcr_device_x",
            "@atcr_device_x",
            "@abcd-efgh-ijkl-mnop",
            "at://atcr_\u{200b}device_x",
            "https://bsky.app/profile/atcr_device_x",
            "abcd-efgh-ijkl-mnop",
            "did:plc:atcr_device_x",
            "did:atcr_device_x",
        ] {
            assert_eq!(text.parse::<Identity>(), Err(InvalidIdentity::Secret), "{text}");
        }
    }

    #[test]
    fn an_identity_is_taken_as_it_was_copied() {
        for text in [
            "@evan.jarrett.net",
            "at://evan.jarrett.net",
            "AT://evan.jarrett.net/",
            " evan.jarrett.net\n",
            "\u{feff}@evan.jarrett.net\u{a0}",
            "\u{2068}@Evan.\u{200b}jarrett.net\u{2069}",
            "https://bsky.app/profile/evan.jarrett.net",
            "HTTPS://bsky.app/profile/Evan.jarrett.net/post/3k?x#y",
        ] {
            assert_eq!(text.parse::<Handle>().unwrap().as_str(), "evan.jarrett.net", "{text:?}");
            assert_eq!(text.parse::<Identity>().unwrap().to_string(), "evan.jarrett.net", "{text:?}");
            assert_eq!(Identity::exact(text), Err(InvalidIdentity::Handle), "{text:?}");
            assert_eq!(Identity::first_of(text), None, "{text:?}");
        }
        for text in
            ["at://did:plc:abc", "@did:plc:abc", "https://bsky.app/profile/did:plc:abc", "\u{200e}did:plc:abc\u{200f}"]
        {
            assert_eq!(text.parse::<Identity>().unwrap().to_string(), "did:plc:abc", "{text:?}");
            assert_eq!(text.parse::<Did>().unwrap().as_str(), "did:plc:abc", "{text:?}");
        }
    }

    #[test]
    fn handles_are_compared_without_case() {
        assert_eq!("Evan.Jarrett.NET".parse::<Handle>(), "evan.jarrett.net".parse());
    }

    #[test]
    fn dids_of_the_specification_parse() {
        let long = format!("did:m:{}", "v".repeat(2042));
        for text in [
            "did:method:val",
            "did:method:VAL",
            "did:method:val:two",
            "did:method:val%BB",
            "did:m:v",
            "did:method::::val",
            "did:method:-:_:.:%ab",
            "did:plc:7iza6de2dwap2sbkpav7c6c6",
            "did:web:localhost%3A1234",
            &long,
        ] {
            assert!(text.parse::<Did>().is_ok(), "{text}");
        }
    }

    #[test]
    fn malformed_dids_are_refused() {
        let long = format!("did:m:{}", "v".repeat(2043));
        for text in [
            "",
            "did",
            "did:",
            "did:method",
            "did:method:",
            "did::val",
            "DID:method:val",
            "did:METHOD:val",
            "did:m123:val",
            "did:method:val/two",
            "did:method:val?two",
            "did:method:val#two",
            "did:method:val:",
            "did:method:val%",
            "@@did:m:v",
            &long,
        ] {
            assert_eq!(text.parse::<Did>(), Err(InvalidIdentity::Did), "{text}");
        }
    }

    #[test]
    fn dids_are_compared_with_case() {
        assert_ne!("did:web:A".parse::<Did>(), "did:web:a".parse());
    }
}
