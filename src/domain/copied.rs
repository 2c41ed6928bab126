//! A handle or DID as people copy it.

use std::borrow::Cow;

use crate::text::visible;

/// An identity without what people copy with it: `@` or `at://`, as Bluesky shows and links it, the address of its page
/// there, blanks, and characters that can't be seen.
pub(super) fn bare(text: &str) -> Cow<'_, str> {
    match visible(text) {
        Cow::Borrowed(text) => without_mark(text).into(),
        Cow::Owned(text) => without_mark(&text).to_owned().into(),
    }
}

/// Without `@` or `at://`, or only the name in the address of a profile.
pub fn without_mark(text: &str) -> &str {
    const URI: &str = "at://";
    if let Some(name) = in_profile(text) {
        return name;
    }
    if let Some(name) = text.strip_prefix('@') {
        return name;
    }
    match text.split_at_checked(URI.len()) {
        Some((start, name)) if start.eq_ignore_ascii_case(URI) => name.strip_suffix('/').unwrap_or(name),
        _ => text,
    }
}

/// Whose page this is: `https://bsky.app/profile/evan.jarrett.net`, or a part of it.
fn in_profile(text: &str) -> Option<&str> {
    let after = |text: &'_ str, start: &str| {
        let (head, _) = text.split_at_checked(start.len())?;
        head.eq_ignore_ascii_case(start).then_some(start.len())
    };
    let scheme = after(text, "https://").or_else(|| after(text, "http://")).unwrap_or_default();
    let address = &text[scheme..];
    let page = &address[after(address, "bsky.app/profile/")?..];
    page.split(['/', '?', '#']).next()
}
