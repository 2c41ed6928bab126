//! Problems and what to do about them, a line each.

use crate::error::Error;
use crate::text::shell_word;

pub(super) fn of_error(error: &Error) -> Vec<String> {
    [Some(error.message.clone()), error.hint.as_ref().map(ToString::to_string)].into_iter().flatten().collect()
}

pub(super) fn doctor(image: &str) -> String {
    format!("run: docker-credential-atcr doctor {}", shell_word(image))
}
