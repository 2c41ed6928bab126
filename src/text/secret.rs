//! Secrets in text that is to be shown, or taken for a name.

use std::borrow::Cow;

use super::secret_member::next_member;
use super::{is_unsafe, visible};

/// What every device secret begins with.
const PREFIX: &str = "atcr_device_";

/// What the variables of a secret are called, which messages name. A secret may have been typed in upper case.
const VARIABLE: &str = "ATCR_DEVICE_SECRET";

/// Around a value, as `docker run --env-file` leaves them, or behind it in a list.
const QUOTES: &[char] = &['"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', ',', ';'];

/// Whether a text that stands for a name holds a device secret, or is an app password of the AT Protocol
/// (`abcd-efgh-ijkl-mnop`). No registry, account or store is called so: it was pasted in the wrong place.
pub fn is_secret(name: &str) -> bool {
    let name = &*visible(name);
    let holds_prefix =
        |bytes: &[u8]| bytes.windows(PREFIX.len()).any(|part| part.eq_ignore_ascii_case(PREFIX.as_bytes()));
    holds_prefix(name.as_bytes()) || is_app_password(name.trim_matches(QUOTES))
}

/// Four groups of four characters, as a PDS generates them: in base 32, but nothing else is called so either.
fn is_app_password(text: &str) -> bool {
    let is_group = |group: &str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() == 19 && text.split('-').count() == 4 && text.split('-').all(is_group)
}

/// Stars the device secrets in a text, and what stands before the `@` of a URL or of `user:password@host`, as it can stand
/// where a registry belongs: it can be a password. The dots of our own
/// `atcr_device_...` are no secret. An app password is one only alone: `blue-bird-over-here` can be part of any name.
pub fn redact(text: &str) -> Cow<'_, str> {
    if is_app_password(&visible(text)) {
        return "***".into();
    }
    let redacted = redact_plain(text);
    // One with such a character in it is still a secret to whoever leaves that out, and so is one that is encoded.
    let plain =
        if redacted.contains(is_unsafe) { redacted.replace(is_unsafe, "").into() } else { Cow::from(&*redacted) };
    let plain = if plain.contains('%') { percent_decoded(&plain).into() } else { plain };
    match redact_plain(&plain) {
        Cow::Owned(plain) => plain.into(),
        Cow::Borrowed(_) => redacted,
    }
}

