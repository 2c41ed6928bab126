//! Patterns with `*` and `?`, as a shell and Go's `path.Match` have them, but for character classes.

/// Whether a pattern matches the whole text. A backslash takes the next character literally.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut in_pattern, mut in_text) = (0, 0);
    // Where to go on if the last star must take one character more.
    let mut star = None;
    while in_text < text.len() {
        let (literal, length) = match pattern.get(in_pattern) {
            Some('*') => {
                star = Some((in_pattern, in_text));
                in_pattern += 1;
                continue;
            }
            Some('\\') => (pattern.get(in_pattern + 1), 2),
            other => (other, 1),
        };
        if literal == Some(&text[in_text]) || (literal == Some(&'?') && length == 1) {
            (in_pattern, in_text) = (in_pattern + length, in_text + 1);
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            (in_pattern, in_text) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[in_pattern..].iter().all(|&character| character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_characters() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("web", "web", true),
            ("web", "webs", false),
            ("w?b", "web", true),
            ("w?b", "wb", false),
            ("*-api", "a-b-api", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            (r"\*", "*", true),
            (r"\*", "a", false),
            (r"\?", "a", false),
            ("é*", "éa", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
