//! A handle or DID as people copy it.

use std::borrow::Cow;

use crate::text::visible;

/// An identity without what people copy with it: `@` or `at://`, as Bluesky shows and links it, blanks, and characters
/// that can't be seen.
pub(super) fn bare(text: &str) -> Cow<'_, str> {
    match visible(text) {
        Cow::Borrowed(text) => without_mark(text).into(),
        Cow::Owned(text) => without_mark(&text).to_owned().into(),
    }
}

/// Without `@` or `at://`.
pub fn without_mark(text: &str) -> &str {
    const URI: &str = "at://";
    if let Some(name) = text.strip_prefix('@') {
        return name;
    }
    match text.split_at_checked(URI.len()) {
        Some((start, name)) if start.eq_ignore_ascii_case(URI) => name.strip_suffix('/').unwrap_or(name),
        _ => text,
    }
}
