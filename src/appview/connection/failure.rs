//! What went wrong between a request and its answer.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Hint};
use crate::text::{sanitize, without_os_code};

/// How much of a library's text is shown, in characters.
const LONGEST_TEXT: usize = 120;

/// The limit was reached.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs_f32().ceil())]
pub(in crate::appview) struct NoAnswer(pub(in crate::appview) Duration);

/// The server's own words to who speaks http to it.
#[derive(Debug, thiserror::Error)]
#[error("it speaks TLS, not http")]
pub(in crate::appview) struct SpeaksTls;

#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    /// What comes after the registry's name.
    pub reason: String,
    pub hint: Option<Hint>,
    /// What answered does not seem to be an ATCR registry, which matters to who logs in.
    pub is_no_atcr: bool,
    pub peer: Peer,
}

/// Who is at the registry's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The connection was refused.
    Nobody,
    Unknown,
    /// Its certificate is not valid, so that it may be another: nothing secret is for it.
    Untrusted,
    /// It answered; over TLS, with a valid certificate.
    Registry,
}

/// For the log of decisions, where the fix says nothing.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.reason, f)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Failure {
    /// What nobody here can fix.
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hint: None, is_no_atcr: false, peer: Peer::Unknown }
    }

    /// As an error that begins with what was attempted.
    pub(in crate::appview) fn error(self, attempt: impl fmt::Display) -> Error {
        let error = Error::new(format_args!("{attempt}: {}", self.reason));
        Error { hint: self.hint, ..error }
    }
}

pub(super) fn short(text: &str) -> String {
    sanitize(&without_os_code(text)).chars().take(LONGEST_TEXT).collect()
}
