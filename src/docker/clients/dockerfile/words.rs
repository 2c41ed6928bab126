//! The words of a Dockerfile's instruction, and the variables in them, as BuildKit's shell lexer has them.

use std::collections::BTreeMap;

use super::patterns::{replace, trim};
use crate::docker::clients::files::Files;

/// The steps of a variable, and of a character that is copied, looked at, or matched by a pattern.
const VARIABLE: usize = 60;
const CHARACTER: usize = 4;
const MATCH: usize = 3;
const REPLACE: usize = 40;
/// `${A:-${B:-...}}`, for the stack's sake.
const DEEPEST: usize = 32;

/// The words between blanks. Quotes and escapes keep blanks in a word, and stay in it.
pub(super) fn split(text: &str, escape: char) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if quote.is_none() && character.is_whitespace() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        word.push(character);
        if quote == Some(character) {
            quote = None;
        } else if quote.is_none() && matches!(character, '\'' | '"') {
            quote = Some(character);
        } else if character == escape && quote != Some('\'') {
            word.extend(characters.next());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a quote in it has no end.
pub(super) fn is_open(word: &str, escape: char) -> bool {
    let mut quote = None;
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        if quote == Some(character) {
            quote = None;
        } else if quote.is_none() && matches!(character, '\'' | '"') {
            quote = Some(character);
        } else if character == escape && quote != Some('\'') {
            characters.next();
        }
    }
    quote.is_some()
}

/// The values that words may name.
pub(super) struct Variables<'a> {
    pub(super) values: BTreeMap<String, String>,
    escape: char,
    files: &'a Files,
}

impl<'a> Variables<'a> {
    pub(super) fn new(values: BTreeMap<String, String>, escape: char, files: &'a Files) -> Self {
        Self { values, escape, files }
    }

    /// A word without its quotes, and with the values of its variables. None if BuildKit would refuse it.
    pub(super) fn expand(&self, word: &str) -> Option<String> {
        Lexer { rest: word, variables: self, depth: 0 }.until(None, false)
    }
}

