//! A server that is no ATCR registry: another registry, or a web server.

use super::http::Answer;
use crate::domain::RegistryUrl;
use crate::error::Hint;
use crate::text::shell_word;

#[derive(Debug, thiserror::Error)]
#[error("it does not seem to be an ATCR registry")]
pub(crate) struct NoAtcr;

impl NoAtcr {
    /// Fails if it is what a server without the device flow answers, or one that wants a password first. Any may be busy or out
    /// of order, and one of ours says what is wrong with a request.
    pub(super) fn check(answer: &Answer) -> Result<(), Self> {
        let is_none = match answer.status {
            status if Self::lacks(status) => true,
            429 | 500.. => false,
            200..300 | 400.. => answer.body.is_null(),
            _ => false,
        };
        if is_none { Err(Self) } else { Ok(()) }
    }

    /// What a server answers where it has nothing.
    pub(super) fn lacks(status: u16) -> bool {
        matches!(status, 404 | 405 | 501)
    }

    pub(crate) fn hint(base: &RegistryUrl) -> Hint {
        let host = shell_word(&base.host());
        Hint::text(format_args!(
            "check its spelling; to log in to a registry of another kind, run: docker login {host}"
        ))
    }
}
