//! What a change would do to a config file, to show to a person.

use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

use super::changed_lines::changed_lines;
use super::entries::Entries;
use super::json_edit::quoted;
use super::json_span::is_field;
use crate::docker::plugin::HOOKS;
use crate::text::{display_path, redact};

const HIDDEN: &str = "\"***\"";

/// What this program writes for its plugin, what that replaces, and what is no value.
const PLAIN: [&str; 4] = [HOOKS, "true", "false", ""];

/// A unified diff of the changed lines alone. Its only values are names of helpers and what [`PLAIN`] has: any other can be
/// a secret, also one under a key that no client knows.
pub(super) fn unified(path: &Path, before: Option<&Entries<'_>>, after: Option<&Entries<'_>>) -> String {
    let name = |entries: Option<&Entries<'_>>| entries.map_or_else(|| "/dev/null".to_owned(), |_| display_path(path));
    let text = |entries: Option<&Entries<'_>>| entries.map(shown).unwrap_or_default();
    let (old, new) = (text(before), text(after));
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut diff = format!("--- {}\n+++ {}\n", name(before), name(after));
    for (of_old, of_new) in changed_lines(&old, &new) {
        let _ = writeln!(diff, "@@ -{} +{} @@", place(&of_old), place(&of_new));
        old[of_old].iter().for_each(|line| push(&mut diff, '-', line));
        new[of_new].iter().for_each(|line| push(&mut diff, '+', line));
    }
    redact(&diff).into_owned()
}

/// As a unified diff has it: no lines are after the one before them.
fn place(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn push(diff: &mut String, mark: char, line: &str) {
    diff.push(mark);
    diff.push_str(line);
    if !line.ends_with('\n') {
        diff.push_str("\n\\ No newline at end of file\n");
    }
}

/// The text with stars for its values and for what follows the object.
fn shown(entries: &Entries<'_>) -> String {
    let (text, root) = (entries.text, &entries.root.whole);
    let names = names_of_helpers(entries);
    let mut shown = text[..root.start].to_owned();
    let mut rest = root.clone();
    while let Some((token, is_key)) = next_token(text, &rest) {
        shown.push_str(&text[rest.start..token.start]);
        let written = &text[token.clone()];
        if is_key {
            shown.push_str(&without_user(written));
        } else if names.contains(&token.start) || PLAIN.iter().any(|plain| written == quoted(plain)) {
            shown.push_str(written);
        } else {
            shown.push_str(HIDDEN);
        }
        rest.start = token.end;
    }
    shown.push_str(&text[rest]);
    let blanks = text[root.end..].len() - text[root.end..].trim_start().len();
    shown.push_str(&text[root.end..root.end + blanks]);
    if root.end + blanks < text.len() {
        shown.push_str("***\n");
    }
    shown
}

/// Where the names of helpers begin that look like one.
fn names_of_helpers(entries: &Entries<'_>) -> HashSet<usize> {
    let mut members = Vec::new();
    for member in &entries.root.members {
        if is_field(&member.key, "credHelpers") {
            members.extend(entries.object(member).ok().flatten().unwrap_or_default().members);
        } else if is_field(&member.key, "credsStore") {
            members.push(member.clone());
        }
    }
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= 32 && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    members.retain(|member| is_name(&entries.string(member)));
    members.into_iter().map(|member| member.value.start).collect()
}

/// The next string or number in valid JSON, and whether it is a key.
fn next_token(text: &str, within: &Range<usize>) -> Option<(Range<usize>, bool)> {
    let is_start = |c: char| c == '"' || c == '-' || c.is_ascii_digit();
    let start = within.start + text[within.clone()].find(is_start)?;
    let rest = &text[start..within.end];
    let end = if rest.starts_with('"') { end_of_string(rest) } else { end_of_number(rest) };
    let is_key = rest[end..].trim_start().starts_with(':');
    Some((start..start + end, is_key))
}

fn end_of_string(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return at + 1,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    rest.len()
}

fn end_of_number(rest: &str) -> usize {
    rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len())
}

/// A key without what stands before an @: keys of `auths` and `proxies` can be URLs with a password.
fn without_user(key: &str) -> String {
    let Ok(decoded) = serde_json::from_str::<String>(key) else { return HIDDEN.to_owned() };
    match decoded.rsplit_once('@') {
        Some((_, host)) => quoted(&format!("***@{host}")),
        None => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::client::Client;
    use super::*;

    fn parse(text: &str) -> Entries<'_> {
        Entries::parse(text, Client::Docker, false).unwrap()
    }

    #[test]
    fn only_names_of_helpers_are_shown() {
        for (text, expected) in [
            (
                r#"{"auths": {"a": {"auth": "s3cret", "username": "s3cret"}}}"#,
                r#"{"auths": {"a": {"auth": "***", "username": "***"}}}"#,
            ),
            (
                r#"{"AUTHS":{"a":{"REGISTRYTOKEN":"s3cret"}},"x":[1.5e+3,-2,true,null,""]}"#,
                r#"{"AUTHS":{"a":{"REGISTRYTOKEN":"***"}},"x":["***","***",true,null,""]}"#,
            ),
            (
                r#"{"proxies": {"tcp://u:s3cret@h:1": {"httpProxy": "http://u:s3cret@p"}}}"#,
                r#"{"proxies": {"***@h:1": {"httpProxy": "***"}}}"#,
            ),
            (
                r#"{"HttpHeaders": {"X-Token": "s3cret \"\\", "b": "s3cret\\"}}"#,
                r#"{"HttpHeaders": {"X-Token": "***", "b": "***"}}"#,
            ),
            (
                r#"{"credHelpers": {"a": "ecr-login", "b": "s3 cret", "c": 7, "d": ["s3cret"]}}"#,
                r#"{"credHelpers": {"a": "ecr-login", "b": "***", "c": "***", "d": ["***"]}}"#,
            ),
            (
                r#"{"CredsStore": "desktop.exe", "x": {"credsStore": "s3cret"}}"#,
                r#"{"CredsStore": "desktop.exe", "x": {"credsStore": "***"}}"#,
            ),
            (
                r#"{"plugins": {"atcr": {"hooks": "push,pull,image push,image pull"}, "x": {"hooks": "push,s3cret"}}, "features": {"hooks": "true"}}"#,
                r#"{"plugins": {"atcr": {"hooks": "push,pull,image push,image pull"}, "x": {"hooks": "***"}}, "features": {"hooks": "true"}}"#,
            ),
            (r#"{"\ud800s3cret@": 1}"#, r#"{"***": "***"}"#),
            ("\u{feff}{ } \n {\"auth\": \"s3cret\"}", "\u{feff}{ } \n ***\n"),
            ("", ""),
        ] {
            assert_eq!(shown(&parse(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_path_in_the_header_is_one_line() {
        let diff = unified(Path::new("a\r\n+++ b\u{202e}"), Some(&parse("{}")), Some(&parse("{\"a\": 1}")));
        assert!(diff.starts_with("--- a\u{fffd}\u{fffd}+++ b\u{fffd}\n+++ a\u{fffd}\u{fffd}+++ b"), "{diff}");
    }
}