struct Lexer<'a> {
    rest: &'a str,
    variables: &'a Variables<'a>,
    depth: usize,
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn eat(&mut self, character: char) -> bool {
        let is_next = self.rest.starts_with(character);
        if is_next {
            self.next();
        }
        is_next
    }

    /// Up to `end`, which is consumed, or to the end of the word. Patterns keep their escapes.
    fn until(&mut self, end: Option<char>, keeps_escapes: bool) -> Option<String> {
        let mut text = String::new();
        while let Some(character) = self.next() {
            if Some(character) == end {
                self.variables.files.spend(text.len() * CHARACTER)?;
                return Some(text);
            }
            match character {
                '\'' => text.push_str(&self.single_quoted()?),
                '"' => text.push_str(&self.double_quoted()?),
                '$' => text.push_str(&self.variable()?),
                _ if character == self.variables.escape => {
                    if keeps_escapes {
                        text.push(character);
                    }
                    text.extend(self.next());
                }
                _ => text.push(character),
            }
        }
        self.variables.files.spend(text.len() * CHARACTER)?;
        end.is_none().then_some(text)
    }

    fn single_quoted(&mut self) -> Option<String> {
        let (quoted, rest) = self.rest.split_once('\'')?;
        self.rest = rest;
        Some(quoted.to_owned())
    }

    fn double_quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '$' => text.push_str(&self.variable()?),
                character if character == self.variables.escape => {
                    let next = self.next()?;
                    if !matches!(next, '"' | '$') && next != self.variables.escape {
                        text.push(character);
                    }
                    text.push(next);
                }
                character => text.push(character),
            }
        }
    }

    /// What follows a dollar sign.
    fn variable(&mut self) -> Option<String> {
        self.variables.files.spend(VARIABLE)?;
        if !self.eat('{') {
            return match self.name() {
                "" => Some("$".to_owned()),
                name => Some(self.value(name)?.unwrap_or_default()),
            };
        }
        self.depth += 1;
        let name = self.name();
        if self.depth > DEEPEST || name.is_empty() {
            return None;
        }
        let value = self.value(name)?;
        let value = self.modified(value);
        self.depth -= 1;
        value
    }

    #[expect(clippy::option_option, reason = "a variable without a value is no error")]
    fn value(&self, name: &str) -> Option<Option<String>> {
        let value = self.variables.values.get(name);
        self.variables.files.spend(value.map_or(0, String::len) * CHARACTER)?;
        Some(value.cloned())
    }

    fn name(&mut self) -> &'a str {
        let first_only = self.rest.starts_with(['@', '*', '#', '?', '-', '$', '!']);
        let is_digit = self.rest.starts_with(|c: char| c.is_ascii_digit());
        let is_part = |c: char| if is_digit { c.is_ascii_digit() } else { c.is_alphanumeric() || c == '_' };
        let end = if first_only { 1 } else { self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len()) };
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name
    }

    /// `${NAME}`, `${NAME:-word}` and the like, from behind the name.
    fn modified(&mut self, value: Option<String>) -> Option<String> {
        let mut modifier = self.next()?;
        let value = if modifier == ':' {
            modifier = self.next().filter(|modifier| matches!(modifier, '-' | '+' | '?'))?;
            value.filter(|value| !value.is_empty())
        } else {
            value
        };
        match modifier {
            '}' => Some(value.unwrap_or_default()),
            '-' => self.until(Some('}'), false).map(|word| value.unwrap_or(word)),
            '+' => self.until(Some('}'), false).map(|word| value.map_or(String::new(), |_| word)),
            '?' => self.until(Some('}'), false).and(value),
            '#' | '%' => {
                let is_longest = self.eat(modifier);
                let pattern = self.until(Some('}'), true)?;
                let value = value.unwrap_or_default();
                self.variables.files.spend(value.len().pow(2).saturating_mul(MATCH * pattern.len()))?;
                Some(trim(&value, &pattern, modifier == '#', is_longest))
            }
            '/' => {
                let is_all = self.eat('/');
                let pattern = self.until(Some('/'), true)?;
                let replacement = self.until(Some('}'), true)?;
                let value = value.unwrap_or_default();
                self.variables
                    .files
                    .spend((1 + value.len()) * (pattern.len() + replacement.len() + REPLACE) * REPLACE)?;
                replace(&value, &pattern, &replacement, is_all)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(word: &str) -> Option<String> {
        let big = "x".repeat(1 << 21);
        let values = [("A", "a"), ("PATH", "r.example/a/b:1.2"), ("EMPTY", ""), ("BIG", &big)];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Variables::new(values, '\\', &Files::new()).expand(word)
    }

    #[test]
    fn quotes_and_escapes_keep_a_word_together() {
        assert_eq!(split(r#" A=1  B="x y" C='x "y' D=x\ y  "#, '\\'), ["A=1", "B=\"x y\"", "C='x \"y'", r"D=x\ y"]);
        assert_eq!(split("A=x` y", '`'), ["A=x` y"]);
        assert_eq!(split("", '\\'), [""; 0]);
    }

    #[test]
    fn variables_have_the_values_that_buildkit_gives_them() {
        for (word, expected) in [
            ("r/$A/x", "r/a/x"),
            ("r/${A}x", "r/ax"),
            ("$NONE.", "."),
            ("${NONE:-x}", "x"),
            ("${EMPTY:-x}", "x"),
            ("${EMPTY-x}", ""),
            ("${NONE-x}", "x"),
            ("${A:+x}${NONE:+y}${EMPTY:+z}${EMPTY+w}", "xw"),
            ("${A:?gone}", "a"),
            ("${NONE:-${ALSO:-$A}}", "a"),
            ("\"r/${A}\"", "r/a"),
            ("'r/${A}'", "r/${A}"),
            (r"\$A", "$A"),
            (r#""\$A \x \"""#, r#"$A \x ""#),
            ("$", "$"),
            ("a$/", "a$/"),
            ("${PATH#*/}", "a/b:1.2"),
            ("${PATH##*/}", "b:1.2"),
            ("${PATH%.*}", "r.example/a/b:1"),
            ("${PATH%%:*}", "r.example/a/b"),
            ("${PATH/a\\/b/c}", "r.example/c:1.2"),
            ("${PATH//e/E}", "r.ExamplE/a/b:1.2"),
            ("${PATH/e/}", "r.xample/a/b:1.2"),
            ("${PATH/:*/:2}", "r.example/a/b:2"),
            ("${PATH/r?/$A}", "aexample/a/b:1.2"),
            ("${PATH/none/x}${NONE/a/b}", "r.example/a/b:1.2"),
            ("${PATH/./-}", "r-example/a/b:1.2"),
            ("${A/a/b/c}", "b/c"),
        ] {
            assert_eq!(expand(word).as_deref(), Some(expected), "{word}");
        }
    }

    #[test]
    fn what_buildkit_refuses_has_no_value() {
        let deep = "${NONE:-".repeat(40) + &"}".repeat(40);
        for word in [
            "${A/a",
            "${A/a/b",
            "${A:/a/b}",
            "${A/\\x/b}",
            "${A",
            "${}",
            "${:-x}",
            "${NONE:?gone}",
            "${NONE?}",
            "${A:x}",
            "${A!}",
            "'a",
            "\"a",
            "${BIG}x",
            &deep,
        ] {
            assert_eq!(expand(word), None, "{word}");
        }
    }
}
