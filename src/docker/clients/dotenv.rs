//! `.env` files, as compose-go's `dotenv` package reads them.

use super::files::Files;
use super::interpolate::{Interpolation, Variables};

/// The steps of a byte and of a statement.
const BYTE: usize = 5;
const STATEMENT: usize = 500;

/// Adds the variables of a file to those that were `found` in files before it. Within values those of the environment
/// win. None where compose stops.
pub(super) fn read(text: &str, environment: &Variables, found: Variables, files: &Files) -> Option<Variables> {
    let mut reader = Reader { rest: text, environment, found, files };
    files.spend(text.len() * BYTE)?;
    while reader.skip_to_statement() {
        files.spend(STATEMENT)?;
        reader.statement()?;
    }
    Some(reader.found)
}

struct Reader<'a> {
    rest: &'a str,
    environment: &'a Variables,
    found: Variables,
    files: &'a Files,
}

impl Reader<'_> {
    /// Past blank lines and comments. Whether there is more.
    fn skip_to_statement(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        while self.rest.starts_with('#') {
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
        }
        !self.rest.is_empty()
    }

    /// `NAME=value`, `NAME: value`, or a `NAME` alone, which is taken from the environment; `export` may stand in front.
    fn statement(&mut self) -> Option<()> {
        if let Some(after) = self.rest.strip_prefix("export")
            && after.starts_with(char::is_whitespace)
        {
            self.rest = after.trim_start_matches(is_blank);
        }
        let end = self.rest.find(['=', ':', '\n']).unwrap_or(self.rest.len());
        let name = self.rest[..end].trim_end().to_owned();
        if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']')) {
            return None;
        }
        let is_inherited = !self.rest[end..].starts_with(['=', ':']);
        self.rest = self.rest.get(end + 1..).unwrap_or_default().trim_start_matches(is_blank);
        let value = if is_inherited { self.environment.get(&name).cloned() } else { Some(self.value()?) };
        self.found.extend(value.map(|value| (name, value)));
        Some(())
    }

    fn value(&mut self) -> Option<String> {
        if let Some(quote @ ('"' | '\'')) = self.rest.chars().next() {
            let text = self.quoted(quote)?;
            return if quote == '"' { self.interpolated(&unescaped(&text)) } else { Some(text) };
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        let line = line.split_once(" #").map_or(line, |(value, _)| value);
        self.interpolated(line.trim_end())
    }

    /// What stands between quotes, over several lines too. Only the quote itself can be escaped here.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut is_escaped = false;
        for (at, character) in self.rest.char_indices().skip(1) {
            if character == quote && !is_escaped {
                self.rest = &self.rest[at + 1..];
                return Some(text);
            }
            if is_escaped && character != quote {
                text.push('\\');
            }
            is_escaped = character == '\\' && !is_escaped;
            if !is_escaped {
                text.push(character);
            }
        }
        None
    }

    fn interpolated(&self, text: &str) -> Option<String> {
        Interpolation { variables: [self.environment, &self.found], files: self.files }.text(text)
    }
}

/// Not the end of a line.
fn is_blank(character: char) -> bool {
    character != '\n' && character.is_whitespace()
}

/// The escapes of a double-quoted value; `\$` stands for a dollar that begins no variable.
fn unescaped(text: &str) -> String {
    let mut result = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            result.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => result.push('\n'),
            Some('r') => result.push('\r'),
            Some('t') => result.push('\t'),
            Some('$') => result.push_str("$$"),
            Some(escaped @ ('"' | '\\')) => result.push(escaped),
            other => {
                result.push('\\');
                result.extend(other);
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        let environment = [("SET", "outside"), ("HOME", "/h")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let variables = read(text, &environment.into(), Variables::new(), &Files::new())?;
        let lines = variables.iter().map(|(name, value)| format!("{name}={value}"));
        Some(lines.collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn variables_are_read() {
        for (text, expected) in [
            ("A=b\nC=d", "A=b|C=d"),
            ("# who\n\n  A=b  \n", "A=b"),
            ("A=b\r\nC=d\r\n", "A=b|C=d"),
            ("export A=b", "A=b"),
            ("exported=b", "exported=b"),
            ("A = b", "A=b"),
            ("A: b", "A=b"),
            ("A=", "A="),
            ("A=\nB=c", "A=|B=c"),
            ("A=b # c", "A=b"),
            ("A=b#c", "A=b#c"),
            ("A='b # c' # d\nB=e", "A=b # c|B=e"),
            ("A=\"b\\nc\"", "A=b\nc"),
            ("A='b\\nc'", "A=b\\nc"),
            ("A='b\nc'\nD=e", "A=b\nc|D=e"),
            ("A=\"it's \\\"b\\\"\"", "A=it's \"b\""),
            ("A=a=b", "A=a=b"),
            ("A=b\nA=c", "A=c"),
            ("A=b\nC=${A}/x", "A=b|C=b/x"),
            ("A=\"${HOME}\"\nB='${HOME}'", "A=/h|B=${HOME}"),
            ("SET=inside\nB=$SET", "B=outside|SET=inside"),
            ("A=\\$x", "A=\\"),
            ("A=\"\\$x\"", "A=$x"),
            ("A=$$x", "A=$x"),
            ("X=${Y}\nY=${X}", "X=|Y="),
            ("SET\nNONE\nA=b", "A=b|SET=outside"),
            ("SET", "SET=outside"),
            ("a.b-c[0]=d", "a.b-c[0]=d"),
            ("", ""),
        ] {
            assert_eq!(found(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_stops_compose_is_refused() {
        for text in ["A='b", "A=\"b\\\"", "A B=c", "A!=b", "A=${B:?e}", "A=${B", "{\"a\": 1}"] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }
}