/// RFC 3986, section 2.1. What is no such encoding stays.
pub fn percent_decoded(text: &str) -> String {
    let (mut decoded, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let byte = after.get(..2).filter(|_| first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = byte.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The same for a text that was given as one name, where `user:password@host` may come without a scheme. What follows a port
/// and a slash, or is the digest of an image, has an `@` of its own.
pub fn redact_given(text: &str) -> Cow<'_, str> {
    // As the host, the user, the value of a flag; beside a name, in quotes.
    let is_boundary = |c: char| c.is_whitespace() || "/:@=".contains(c) || QUOTES.contains(&c);
    if text.split(is_boundary).any(|part| is_app_password(&visible(part))) {
        let starred = |part: &str| match part.trim_end_matches(is_boundary) {
            name if is_app_password(&visible(name)) => format!("***{}", &part[name.len()..]),
            _ => part.to_owned(),
        };
        let parts: String = text.split_inclusive(is_boundary).map(starred).collect();
        return redact(&parts).into_owned().into();
    }
    let start = text.find("://").map_or(0, |scheme| behind_slashes(text, scheme + "://".len()));
    let at = text.rmatch_indices('@').map(|(at, _)| at).find(|at| *at >= start && !is_digest(&text[at + 1..]));
    match at.filter(|at| holds_password(&text[start..*at])) {
        Some(at) => redact(&format!("{}***{}", &text[..start], &text[at..])).into_owned().into(),
        None => redact(text),
    }
}

fn is_digest(text: &str) -> bool {
    ["sha256:", "sha512:"].iter().any(|kind| text.starts_with(kind))
}

/// Whether there is a colon that is neither the one of `host:port/` nor part of a path.
fn holds_password(before_at: &str) -> bool {
    if is_path(before_at) {
        return false;
    }
    let Some((_, rest)) = before_at.split_once(':') else { return false };
    let (port, path) = rest.split_once('/').unwrap_or((rest, "x"));
    !(rest.contains('/') && is_port(port) && !path.contains(':'))
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A URL may have more slashes than it needs.
fn behind_slashes(text: &str, start: usize) -> usize {
    text.len() - text[start..].trim_start_matches('/').len()
}

fn redact_plain(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((start, end)) = next_secret(rest) {
        shown.push_str(&rest[..start]);
        shown.push_str("***");
        rest = &rest[end..];
    }
    if shown.is_empty() { text.into() } else { (shown + rest).into() }
}

/// Where the first secret begins and ends.
fn next_secret(text: &str) -> Option<(usize, usize)> {
    [next_device_secret(text), next_user(text), next_bare_user(text), next_member(text)].into_iter().flatten().min()
}

/// Where the user and password of a URL begin and end (RFC 3986, section 3.2.1). A password with a slash in it ends the
/// authority there, and what stands before that is no port then.
fn next_user(text: &str) -> Option<(usize, usize)> {
    for (at, scheme_end) in text.match_indices("://") {
        let start = behind_slashes(text, at + scheme_end.len());
        let url = text[start..].split(|c: char| c.is_whitespace() || c == '"').next()?;
        let authority = url.split(['/', '?', '#']).next()?;
        let host = authority.rsplit_once(']').map_or(authority, |(_, behind_address)| behind_address);
        let is_cut = host.split_once(':').is_some_and(|(_, port)| !is_port(port));
        let length = authority.rfind('@').or_else(|| url.rfind('@').filter(|_| is_cut));
        match length {
            Some(length) if length > 0 && &url[..length] != "***" => return Some((start, start + length)),
            _ => {}
        }
    }
    None
}

/// The same without a scheme.
fn next_bare_user(text: &str) -> Option<(usize, usize)> {
    let parts = |c: char| c.is_whitespace() || "\"'`()<>[]{},;=".contains(c);
    let mut end = 0;
    for word in text.split_inclusive(parts) {
        let start = end;
        end += word.len();
        let ends_user = |at: &usize| !is_digest(&word[at + 1..]);
        let Some(length) = word.rmatch_indices('@').map(|(at, _)| at).find(ends_user) else { continue };
        let user = &word[..length];
        // With a scheme it is a URL's.
        if user.contains("://") {
            continue;
        }
        if !user.ends_with("***") && holds_password(user) {
            return Some((start, start + length));
        }
    }
    None
}

fn is_path(text: &str) -> bool {
    let starts = |bytes: &[u8]| matches!(bytes, [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
    let is_absolute = text.starts_with('/') && !text.starts_with("//");
    is_absolute || ["\\", "~/", "./", "../"].iter().any(|start| text.starts_with(start)) || starts(text.as_bytes())
}

/// Whether a text has one in it, of whichever account.
pub fn holds_device_secret(text: &str) -> bool {
    next_device_secret(text).is_some()
}

/// Where what follows the prefix begins and ends.
fn next_device_secret(text: &str) -> Option<(usize, usize)> {
    for (at, _) in text.to_ascii_lowercase().match_indices(PREFIX) {
        if text[at..].starts_with(VARIABLE) {
            continue;
        }
        let start = at + PREFIX.len();
        let is_part = |c: char| c.is_alphanumeric() || "-_.~+/=%".contains(c);
        let length = text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
        if length > 0 && !text[start..].starts_with('.') {
            return Some((start, start + length));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_secret_looks_like_is_no_name() {
        for (text, expected) in [
            ("atcr_device_x", true),
            ("ATCR_DEVICE_x", true),
            ("@atcr_device_x", true),
            ("https://atcr_device_x.example", true),
            (" abcd-efgh-ij23-mnop ", true),
            ("\"abcd-efgh-ij23-mnop\"", true),
            ("'<abcd-efgh-ij23-mnop>';", true),
            ("abcd-efgh-ij23-mNOP", true),
            ("atcr_\u{200b}device_x", true),
            ("\u{2068}abcd-efgh-\u{ad}ij23-mnop\u{a0}", true),
            ("abcd-efgh-ijkl-mnop.example", false),
            ("abcd-efgh-ijkl-mno", false),
            ("abcd-efgh-ijk1-mnop", true),
            ("abcd-efgh-ijk_-mnop", false),
            ("atcr.io", false),
            ("atcr-device.example", false),
            ("", false),
        ] {
            assert_eq!(is_secret(text), expected, "{text}");
        }
    }

    #[test]
    fn a_password_in_a_name_is_starred() {
        for (text, expected) in [
            ("user:hunter2@atcr.io", "***@atcr.io"),
            ("user:hunter2@atcr.io/evan/app", "***@atcr.io/evan/app"),
            ("https://user:hunter2@atcr.io", "https://***@atcr.io"),
            ("docker://user:hunter2@atcr.io", "docker://***@atcr.io"),
            ("https://user:hun/ter2@atcr.io", "https://***@atcr.io"),
            ("https:///user:hunter2@atcr.io/a/b", "https:///***@atcr.io/a/b"),
            ("https://user:/hunter2@atcr.io", "https://***@atcr.io"),
            ("u:p@ss@atcr.io", "***@atcr.io"),
            ("u:a/b:c@atcr.io", "***@atcr.io"),
            (":hunter2@atcr.io", "***@atcr.io"),
            ("u:pw@h/app@sha256:0", "***@h/app@sha256:0"),
            ("h:5000/app@sha256:0", "h:5000/app@sha256:0"),
            ("h:5000/@evan.jarrett.net/app", "h:5000/@evan.jarrett.net/app"),
            ("@evan.jarrett.net", "@evan.jarrett.net"),
            ("evan@atcr.io", "evan@atcr.io"),
            ("at://evan.jarrett.net", "at://evan.jarrett.net"),
            ("u:atcr_device_x", "u:atcr_device_***"),
            ("--user=abcd-efgh-ijkl-mnop", "--user=***"),
            ("at://abcd-efgh-ijkl-mnop", "at://***"),
            ("atcr.io abcd-efgh-ijkl-mnop", "atcr.io ***"),
            ("'abcd-efgh-ijkl-mnop', atcr.io", "'***', atcr.io"),
            ("\"a\":\"abcd-efgh-ijkl-mnop\"}", "\"a\":\"***\"}"),
            ("blue-bird-over-here.example", "blue-bird-over-here.example"),
            ("u:atcr_device_x@abcd-efgh-ijkl-mnop/app", "***@***/app"),
        ] {
            assert_eq!(redact_given(text), expected);
        }
    }

    #[test]
    fn every_secret_in_a_text_is_starred() {
        for (text, expected) in [
            ("atcr_device_abc", "atcr_device_***"),
            ("\"atcr_device_a-b_c.d\": 1, atcr_device_x", "\"atcr_device_***\": 1, atcr_device_***"),
            (
                "only device secrets (atcr_device_...) can be stored",
                "only device secrets (atcr_device_...) can be stored",
            ),
            ("atcr_device_... atcr_device_x", "atcr_device_... atcr_device_***"),
            (
                "ATCR_DEVICE_Abc, ATCR_DEVICE_SECRET=Atcr_Device_x",
                "ATCR_DEVICE_***, ATCR_DEVICE_SECRET=Atcr_Device_***",
            ),
            ("set ATCR_DEVICE_SECRET", "set ATCR_DEVICE_SECRET"),
            ("https://a:atcr_device_x@b.example/", "https://***@b.example/"),
            ("\"https://u:PW@h:5\" and http://v@w/", "\"https://***@h:5\" and http://***@w/"),
            ("https://***@h/ https://p@ss:w@h", "https://***@h/ https://***@h"),
            ("https:///u:PW@h or https://u:P/W@h or tcp://u:P?W@h", "https:///***@h or https://***@h or tcp://***@h"),
            ("can't read https://u:P#W@h/x: none", "can't read https://***@h/x: none"),
            ("http://[::1]:5000/@a file:///home/a@b", "http://[::1]:5000/@a file:///home/a@b"),
            ("https://h/@evan, a@b and h/app:1@sha256:0", "https://h/@evan, a@b and h/app:1@sha256:0"),
            ("\"u:PW@h:5\": {} and (:v@w)", "\"***@h:5\": {} and (***@w)"),
            ("credsStore is u:p@ss@h, ***@h", "credsStore is ***@h, ***@h"),
            ("h:5000/@evan, evan.test: a@b", "h:5000/@evan, evan.test: a@b"),
            ("u%3APW@h or u:PW%40h", "***@h or ***@h"),
            ("https://u%3APW%40h/ is 100% atcr%5Fdevice_x", "https://***@h/ is 100% atcr_device_***"),
            ("https://h/a%40b?c=%3A", "https://h/a%40b?c=%3A"),
            ("C:\\Users\\a@b and /home/a:b@c and ~/a:b@c", "C:\\Users\\a@b and /home/a:b@c and ~/a:b@c"),
            ("atcr_device_é\u{1b}", "atcr_device_***\u{1b}"),
            (r#"{"Secret":"p\"w", "Username": "u"}"#, r#"{"Secret":"***", "Username": "u"}"#),
            (r#"{\"registrytoken\" : \"pw\"} {"auth": ""}"#, r#"{\"registrytoken\" : \"***\"} {"auth": ""}"#),
            ("{'PASSWORD': 'pw', 'x': 'y'", "{'PASSWORD': '***', 'x': 'y'"),
            (r#"{"secret": "pw"#, r#"{"secret": "***"#),
            (" abcd-efgh-ijkl-mNOP\u{200b} ", "***"),
            ("atcr.io/evan/abcd-efgh-ijkl-mnop", "atcr.io/evan/abcd-efgh-ijkl-mnop"),
        ] {
            assert_eq!(redact(text), expected);
        }
    }
}
