//! The account that was probably meant by a name that is none's.

use crate::domain::{Handle, closest};
use crate::error::Error;

/// The same error, with the handle that is most like the name, if one is.
pub(crate) fn did_you_mean(error: Error, name: &str, handles: &[Handle]) -> Error {
    match closest(name, handles) {
        Some(handle) => error.hint(format_args!("did you mean {handle}?")),
        None => error,
    }
}
