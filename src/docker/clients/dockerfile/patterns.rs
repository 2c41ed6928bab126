//! What a Dockerfile's `${NAME#pattern}`, `${NAME%pattern}` and `${NAME/pattern/replacement}` make of a value.

use regex_lite::Regex;

use crate::docker::clients::glob;

/// `${NAME#pattern}` and `${NAME%pattern}`.
pub(super) fn trim(value: &str, pattern: &str, from_start: bool, is_longest: bool) -> String {
    let mut boundaries: Vec<usize> = value.char_indices().map(|(at, _)| at).chain([value.len()]).collect();
    // The first that matches counts: from the shortest part to the longest, or the other way round.
    if from_start == is_longest {
        boundaries.reverse();
    }
    for at in boundaries {
        let (start, end) = value.split_at(at);
        let (part, rest) = if from_start { (start, end) } else { (end, start) };
        if glob::matches(pattern, part) {
            return rest.to_owned();
        }
    }
    value.to_owned()
}

/// `${NAME/pattern/replacement}`, and with two slashes in front everywhere. None where BuildKit refuses the pattern.
pub(super) fn replace(value: &str, pattern: &str, replacement: &str, is_all: bool) -> Option<String> {
    // In Go's templates it would be the name of a group.
    if is_all && replacement.contains('$') {
        return None;
    }
    // For `replacen`, 0 is all.
    let most = usize::from(!is_all);
    Some(expression(pattern)?.replacen(value, most, regex_lite::NoExpand(replacement)).into_owned())
}

/// The longest text that a pattern matches is meant.
fn expression(pattern: &str) -> Option<Regex> {
    let mut expression = String::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            // They would end the pattern.
            '\\' if matches!(characters.peek(), Some('}' | '/')) => {}
            '\\' => {
                let escaped = characters.next().filter(|escaped| matches!(escaped, '*' | '?' | '\\'))?;
                expression.extend(['\\', escaped]);
            }
            other => expression.push_str(&regex_lite::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    Regex::new(&expression).ok()
}
