//! Secrets in JSON objects.

/// Members of JSON objects, with whatever before them. A `token` alone is what our own `token --json` prints.
const SECRET_MEMBERS: [&str; 5] = ["secret", "password", "auth", "identitytoken", "registrytoken"];

/// Where the value of a member of a JSON object begins and ends that holds a secret, in a credential of Docker's or a
/// config.json; quoted otherwise and escaped too.
pub(super) fn next_member(text: &str) -> Option<(usize, usize)> {
    for (colon, _) in text.match_indices(':') {
        let key = text[..colon].trim_end().strip_suffix(['"', '\'']).map(|key| key.trim_end_matches('\\'));
        if !key.is_some_and(|key| SECRET_MEMBERS.iter().any(|name| ends_with(key, name))) {
            continue;
        }
        let value = text[colon + 1..].trim_start();
        let quoted = value.trim_start_matches('\\');
        let Some(rest) = quoted.strip_prefix(['"', '\'']) else { continue };
        let end = if quoted.len() == value.len() { end_of_string(rest, quoted) } else { rest.find('\\') };
        let (start, length) = (text.len() - rest.len(), end.unwrap_or(rest.len()));
        if length > 0 && &rest[..length] != "***" {
            return Some((start, start + length));
        }
    }
    None
}

fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|text| text.eq_ignore_ascii_case(end))
}

/// Where the quote is that `quoted` begins with, but for escaped ones.
fn end_of_string(rest: &str, quoted: &str) -> Option<usize> {
    let mut is_escaped = false;
    rest.find(|c| {
        let is_end = !is_escaped && quoted.starts_with(c);
        is_escaped = !is_escaped && c == '\\';
        is_end
    })
}
